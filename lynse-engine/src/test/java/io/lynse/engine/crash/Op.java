package io.lynse.engine.crash;

import com.google.protobuf.MessageLite;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.UpdateCollection;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One operation of a life: one log entry. */
sealed interface Op {

    String DATABASE = "db";

    EntryType type();

    MessageLite message(long lsn);

    record CreateDb() implements Op {
        @Override
        public EntryType type() {
            return EntryType.CREATE_DATABASE;
        }

        @Override
        public MessageLite message(long lsn) {
            return CreateDatabase.newBuilder().setDatabase(DATABASE).build();
        }
    }

    /** @param dimension 0: the first insert fixes it */
    record Create(CollectionId id, int dimension, ElementType elements) implements Op {

        String name() {
            return "c" + id;
        }

        @Override
        public EntryType type() {
            return EntryType.CREATE_COLLECTION;
        }

        @Override
        public MessageLite message(long lsn) {
            return CreateCollection.newBuilder()
                    .setCollectionId(id.value())
                    .setDatabase(DATABASE)
                    .setCollection(name())
                    .setDimension(dimension)
                    .setElementType(Wire.elementType(elements))
                    .build();
        }
    }

    record Drop(CollectionId id) implements Op {
        @Override
        public EntryType type() {
            return EntryType.DROP_COLLECTION;
        }

        @Override
        public MessageLite message(long lsn) {
            return DropCollection.newBuilder().setCollectionId(id.value()).build();
        }
    }

    record Describe(CollectionId id, String description) implements Op {
        @Override
        public EntryType type() {
            return EntryType.UPDATE_COLLECTION;
        }

        @Override
        public MessageLite message(long lsn) {
            return UpdateCollection.newBuilder().setCollectionId(id.value()).setDescription(description).build();
        }
    }

    /**
     * @param ids    null: the collection gives them
     * @param fields one per row; empty: none has any
     */
    record Write(CollectionId id, WriteKind kind, @Nullable List<RowId> ids, float[][] vectors, List<@Nullable Fields> fields, long clock)
            implements Op {

        private static final int FRAME = 1 << 20;

        /** Whether it takes several frames of the log. */
        boolean isLarge() {
            return (long) vectors.length * vectors[0].length * Float.BYTES > FRAME;
        }

        @Override
        public EntryType type() {
            return EntryType.WRITE_ROWS;
        }

        @Override
        public MessageLite message(long lsn) {
            var batch = new RowBatch(
                    kind, Vectors.of(vectors), ids == null ? null : Ids.of(ids), fields.isEmpty() ? FieldBlock.NONE : FieldBlock.of(fields));
            return Wire.writeRows(id, batch, clock, writeId(clock, lsn));
        }
    }

    record Mark(CollectionId id, List<RowId> ids, boolean deleted) implements Op {
        @Override
        public EntryType type() {
            return EntryType.MARK_ROWS;
        }

        @Override
        public MessageLite message(long lsn) {
            return MarkRows.newBuilder().setCollectionId(id.value()).setIds(Wire.ids(Ids.of(ids))).setDeleted(deleted).build();
        }
    }

    record Purge(CollectionId id) implements Op {
        @Override
        public EntryType type() {
            return EntryType.COMPACT;
        }

        @Override
        public MessageLite message(long lsn) {
            return Compact.newBuilder().setCollectionId(id.value()).build();
        }
    }

    /** A graph for L2. */
    record Index(CollectionId id) implements Op {
        @Override
        public EntryType type() {
            return EntryType.UPDATE_COLLECTION;
        }

        @Override
        public MessageLite message(long lsn) {
            return UpdateCollection.newBuilder().setCollectionId(id.value()).setIndex(IndexSetting.newBuilder().setMode("HNSW-L2")).build();
        }
    }

    private static byte[] writeId(long clock, long lsn) {
        return ByteBuffer.allocate(16).putLong(clock).putLong(lsn).array();
    }
}
