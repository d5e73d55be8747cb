package io.lynse.coordinator.collection;

import com.google.protobuf.MessageLite;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.IndexMode;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.UpdateCollection;

/** Log entries that change what a group holds, other than rows. */
record SchemaEntry(EntryType type, MessageLite message) {

    static SchemaEntry createDatabase(String database) {
        return new SchemaEntry(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase(database).build());
    }

    static SchemaEntry dropDatabase(String database) {
        return new SchemaEntry(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase(database).build());
    }

    static SchemaEntry create(CollectionImage collection) {
        var out = CreateCollection.newBuilder()
                .setCollectionId(collection.id().value())
                .setDatabase(collection.name().database())
                .setCollection(collection.name().collection())
                .setDimension(collection.dimension())
                .setElementType(Wire.elementType(collection.elementType()));
        String description = collection.description();
        if (description != null) out.setDescription(description);
        IndexMode mode = collection.indexMode();
        if (mode != null) out.setIndexMode(mode.text());
        return new SchemaEntry(EntryType.CREATE_COLLECTION, out.build());
    }

    static SchemaEntry drop(CollectionId collection) {
        return new SchemaEntry(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(collection.value()).build());
    }

    static SchemaEntry setDescription(CollectionId collection, String description) {
        return new SchemaEntry(
                EntryType.UPDATE_COLLECTION,
                UpdateCollection.newBuilder().setCollectionId(collection.value()).setDescription(description).build());
    }

    /** The index that the image wants, or none. */
    static SchemaEntry setIndex(CollectionImage collection) {
        var setting = IndexSetting.newBuilder().setParametersJson(collection.indexParameters());
        IndexMode mode = collection.indexMode();
        if (mode != null) setting.setMode(mode.text());
        return new SchemaEntry(
                EntryType.UPDATE_COLLECTION,
                UpdateCollection.newBuilder().setCollectionId(collection.id().value()).setIndex(setting).build());
    }

    static SchemaEntry compact(CollectionId collection) {
        return new SchemaEntry(EntryType.COMPACT, Compact.newBuilder().setCollectionId(collection.value()).build());
    }
}
