package io.lynse.shard.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IdRange;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.OrderStamps;
import io.lynse.wire.v1.RowId;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteRows;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class EntryCheckTest {

    static final ByteString WRITE_ID = ByteString.copyFromUtf8("one sixteen byte");

    static final List<Arguments> SOUND = List.of(
            arguments("rows", Entry.of(EntryType.WRITE_ROWS, rows().build())),
            arguments("rows that get their ids at apply", Entry.of(EntryType.WRITE_ROWS, rows().clearIds().build())),
            arguments("tombstones", Entry.of(EntryType.MARK_ROWS, MarkRows.newBuilder().setCollectionId(1).setWriteId(WRITE_ID).build())),
            arguments("a claim", Entry.of(EntryType.CLAIM_KEY, ClaimKey.newBuilder().setWriteId(WRITE_ID).build())),
            arguments("a database", Entry.of(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("docs").build())),
            arguments("a collection", Entry.of(EntryType.CREATE_COLLECTION, collection().build())),
            arguments("an index", Entry.of(EntryType.UPDATE_COLLECTION, index("HNSW-L2"))),
            arguments("a compaction", Entry.of(EntryType.COMPACT, Compact.newBuilder().setCollectionId(1).build())));

    @ParameterizedTest(name = "{0}")
    @FieldSource("SOUND")
    void passes(String what, Entry entry) {
        assertThatCode(() -> EntryCheck.parsed(entry)).doesNotThrowAnyException();
        assertThat(entry.payload().position()).as("the payload is still to be appended").isZero();
    }

    static final List<Arguments> REFUSED = List.of(
            arguments("a vector short of a byte", write(rows().setVectors(ByteString.copyFrom(new byte[15]))), "data", "Expected 16 bytes, got 15"),
            arguments("NaN", write(rows().setVectors(Wire.vector(new float[] {1, 2, 3, Float.NaN}))), "vectors", "vector 1"),
            arguments("infinity", write(rows().setVectors(Wire.vector(new float[] {Float.NEGATIVE_INFINITY, 2, 3, 4}))), "vectors", "vector 0"),
            arguments("no rows", write(rows().setCount(0).setVectors(ByteString.EMPTY).setIds(ids(5, 0))), "vectors", "cannot be empty"),
            arguments("no components", write(rows().setDimension(0).setVectors(ByteString.EMPTY)), "data", "dimension"),
            arguments("too few ids", write(rows().setIds(ids(5, 1))), "data", "ids length"),
            arguments("a negative id", write(rows().setIds(io.lynse.wire.v1.Ids.newBuilder().addInts(1).addInts(-1))), "data", "negative"),
            arguments("an empty id", write(rows().setIds(io.lynse.wire.v1.Ids.newBuilder().addMixed(RowId.getDefaultInstance()).addMixed(RowId.getDefaultInstance()))), "data", "empty"),
            arguments("fields that end early", write(rows().setFields(ByteString.copyFrom(new byte[] {0}))), "data", "1 bytes for 2 records"),
            arguments("fields left over", write(rows().setFields(ByteString.copyFrom(new byte[] {0, 0, 0}))), "data", "left over"),
            arguments("fields of no known form", write(rows().setFields(ByteString.copyFrom(new byte[] {2, 0}))), "data", "presence"),
            arguments("no clock", write(rows().clearStamps()), "stamps", "clock"),
            arguments("no write id", write(rows().clearWriteId()), "write_id", "16 bytes"),
            arguments("a write id of zeros, which nobody remembers", write(rows().setWriteId(ByteString.copyFrom(new byte[16]))), "write_id", "zeros"),
            arguments("tombstones without a write id", entry(EntryType.MARK_ROWS, MarkRows.newBuilder().setCollectionId(1).build()), "write_id", "16 bytes"),
            arguments("a claim without a write id", entry(EntryType.CLAIM_KEY, ClaimKey.getDefaultInstance()), "write_id", "16 bytes"),
            arguments("a drop of what is no name", entry(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase("../x").build()), "database_name", "relative path"),
            arguments("an upsert without ids", write(rows().setKind(io.lynse.wire.v1.WriteKind.UPSERT).clearIds()), "ids", "names its ids"),
            arguments("a kind of the future", write(rows().setKindValue(9)), "data", "kind"),
            arguments("no collection", write(rows().setCollectionId(0)), "data", "collection id"),
            arguments("bytes that are no message", new Entry(EntryType.WRITE_ROWS_VALUE, 1, ByteBuffer.wrap(new byte[] {(byte) 0xFF, 1, 2})), "data", "malformed"),
            arguments("a name that would leave the folder", entry(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("../x").build()), "database_name", "relative path"),
            arguments("a collection without the group's id", entry(EntryType.CREATE_COLLECTION, collection().setCollectionId(0).build()), "collection_id", "collection id"),
            arguments("an index parameter out of its bounds", entry(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(1)
                    .setIndex(IndexSetting.newBuilder().setMode("HNSW-L2").setParameters(IndexParameters.newBuilder().setM(0))).build()), "params.m", "m must be"),
            arguments("an index nobody knows", entry(EntryType.UPDATE_COLLECTION, index("TREE-L2")), "index_mode", "TREE-L2"),
            arguments("a drop of nothing", entry(EntryType.DROP_COLLECTION, DropCollection.getDefaultInstance()), "data", "collection id"),
            arguments("an unknown type", new Entry(99, 1, ByteBuffer.allocate(0)), "entry_type", "99"),
            arguments("no type", new Entry(0, 1, ByteBuffer.allocate(0)), "entry_type", "type"),
            arguments("an unknown version", new Entry(EntryType.WRITE_ROWS_VALUE, 2, ByteBuffer.allocate(0)), "entry_version", "version 2"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSED")
    void refuses(String what, Entry entry, String field, String reason) {
        assertThatThrownBy(() -> EntryCheck.parsed(entry)).isInstanceOfSatisfying(LynseException.class, refused -> {
            var error = (LynseError.InvalidArgument) refused.error();
            assertThat(error.field()).isEqualTo(field);
            assertThat(error.reason()).contains(reason);
        });
    }

    @Test
    void largeEntriesStayOffTheHeap() {
        var vectors = new Vectors(1, 300_000, io.lynse.model.ElementType.FLOAT32, ByteBuffer.allocate(1_200_000));
        var batch = new RowBatch(WriteKind.ADD, vectors, Ids.of(1), FieldBlock.NONE, new int[] {0});
        try (var memory = new RequestMemory(MemoryBudget.unlimited(), MemoryBudget.unlimited())) {
            Entry entry = Entry.of(EntryType.WRITE_ROWS, Wire.rowsEntry(new CollectionId(1), batch, 1L, new RequestId(WRITE_ID.toByteArray(), 0)), memory);
            assertThat(entry.payload().isDirect()).isTrue();
            EntryCheck.parsed(entry);
        }
    }

    private static WriteRows.Builder rows() {
        return WriteRows.newBuilder()
                .setCollectionId(1)
                .setCount(2)
                .setDimension(2)
                .setVectors(Wire.vector(new float[] {1, 2, 3, 4}))
                .setIds(ids(5, 2))
                .setStamps(OrderStamps.newBuilder().setClock(1))
                .setWriteId(WRITE_ID);
    }

    private static io.lynse.wire.v1.Ids ids(long start, int count) {
        return io.lynse.wire.v1.Ids.newBuilder().setRange(IdRange.newBuilder().setStart(start).setCount(count)).build();
    }

    private static CreateCollection.Builder collection() {
        return CreateCollection.newBuilder().setCollectionId(1).setDatabase("docs").setCollection("articles").setIndexMode("FLAT-COS");
    }

    private static UpdateCollection index(String mode) {
        return UpdateCollection.newBuilder().setCollectionId(1).setIndex(IndexSetting.newBuilder().setMode(mode)).build();
    }

    private static Entry write(WriteRows.Builder rows) {
        return entry(EntryType.WRITE_ROWS, rows.build());
    }

    private static Entry entry(EntryType type, MessageLite message) {
        return Entry.of(type, message);
    }
}
