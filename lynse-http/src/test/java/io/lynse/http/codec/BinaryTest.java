package io.lynse.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary formats, byte by byte, against the worked examples of the wire contract, section 5. */
class BinaryTest {

    private static final String VECTORS = "0000803F 00000040 00004040 00008040"; // 1, 2, 3, 4
    /** The example of 5.6: {@code {"a": 1, "b": [null, -2]}} and an absent record. */
    private static final String FIELDS = """
            4C44424631 02000000 01 02000000
            01000000 61 04 0100000000000000
            01000000 62 07 02000000 00 03 FEFFFFFFFFFFFFFF
            00""";

    @Test
    void readsVectorsIdsAndFields() {
        var items = items(VECTORS + "0A00000000000000 FFFFFFFFFFFFFF7F" + FIELDS, 2, "");
        assertThat(items.vectors()).isEqualTo(Vectors.of(new float[] {1, 2}, new float[] {3, 4}));
        assertThat(items.ids()).isEqualTo(Ids.of(10, Long.MAX_VALUE));
        assertThat(Objects.requireNonNull(items.fields().get(0)).toMap()).isEqualTo(Map.of("a", 1L, "b", Arrays.asList(null, -2L)));
        assertThat(items.fields().get(1)).isNull();
    }

    @Test
    void readsARangeOfIdsWithoutIdBytes() {
        assertThat(items(VECTORS, 2, "ids_encoding=range&ids_start=5").ids()).isEqualTo(Ids.range(5, 2));
        assertThat(items(VECTORS, 2, "ids_encoding=range&ids_start=5").fields().isNone()).isTrue();
    }

    @Test
    void readsHalfFloats() {
        Vectors vectors = BinaryBody.vectors(bytes("003C 0040"), "dim", 1, 2, ElementType.FLOAT16);
        assertThat(vectors.row(0)).containsExactly(1, 2);
        assertThat(BinaryBody.widened(vectors, RequestMemory.unbounded())).isEqualTo(Vectors.of(new float[] {1, 2}));
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource(delimiter = '|', value = {
        "0000803F000000400000404000008040 0A00000000000000 0B000000000000 | 2 | | expected 16 id bytes, got 15",
        "0000803F0000004000004040000080 | 2 | ids_encoding=range&ids_start=1 | expected at least 16 raw vector bytes, got 15",
        "0000803F00000040 0000000000000080 | 1 | | ids[0]: an integer id must be below 2^63: 9223372036854775808",
        "0000803F00000040 | 1 | ids_encoding=range | ids_start is required for range id encoding",
        "0000803F00000040 | 1 | ids_encoding=range&ids_start=9223372036854775807 | ids_start: an integer id must be below 2^63",
        "0000803F00000040 | 1 | ids_encoding=delta | unsupported ids_encoding 'delta'",
        "0000803F0000C07F | 1 | ids_encoding=range&ids_start=1 | vectors[0]: a component is NaN or infinite",
        "0000803F00000040 00 | 1 | ids_encoding=range&ids_start=1 | invalid fields payload magic",
        "0000803F00000040 4C44424632 01000000 00 | 1 | ids_encoding=range&ids_start=1 | invalid fields payload magic",
        "0000803F00000040 4C44424631 02000000 0000 | 1 | ids_encoding=range&ids_start=1 | fields length must match vectors length",
        "0000803F00000040 4C44424631 01000000 | 1 | ids_encoding=range&ids_start=1 | the payload ends early",
        "0000803F00000040 4C44424631 01000000 02 | 1 | ids_encoding=range&ids_start=1 | a presence byte must be 0 or 1",
        "0000803F00000040 4C44424631 01000000 00 00 | 1 | ids_encoding=range&ids_start=1 | 1 bytes left over",
        "0000803F00000040 4C44424631 01000000 01 01000000 01000000FF 00 | 1 | ids_encoding=range&ids_start=1 | invalid UTF-8",
        "0000803F00000040 4C44424631 01000000 01 FFFFFFFF | 1 | ids_encoding=range&ids_start=1 | the payload ends early"})
    void refusesAPayload(String hex, int count, String query, String reason) {
        assertThatThrownBy(() -> items(hex, count, query)).isInstanceOfSatisfying(LynseException.class, refused -> {
            assertThat(refused.error()).isInstanceOf(LynseError.InvalidArgument.class);
            assertThat(refused.error().message()).contains(reason);
        });
    }

    @Test
    void refusesABodyOfAnotherLength() {
        assertThatThrownBy(() -> BinaryBody.vectors(bytes("0000803F"), "dim", 1, 2, ElementType.FLOAT32)).hasMessage("Expected 8 bytes, got 4");
        assertThatThrownBy(() -> BinaryBody.vectors(bytes(VECTORS), "dim", 1, 2, ElementType.FLOAT32)).hasMessage("Expected 8 bytes, got 16");
        assertThatThrownBy(() -> BinaryBody.vectors(bytes(VECTORS), "n_vectors", Integer.MAX_VALUE, Integer.MAX_VALUE, ElementType.FLOAT32)).isInstanceOf(LynseException.class);
    }

    @Test
    void writesASearchBlock() {
        var hits = new Hits(Ids.of(3, 258), new float[] {1, 0.5f}, FieldBlock.of(Arrays.asList(Fields.of(Map.of("a", 1L)), null)));
        assertThat(hex(BinaryAnswer.hits(hits, false, out()).toBytes())).isEqualTo(clean("02000000 0300000000000000 0201000000000000 0000803F 0000003F 00000000"));
        assertThat(hex(BinaryAnswer.hits(hits, true, out()).toBytes())).isEqualTo(clean("02000000 0300000000000000 0201000000000000 0000803F 0000003F 0C000000"
                + HexFormat.of().formatHex("[{\"a\":1},{}]".getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    }

    @Test
    void writesEightZeroBytesForNoHits() {
        assertThat(BinaryAnswer.hits(Hits.NONE, true, out()).toBytes()).isEqualTo(new byte[8]);
    }

    @Test
    void writesABatchAsBlocksBackToBack() {
        var one = new Hits(Ids.of(1), new float[] {2}, FieldBlock.NONE);
        assertThat(hex(BinaryAnswer.batch(List.of(one, Hits.NONE), false, out()).toBytes()))
                .isEqualTo(clean("02000000  01000000 0100000000000000 00000040 00000000  00000000 00000000"));
        assertThat(BinaryAnswer.batch(List.of(), false, out()).toBytes()).isEqualTo(new byte[4]);
    }

    @Test
    void writesRows() {
        var rows = new Rows(Ids.of(9), Vectors.of(new float[] {1, 2}), FieldBlock.NONE, new OrderStamp[] {new OrderStamp(1, 0)});
        assertThat(hex(BinaryAnswer.rows(rows, out()).toBytes())).isEqualTo(clean("01000000 02000000 0000803F 00000040 0900000000000000 04000000 5B7B7D5D"));
    }

    @Test
    void refusesToNameATextIdByANumber() {
        var hits = new Hits(Ids.of(List.of(RowId.of("a"))), new float[] {1}, FieldBlock.NONE);
        assertThatThrownBy(() -> BinaryAnswer.hits(hits, false, out()))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Conflict.class));
    }

    private static BinaryBody.Items items(String hex, int count, String query) {
        return BinaryBody.items(bytes(hex), count, 2, ElementType.FLOAT32, new QueryParameters(query));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(clean(hex))).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String clean(String hex) {
        return hex.replaceAll("\\s", "").toLowerCase(java.util.Locale.ROOT);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static BinaryOut out() {
        return new BinaryOut(16, null);
    }
}
