package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.IndexWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.UpdateCollection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** One entry of a group's log: every retry sends the same bytes, write id included. The vectors and fields of rows stay where they are. */
public final class Entry {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final EntryType type;
    private final BulkMessage message;

    private Entry(EntryType type, BulkMessage message) {
        this.type = type;
        this.message = message;
    }

    private Entry(EntryType type, MessageLite message) {
        this(type, new BulkMessage(message));
    }

    EntryType type() {
        return type;
    }

    BulkMessage message() {
        return message;
    }

    /** How much is sent. */
    public long bytes() {
        return message.size();
    }

    /** What it does, for logs. */
    public String name() {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** Whether it makes something that may be there already. */
    public boolean creates() {
        return type == EntryType.CREATE_DATABASE || type == EntryType.CREATE_COLLECTION;
    }

    /** Whether it removes something that may be gone already. */
    public boolean drops() {
        return type == EntryType.DROP_DATABASE || type == EntryType.DROP_COLLECTION;
    }

    /**
     * @param rows       of the batch, ascending
     * @param stampClock of the whole request, in every group
     */
    public static Entry writeRows(CollectionId collection, RowBatch batch, int[] rows, long stampClock, RequestId request) {
        return new Entry(EntryType.WRITE_ROWS, Wire.rowsEntry(collection, batch, rows, stampClock, request));
    }

    public static Entry markRows(CollectionId collection, Ids ids, boolean deleted, RequestId request) {
        return new Entry(EntryType.MARK_ROWS, Wire.markRows(collection, ids, deleted, request));
    }

    /** @param ids that the claim's rows get; null: the request names them */
    public static Entry claimKey(RequestId claim, Ids.@Nullable Range ids) {
        return new Entry(EntryType.CLAIM_KEY, Wire.claimKey(claim, ids));
    }

    /** @param writeId 16 bytes: a repeat is answered with the rows that the first one removed */
    public static Entry compact(CollectionId collection, byte[] writeId) {
        var compact = Compact.newBuilder().setCollectionId(collection.value()).setWriteId(ByteString.copyFrom(writeId));
        return new Entry(EntryType.COMPACT, compact.build());
    }

    public static Entry createDatabase(String database) {
        return new Entry(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase(database).build());
    }

    /** @param below ids of the collections to be dropped with it: however late this comes, it reaches none that was created since */
    public static Entry dropDatabase(String database, long below) {
        return new Entry(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase(database).setCollectionsBelow(below).build());
    }

    /** As the collection is declared now. */
    public static Entry create(CollectionImage collection) {
        var out = CreateCollection.newBuilder()
                .setCollectionId(collection.id().value())
                .setDatabase(collection.name().database())
                .setCollection(collection.name().collection())
                .setDimension(collection.dimension())
                .setElementType(Wire.elementType(collection.elementType()));
        String description = collection.description();
        if (description != null) out.setDescription(description);
        IndexMode mode = collection.indexMode();
        if (mode != null) out.setIndexMode(mode.text()).setIndexParameters(IndexWire.message(indexParameters(collection, mode)));
        return new Entry(EntryType.CREATE_COLLECTION, out.build());
    }

    public static Entry drop(CollectionId collection) {
        return new Entry(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(collection.value()).build());
    }

    public static Entry setDescription(CollectionId collection, String description) {
        return new Entry(
                EntryType.UPDATE_COLLECTION,
                UpdateCollection.newBuilder().setCollectionId(collection.value()).setDescription(description).build());
    }

    /** The index that the image wants, or none. The image knows that the collection has rows, if perhaps not in every group. */
    public static Entry setIndex(CollectionImage collection) {
        var setting = IndexSetting.newBuilder().setEvenIfEmpty(true);
        IndexMode mode = collection.indexMode();
        if (mode != null) setting.setMode(mode.text()).setParameters(IndexWire.message(indexParameters(collection, mode)));
        return new Entry(
                EntryType.UPDATE_COLLECTION,
                UpdateCollection.newBuilder().setCollectionId(collection.id().value()).setIndex(setting).build());
    }

    /** What a group is told of them. The image keeps them as JSON, as they were checked when they came. */
    public static IndexParameters indexParameters(CollectionImage collection, IndexMode mode) {
        String json = collection.indexParameters();
        return IndexParameters.of(mode, json.isEmpty() ? Map.of() : JSON.readValue(json, OBJECT));
    }
}
