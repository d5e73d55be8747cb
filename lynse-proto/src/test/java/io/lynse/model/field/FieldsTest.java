package io.lynse.model.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    private static final BigInteger U64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    /** The worked example of wire contract 5.6, without magic and count: {"a": 1, "b": [null, -2]} and an absent record. */
    @Test
    void writesTheContractsExampleByteForByte() {
        byte[] payload = HexFormat.ofDelimiter(" ").parseHex("4C 44 42 46 31 02 00 00 00"
                + " 01 02 00 00 00 01 00 00 00 61 04 01 00 00 00 00 00 00 00 01 00 00 00 62"
                + " 07 02 00 00 00 00 03 FE FF FF FF FF FF FF FF 00");
        assertThat(new String(payload, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("LDBF1");
        byte[] records = Arrays.copyOfRange(payload, 9, payload.length);

        var values = new LinkedHashMap<String, @Nullable Object>();
        values.put("a", 1);
        values.put("b", Arrays.asList(null, -2));
        FieldBlock block = FieldBlock.of(Arrays.asList(Fields.of(values), null));
        assertThat(block.bytes()).isEqualTo(ByteBuffer.wrap(records));

        FieldBlock read = FieldBlock.checked(ByteBuffer.wrap(payload, 9, records.length), 2);
        assertThat(read).isEqualTo(block);
        assertThat(read.get(0)).hasToString("{a=1, b=[null, -2]}");
        assertThat(read.get(1)).isNull();
    }

    static Stream<@Nullable Object> values() {
        return Stream.of(
                null, true, false, 0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, BigInteger.TWO.pow(63), U64_MAX, 0.0, -0.0, 1.5, Double.MAX_VALUE,
                Double.MIN_VALUE, "", "a", "\0", "é\uFF5E\uD83D\uDE00", List.of(), Map.of(), Arrays.asList(1L, null, List.of(List.of("x"))),
                Map.of("deep", Map.of("er", 1L)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyTypeComesBackAsItWentIn(@Nullable Object value) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        map.put("first", value);
        map.put("", value);
        Fields fields = Fields.of(map);
        assertThat(fields.toMap()).isEqualTo(map);
        assertThat(List.copyOf(fields.toMap().keySet())).containsExactly("first", "");
        assertThat(Fields.checked(fields.encoded())).isEqualTo(fields);
    }

    @Test
    void smallerTypesAreWidened() {
        Fields fields = Fields.of(Map.of("a", 5, "b", 1.5f, "c", BigInteger.TEN));
        assertThat(fields.toMap()).isEqualTo(Map.of("a", 5L, "b", 1.5, "c", 10L));
    }

    @Test
    void refusesWhatItCannotHold() {
        Stream<Object> values = Stream.of(
                Double.NaN, Double.POSITIVE_INFINITY, Float.NaN, U64_MAX.add(BigInteger.ONE), BigInteger.TWO.pow(63).negate().subtract(BigInteger.ONE),
                new Object(), 'c', "\uD800", "a\uDC00b", Map.of("\uDBFF", 1));
        assertThat(values).allSatisfy(value ->
                assertThatThrownBy(() -> Fields.of(Map.of("a", value))).isInstanceOf(FieldFormatException.class));
    }

    @Test
    void theLastOfTwoValuesCounts() {
        var out = new FieldWriter();
        int place = out.begin();
        for (int i = 1; i <= 2; i++) {
            out.name("a");
            out.integer(i);
            out.name("b" + i);
            out.bool(true);
        }
        out.end(place, 4);
        assertThat(Fields.checked(out.toBytes()).toMap()).hasToString("{a=2, b1=true, b2=true}");
    }

    @ParameterizedTest
    @ValueSource(ints = {127, 128, 129, 200, 100_000})
    void nestsTo128AndNoDeeper(int depth) {
        for (boolean arrays : new boolean[] {true, false}) {
            byte[] nested = nested(depth, arrays);
            if (depth <= 128) {
                assertThat(Fields.checked(nested).toMap()).hasSize(depth == 1 ? 0 : 1);
            } else {
                assertThatThrownBy(() -> Fields.checked(nested)).isInstanceOf(FieldFormatException.class).hasMessage("nested deeper than 128");
                assertThatThrownBy(() -> Fields.trusted(nested).toMap()).isInstanceOf(FieldFormatException.class);
            }
        }
    }

    /** What was written can be read: the writer keeps the same limit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 129, 5_000})
    void writesWhatCanBeRead(int depth) {
        Object value = 1L;
        for (int level = 1; level < depth; level++) value = level % 2 == 0 ? List.of(value) : Map.of("k", value);
        Object inner = value;
        if (depth <= 128) assertThat(Fields.of(Map.of("k", inner)).toMap()).isEqualTo(Map.of("k", inner));
        else assertThatThrownBy(() -> Fields.of(Map.of("k", inner))).isInstanceOf(FieldFormatException.class).hasMessage("nested deeper than 128");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", // no count
        "01 00 00 00", // a pair was announced
        "01 00 00 00 01 00 00 00 61", // no value
        "01 00 00 00 01 00 00 00 61 09", // unknown tag
        "01 00 00 00 01 00 00 00 61 FF",
        "01 00 00 00 01 00 00 00 61 00 00", // a byte left over
        "01 00 00 00 01 00 00 00 FF 00", // a name that is no UTF-8
        "01 00 00 00 01 00 00 00 61 06 02 00 00 00 C3 28", // a text that is no UTF-8
        "01 00 00 00 01 00 00 00 61 06 03 00 00 00 ED A0 80", // a surrogate in UTF-8
        "01 00 00 00 01 00 00 00 61 05 00 00 00 00 00 00 F0 7F", // infinite
        "01 00 00 00 01 00 00 00 61 05 01 00 00 00 00 00 F8 7F", // NaN
        "01 00 00 00 01 00 00 00 61 03 05 00 00 00 00 00 00 00", // negative, but it is not
        "FF FF FF FF 01 00 00 00 61 00", // lengths that lie
        "01 00 00 00 FF FF FF FF 61 00",
        "01 00 00 00 01 00 00 00 61 06 FF FF FF 7F 61",
        "01 00 00 00 01 00 00 00 61 07 FF FF FF FF 00",
        "01 00 00 00 01 00 00 00 61 08 FF FF FF 7F 00"
    })
    void refusesWhatIsNoObject(String hex) {
        byte[] bytes = hex.isEmpty() ? new byte[0] : HexFormat.ofDelimiter(" ").parseHex(hex);
        assertThatThrownBy(() -> Fields.checked(bytes)).isInstanceOf(FieldFormatException.class);
    }

    @Test
    void emptyIsEmpty() {
        assertThat(Fields.of(Map.of())).isSameAs(Fields.EMPTY);
        assertThat(Fields.checked(new byte[4])).isEqualTo(Fields.EMPTY);
        assertThat(Fields.EMPTY.isEmpty()).isTrue();
        assertThat(Fields.of(Map.of("a", 1)).isEmpty()).isFalse();
    }

    @Test
    void theWriterGrows() {
        var large = new ArrayList<Object>();
        for (int i = 0; i < 5_000; i++) large.add("text " + i);
        Fields fields = Fields.of(Map.of("list", large));
        assertThat(fields.toMap()).isEqualTo(Map.of("list", large));
    }

    private static byte[] nested(int depth, boolean arrays) {
        var bytes = new java.io.ByteArrayOutputStream();
        byte[] open = HexFormat.of().parseHex("0100000001000000" + "61"); // one pair, name "a"
        bytes.writeBytes(open);
        for (int level = 2; level <= depth; level++) {
            boolean innermost = level == depth;
            bytes.write(arrays ? Tag.ARRAY : Tag.OBJECT);
            if (innermost) bytes.writeBytes(new byte[4]);
            else bytes.writeBytes(arrays ? new byte[] {1, 0, 0, 0} : open);
        }
        return bytes.toByteArray();
    }
}
