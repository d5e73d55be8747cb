package io.lynse.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonOutTest {

    @Test
    void escapesWhatJsonDemandsAndLeavesTheRest() {
        String text = "a\"b\\c\n\r\t\u0000\u001f\u007f é€😀\u2028";
        String json = print(text);
        assertThat(json).startsWith("\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f");
        assertThat(JsonMapper.shared().readValue(json, String.class)).isEqualTo(text);
    }

    @Test
    void printsAnyTextSoThatItReadsBack() {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                int point = random.nextInt(4) == 0 ? random.nextInt(0x11_0000) : random.nextInt(0x180);
                if (point < 0xD800 || point > 0xDFFF) text.appendCodePoint(point);
            }
            assertThat(JsonMapper.shared().readValue(print(text.toString()), String.class)).isEqualTo(text.toString());
        }
    }

    @Test
    void printsFloatsSoThatTheyReadBackAsTheSameFloat() {
        var random = new Random(12);
        for (int i = 0; i < 50_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) assertThat(Float.parseFloat(print(value))).isEqualTo(value);
        }
    }

    @Test
    void printsWhatIsNotFiniteAsNull() {
        assertThat(print(new float[] {Float.NaN, 1, Float.POSITIVE_INFINITY})).isEqualTo("[null,1.0,null]");
        assertThat(print(Arrays.asList(Double.NaN, Double.NEGATIVE_INFINITY, 0.5))).isEqualTo("[null,null,0.5]");
    }

    @Test
    void printsEveryKindOfValue() {
        var object = new LinkedHashMap<String, Object>();
        object.put("ints", Ids.of(1, 2));
        object.put("mixed", Ids.of(List.of(RowId.of(5), RowId.of("5"))));
        object.put("range", Ids.range(7, 2));
        object.put("rows", Vectors.of(new float[] {0.1f, -2}, new float[] {3, 4}));
        object.put("fields", Fields.of(Map.of("u64", new BigInteger("18446744073709551615"))));
        object.put("flag", true);
        object.put("none", null);
        object.put("list", Arrays.asList(1, 2L, "x", null, Map.of()));
        assertThat(print(object)).isEqualTo("""
                {"ints":[1,2],"mixed":[5,"5"],"range":[7,8],"rows":[[0.1,-2.0],[3.0,4.0]],"fields":{"u64":18446744073709551615},\
                "flag":true,"none":null,"list":[1,2,"x",null,{}]}""");
    }

    @Test
    void printsFieldsOfRowsWithAbsentOnesEmpty() {
        var block = FieldBlock.of(Arrays.asList(Fields.of(Map.of("a", 1L)), null));
        assertThat(new String(new JsonOut(0).fields(block, 2).toBytes(), StandardCharsets.UTF_8)).isEqualTo("[{\"a\":1},{}]");
        assertThat(new String(new JsonOut(0).fields(FieldBlock.NONE, 2).toBytes(), StandardCharsets.UTF_8)).isEqualTo("[{},{}]");
    }

    @Test
    void refusesWhatIsNoJsonValue() {
        assertThatThrownBy(() -> print(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    private static String print(Object value) {
        return new String(new JsonOut(0).value(value).toBytes(), StandardCharsets.UTF_8);
    }
}
