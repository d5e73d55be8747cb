package io.lynse.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionStats;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.FieldFormatException;
import io.lynse.model.field.Fields;
import io.lynse.wire.v1.ReadRowsRequest;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.WriteRows;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {

    private static final CollectionId COLLECTION = new CollectionId(7);
    private static final Vectors VECTORS = Vectors.of(new float[] {1, -2}, new float[] {0.5f, Float.MIN_VALUE});
    private static final FieldBlock FIELDS = FieldBlock.of(Arrays.asList(Fields.of(Map.of("a", List.of(1L, "é"))), null));
    private static final byte[] WRITE_ID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    static Stream<Ids> ids() {
        return Stream.of(
                Ids.NONE, Ids.range(0, 0), Ids.range(5, 1_000_000), Ids.range(Long.MAX_VALUE, 1), Ids.of(0, Long.MAX_VALUE, 3),
                Ids.of(List.of(RowId.of("x"), RowId.of(0), RowId.of("é\uD83D\uDE00"))));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void idsKeepTheirForm(Ids ids) {
        assertThat(Wire.ids(Wire.ids(ids))).isEqualTo(ids);
    }

    @Test
    void idsOfTwoFormsAreRefused() {
        var two = Wire.ids(Ids.of(1)).toBuilder().setRange(Wire.ids(Ids.range(0, 2)).getRange()).build();
        assertThatThrownBy(() -> Wire.ids(two)).isInstanceOf(IllegalArgumentException.class);
        var negative = io.lynse.wire.v1.Ids.newBuilder().addInts(-1).build();
        assertThatThrownBy(() -> Wire.ids(negative)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Wire.id(io.lynse.wire.v1.RowId.getDefaultInstance())).isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<RowBatch> batches() {
        return Stream.of(
                new RowBatch(WriteKind.ADD, VECTORS, null, FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, VECTORS, Ids.range(3, 2), FIELDS),
                new RowBatch(WriteKind.UPSERT, VECTORS, Ids.of(List.of(RowId.of("a"), RowId.of(9))), FIELDS, new int[] {4, 2}),
                new RowBatch(WriteKind.UPSERT, new Vectors(3, 1, ElementType.FLOAT16, ByteBuffer.allocateDirect(6)), Ids.of(1, 2, 3), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, Vectors.of(), Ids.NONE, FieldBlock.NONE));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void batchesComeBack(RowBatch batch) throws InvalidProtocolBufferException {
        WriteRows sent = Wire.writeRows(COLLECTION, batch, 99L << 16, WRITE_ID);
        WriteRows received = WriteRows.parseFrom(sent.toByteString());
        assertThat(received.getCollectionId()).isEqualTo(7);
        assertThat(received.getStamps().getClock()).isEqualTo(99L << 16);
        assertThat(received.getWriteId().toByteArray()).isEqualTo(WRITE_ID);
        RowBatch back = Wire.rowBatch(received);
        assertThat(back.kind()).isEqualTo(batch.kind());
        assertThat(back.vectors()).isEqualTo(batch.vectors());
        assertThat(back.fields()).isEqualTo(batch.fields());
        assertThat(back.places()).isEqualTo(batch.places());
        assertThat(back.ids()).isEqualTo(batch.ids());
    }

    @Test
    void aPartOfABatchHasItsRowsAndKeepsTheirPlaces() throws InvalidProtocolBufferException {
        var vectors = Vectors.of(new float[] {0, 1}, new float[] {2, 3}, new float[] {4, 5}, new float[] {6, 7});
        var fields = FieldBlock.of(Arrays.asList(Fields.of(Map.of("n", 0)), null, Fields.of(Map.of("n", 2)), Fields.EMPTY));
        var batch = new RowBatch(WriteKind.UPSERT, vectors, Ids.range(7, 4), fields, new int[] {3, 5, 8, 9});
        BulkMessage sent = Wire.rowsEntry(COLLECTION, batch, new int[] {0, 2, 3}, 99, new RequestId(WRITE_ID, 7));
        ByteBuffer payload = ByteBuffer.allocateDirect((int) sent.size());
        sent.writeTo(payload);
        RowBatch part = Wire.rowBatch(Wire.rowsEntry(payload.flip()));
        assertThat(part.kind()).isEqualTo(WriteKind.UPSERT);
        assertThat(part.ids()).isEqualTo(Ids.of(7, 9, 10));
        assertThat(part.vectors()).isEqualTo(Vectors.of(new float[] {0, 1}, new float[] {4, 5}, new float[] {6, 7}));
        assertThat(part.fields()).isEqualTo(FieldBlock.of(Arrays.asList(Fields.of(Map.of("n", 0)), Fields.of(Map.of("n", 2)), Fields.EMPTY)));
        assertThat(part.places()).containsExactly(3, 8, 9);
    }

    @Test
    void allRowsOfABatchAreTheBatch() throws InvalidProtocolBufferException {
        BulkMessage sent = Wire.rowsEntry(COLLECTION, new RowBatch(WriteKind.ADD, VECTORS, Ids.of(1, 2), FIELDS), new int[] {0, 1}, 99, new RequestId(WRITE_ID, 7));
        ByteBuffer payload = ByteBuffer.allocate((int) sent.size());
        sent.writeTo(payload);
        assertThat(Wire.rowBatch(Wire.rowsEntry(payload.flip())).places()).isNull();
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        WriteRows good = Wire.writeRows(COLLECTION, new RowBatch(WriteKind.ADD, VECTORS, Ids.of(1, 2), FIELDS), 1, WRITE_ID);
        assertThat(Wire.rowBatch(good).count()).isEqualTo(2);
        List<WriteRows> bad = List.of(
                good.toBuilder().setCount(3).build(),
                good.toBuilder().setCount(-1).build(),
                good.toBuilder().setDimension(-2).build(),
                good.toBuilder().setCount(Integer.MAX_VALUE).setDimension(0).setVectors(ByteString.EMPTY).build(),
                good.toBuilder().setIds(Wire.ids(Ids.of(1))).build(),
                good.toBuilder().setEncodingValue(17).build(),
                good.toBuilder().setKindValue(17).build(),
                good.toBuilder().setStamps(good.getStamps().toBuilder().addPlaces(1)).build(),
                good.toBuilder().setFields(ByteString.copyFrom(new byte[] {1, 9, 9})).build());
        assertThat(bad).allSatisfy(rows -> assertThatThrownBy(() -> Wire.rowBatch(rows))
                .isInstanceOfAny(IllegalArgumentException.class, FieldFormatException.class));
    }

    @Test
    void hitsComeBack() {
        var hits = new Hits(Ids.of(List.of(RowId.of(4), RowId.of("z"))), new float[] {0.25f, Float.NaN}, FIELDS);
        Hits back = Wire.hits(Wire.hits(hits));
        assertThat(back.ids()).isEqualTo(hits.ids());
        assertThat(back.scores()).containsExactly(hits.scores());
        assertThat(back.fields()).isEqualTo(FIELDS);
        assertThat(Wire.hits(Wire.hits(Hits.NONE)).size()).isZero();
    }

    @Test
    void rowsComeBackWithAndWithoutVectors() throws InvalidProtocolBufferException {
        var stamps = new OrderStamp[] {new OrderStamp(5L << 16, 0), new OrderStamp(5L << 16, 3)};
        for (Vectors vectors : List.of(VECTORS, new Vectors(0, 2, ElementType.FLOAT32, ByteBuffer.allocate(0)))) {
            var rows = new Rows(Ids.of(1, 2), vectors, FIELDS, stamps);
            Rows back = Wire.rows(RowsReply.parseFrom(Wire.rows(rows).toByteString()));
            assertThat(back.ids()).isEqualTo(rows.ids());
            assertThat(back.vectors()).isEqualTo(vectors);
            assertThat(back.fields()).isEqualTo(FIELDS);
            assertThat(back.stamps()).containsExactly(stamps);
        }
    }

    static Stream<CollectionStats> stats() {
        var name = new CollectionName("db", "c");
        return Stream.of(
                stats(new CollectionInfo(COLLECTION, name, 0, ElementType.FLOAT32, null, null)),
                stats(new CollectionInfo(COLLECTION, name, 384, ElementType.FLOAT16, "", IndexMode.parse("hnsw-Cos-sq8").orElseThrow())));
    }

    private static CollectionStats stats(CollectionInfo info) {
        return new CollectionStats(info, 10, 3, -1, 12, true, List.of("a", "b"), "/data/c");
    }

    @ParameterizedTest
    @MethodSource("stats")
    void statesComeBack(CollectionStats stats) {
        assertThat(Wire.stats(Wire.state(stats))).isEqualTo(stats);
    }

    static Stream<RowSelection> selections() {
        return Stream.of(new RowSelection.ById(Ids.of(3, 1)), new RowSelection.ById(Ids.NONE), new RowSelection.Head(0), new RowSelection.Tail(5), new RowSelection.Deleted());
    }

    @ParameterizedTest
    @MethodSource("selections")
    void selectionsComeBack(RowSelection selection) {
        var request = ReadRowsRequest.newBuilder();
        Wire.select(request, selection);
        assertThat(Wire.selection(request.build())).isEqualTo(selection);
    }

    @Test
    void optionsComeBack() {
        for (OptionalDouble threshold : List.of(OptionalDouble.empty(), OptionalDouble.of(0), OptionalDouble.of(-1.5))) {
            var options = new Query.Options(10, true, 64, threshold);
            assertThat(Wire.options(Wire.options(COLLECTION, options))).isEqualTo(options);
        }
    }

    @Test
    void vectorsOfQueriesComeBack() {
        assertThat(Wire.vector(Wire.vector(new float[] {1, -0.0f, Float.MAX_VALUE}))).containsExactly(1, -0.0f, Float.MAX_VALUE);
        assertThatThrownBy(() -> Wire.vector(ByteString.copyFrom(new byte[5]))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void elementTypesComeBack() {
        for (ElementType type : ElementType.values()) assertThat(Wire.elementType(Wire.elementType(type))).isEqualTo(type);
        @Nullable IndexMode none = Wire.stats(Wire.state(stats(
                new CollectionInfo(COLLECTION, new CollectionName("d", "c"), 1, ElementType.FLOAT32, null, null)))).info().indexMode();
        assertThat(none).isNull();
    }
}
