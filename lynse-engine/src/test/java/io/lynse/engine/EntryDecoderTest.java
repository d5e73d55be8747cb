package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.UpdateCollection;
import io.lynse.wire.v1.WriteRows;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class EntryDecoderTest {

    private static final WriteRows ROWS = Wire.writeRows(
            new CollectionId(7),
            new RowBatch(WriteKind.UPSERT, Vectors.of(new float[] {1, 2}, new float[] {3, 4}), Ids.of(5, 6), FieldBlock.NONE),
            99,
            new byte[16]);

    @Test
    void readsABatch() {
        Entry entry = decode(EntryType.WRITE_ROWS, ROWS);
        assertThat(entry).isInstanceOfSatisfying(Entry.WriteRows.class, rows -> {
            assertThat(rows.id()).isEqualTo(new CollectionId(7));
            assertThat(rows.clock()).isEqualTo(99);
            assertThat(rows.batch().kind()).isEqualTo(WriteKind.UPSERT);
            assertThat(rows.batch().vectors().row(1)).containsExactly(3, 4);
        });
    }

    @Test
    void refusesWhatIsNoEntry() {
        assertMalformed(EntryDecoder.decode(99, 1, ByteBuffer.allocate(0)).entry(), "unknown entry type 99");
        assertMalformed(EntryDecoder.decode(0, 1, ByteBuffer.allocate(0)).entry(), "unknown entry type 0");
        assertMalformed(EntryDecoder.decode(EntryType.COMPACT_VALUE, 2, ByteBuffer.allocate(0)).entry(), "unknown version 2");
        assertMalformed(EntryDecoder.decode(EntryType.WRITE_ROWS_VALUE, 1, ByteBuffer.wrap(new byte[] {(byte) 0xFF, 3, 3})).entry(), "malformed WRITE_ROWS");
    }

    @Test
    void refusesABatchWhosePartsDoNotFit() {
        assertMalformed(decode(EntryType.WRITE_ROWS, ROWS.toBuilder().setCount(3).build()), "Expected 24 bytes, got 16");
        assertMalformed(decode(EntryType.WRITE_ROWS, ROWS.toBuilder().setIds(Wire.ids(Ids.of(1))).build()), "ids length must match");
        assertMalformed(decode(EntryType.WRITE_ROWS, ROWS.toBuilder().setFields(ByteString.copyFrom(new byte[] {0, 9})).build()), "a presence byte must be 0 or 1");
        assertMalformed(decode(EntryType.WRITE_ROWS, ROWS.toBuilder().setCollectionId(0).build()), "collection id");
    }

    @Test
    void refusesVectorsThatAreNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 2}, new float[] {3, bad}), Ids.of(1, 2), FieldBlock.NONE);
            assertMalformed(decode(EntryType.WRITE_ROWS, Wire.writeRows(new CollectionId(1), batch, 1, new byte[16])), "vector 1 has a component");
        }
    }

    @Test
    void refusesNamesThatWouldBePaths() {
        assertMalformed(decode(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("../x").build()), "database name");
        assertMalformed(decode(EntryType.CREATE_COLLECTION,
                CreateCollection.newBuilder().setDatabase("db").setCollection("a/b").build()), "collection name");
    }

    @Test
    void refusesAnUnknownIndexMode() {
        var update = UpdateCollection.newBuilder().setCollectionId(1).setIndex(IndexSetting.newBuilder().setMode("TREE-L2"));
        assertMalformed(decode(EntryType.UPDATE_COLLECTION, update.build()), "unknown index type 'TREE-L2'");
    }

    @Test
    void refusesAnIndexParameterThatNoIndexCanHave() {
        var setting = IndexSetting.newBuilder().setMode("HNSW-L2").setParameters(IndexParameters.newBuilder().setM(513));
        assertMalformed(
                decode(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(1).setIndex(setting).build()), "m must be an integer between 1 and 512: 513");
        var create = CreateCollection.newBuilder().setDatabase("db").setCollection("c").setIndexMode("HNSW-L2").setIndexParameters(setting.getParameters());
        assertMalformed(decode(EntryType.CREATE_COLLECTION, create.build()), "m must be an integer between 1 and 512: 513");
    }

    @Test
    void anAbsentModeTakesTheIndexAway() {
        var update = UpdateCollection.newBuilder().setCollectionId(1).setIndex(IndexSetting.getDefaultInstance());
        assertThat(decode(EntryType.UPDATE_COLLECTION, update.build()))
                .isInstanceOfSatisfying(Entry.UpdateCollection.class, change -> assertThat(change.index()).isNotNull());
        assertThat(decode(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(3).build()))
                .isEqualTo(new Entry.DropCollection(new CollectionId(3)));
        assertThat(decode(EntryType.MARK_ROWS, MarkRows.newBuilder().setCollectionId(3).setIds(Wire.ids(Ids.of(4))).setDeleted(true).build()))
                .isEqualTo(new Entry.MarkRows(new CollectionId(3), Ids.of(4), true));
    }

    private static Entry decode(EntryType type, MessageLite message) {
        return EntryDecoder.decode(type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer()).entry();
    }

    private static void assertMalformed(Entry entry, String reason) {
        assertThat(entry).isInstanceOfSatisfying(Entry.Malformed.class, bad -> assertThat(bad.error().message()).contains(reason));
    }
}
