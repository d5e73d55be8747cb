package io.lynse.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class JsonReaderTest {

    @Test
    void readsAWholeWriteRequest() {
        var request = Write.read("""
                {"extra": {"a": [1, {"b": 2}]}, "vectors": [[1, -2.5e0], [0.1, 3]], "database_name": "d\\u00e9",
                 "ids": [7, "x", 9223372036854775807], "fields": [{}, {"n": 1}], "k": 3}
                """);
        assertThat(request.texts()).containsEntry("database_name", "dé");
        assertThat(request.vectors()).isEqualTo(Vectors.of(new float[] {1, -2.5f}, new float[] {0.1f, 3}));
        assertThat(request.ids().toList()).containsExactly(RowId.of(7), RowId.of("x"), RowId.of(Long.MAX_VALUE));
        assertThat(request.fields().count()).isEqualTo(2);
        assertThat(request.fields().block().get(0)).isEqualTo(Fields.EMPTY);
        assertThat(request.fields().block().get(1)).isEqualTo(Fields.of(Map.of("n", 1L)));
    }

    @Test
    void keepsIntegerIdsPacked() {
        assertThat(Write.read("{\"ids\":[3,1,2]}").ids()).isEqualTo(Ids.of(3, 1, 2));
    }

    @Test
    void takesTheLastOfTwoEqualKeys() {
        assertThat(Write.read("{\"ids\":[1],\"ids\":[2]}").ids()).isEqualTo(Ids.of(2));
    }

    @Test
    void readsTheSameWhateverPiecesTheBodyArrivesIn() {
        String rows = "[0.25,1.5,-3e2]," + "[1,2,3],".repeat(20_000) + "[4,5,6]";
        String body = "{\"database_name\":\"d\",\"vectors\":[" + rows + "],\"ids\":[1],\"fields\":[{\"t\":\"" + "é".repeat(40_000) + "\"}]}";
        Write whole = Write.read(body);
        for (int piece : new int[] {1, 7, 1023, 65_536}) {
            for (long announced : new long[] {-1, body.getBytes(StandardCharsets.UTF_8).length}) {
                Write pieces = Write.read(new InPieces(body, piece), announced);
                assertThat(pieces.vectors()).as("pieces of %d", piece).isEqualTo(whole.vectors());
                assertThat(pieces.fields()).as("pieces of %d", piece).isEqualTo(whole.fields());
            }
        }
        assertThat(whole.vectors().count()).isEqualTo(20_002);
        assertThat(whole.vectors().row(20_001)).containsExactly(4, 5, 6);
    }

    @Test
    void keepsFieldValuesWithTheirTypes() {
        Fields fields = Objects.requireNonNull(Write.read("""
                {"fields":[{"big":18446744073709551615,"least":-9223372036854775808,"huge":18446744073709551616,"f":1.0,"e":1e3,
                 "t":true,"n":null,"s":"\\ud83d\\ude00","list":[1,[2,{"x":"y"}]],"o":{"a":{}}}]}
                """).fields().block().get(0));
        assertThat(fields.toMap())
                .containsEntry("big", new BigInteger("18446744073709551615"))
                .containsEntry("least", Long.MIN_VALUE)
                .containsEntry("huge", 18446744073709551616.0)
                .containsEntry("f", 1.0).containsEntry("e", 1000.0).containsEntry("t", true).containsEntry("n", null)
                .containsEntry("s", "😀").containsEntry("list", List.of(1L, List.of(2L, Map.of("x", "y")))).containsEntry("o", Map.of("a", Map.of()));
    }

    static final List<Arguments> REFUSED = List.of(
            arguments("", "EOF while parsing a value at line 1 column 0"),
            arguments("   ", "EOF while parsing a value"),
            arguments("nul", ""),
            arguments("[1]", "invalid type: sequence, expected a map"),
            arguments("5 ", "invalid type: integer `5`, expected a map"),
            arguments("{bad", ""),
            arguments("{\"ids\":[1]", ""),
            arguments("{\"ids\":[1]} x", "trailing characters"),
            arguments("{\"ids\":[1],}", ""),
            arguments("{\"ids\":5}", "invalid type: integer `5`, expected a sequence"),
            arguments("{\"ids\":[-1]}", "ids[0]: data did not match any variant of untagged enum ExternalId at line 1 column"),
            arguments("{\"ids\":[1,1.5]}", "ids[1]: data did not match any variant"),
            arguments("{\"ids\":[\"a\",true]}", "ids[1]: data did not match any variant"),
            arguments("{\"ids\":[null]}", "ids[0]: data did not match any variant"),
            arguments("{\"ids\":[9223372036854775808]}", "ids[0]: an integer id must be below 2^63"),
            arguments("{\"vectors\":null}", "invalid type: null, expected a sequence"),
            arguments("{\"vectors\":[1]}", "invalid type: integer `1`, expected a sequence"),
            arguments("{\"vectors\":[[1],[null]]}", "vectors[1][0]: invalid type: null, expected f32"),
            arguments("{\"vectors\":[[\"a\"]]}", "vectors[0][0]: invalid type: string, expected f32"),
            arguments("{\"vectors\":[[1e39]]}", "vectors[0][0]: number out of range of float32"),
            arguments("{\"vectors\":[[1 2]]}", "expected `,` or `]`"),
            arguments("{\"vectors\":[[1]", ""),
            arguments("{\"fields\":[5]}", "invalid type: integer `5`, expected a map"),
            arguments("{\"fields\":[null]}", "invalid type: null, expected a map"),
            arguments("{\"fields\":{\"a\":1}}", "invalid type: map, expected a sequence"),
            arguments("{\"fields\":[{},{\"x\":1e999}]}", "fields[1]: a float must be finite"),
            arguments("{\"fields\":[{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}]}", "fields[0]: nested deeper than 128"),
            arguments("{\"database_name\":5}", "invalid type: integer `5`, expected a string"),
            arguments("{\"database_name\":null}", "invalid type: null, expected a string"),
            arguments("{\"k\":-1}", "invalid value: integer `-1`, expected usize"),
            arguments("{\"k\":2.5}", "invalid type: floating point `2.5`, expected usize"),
            arguments("{\"k\":\"3\"}", "invalid type: string \"3\", expected usize"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSED")
    void refuses(String body, String reason) {
        assertThatThrownBy(() -> Write.read(body)).isInstanceOfSatisfying(TextRefusal.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.text()).startsWith("Json deserialize error: ").contains(reason).containsPattern(" at line \\d+ column \\d+");
        });
    }

    @Test
    void namesThePlaceInTheBody() {
        assertThatThrownBy(() -> Write.read("{\"database_name\":\"d\",\n \"vectors\":[[1,null]]}"))
                .hasMessageEndingWith("at line 2 column 15");
    }

    @Test
    void refusesRowsOfDifferentLength() {
        assertThatThrownBy(() -> Write.read("{\"vectors\":[[1,2],[3]]}")).isInstanceOf(LynseException.class).hasMessage("mixed");
    }

    @Test
    void refusesAnEmptyTextId() {
        assertThatThrownBy(() -> Write.read("{\"ids\":[\"\"]}")).isInstanceOf(LynseException.class).hasMessageContaining("string IDs cannot be empty");
    }

    /** What the write routes read, as they read it. */
    private record Write(Map<String, String> texts, Vectors vectors, Ids ids, JsonReader.FieldRows fields) {
        static Write read(String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            return read(new ByteArrayInputStream(bytes), bytes.length);
        }

        static Write read(InputStream body, long length) {
            var json = new JsonReader(body, length, RequestMemory.unbounded());
            var texts = new LinkedHashMap<String, String>();
            Vectors vectors = Vectors.of();
            Ids ids = Ids.NONE;
            var fields = new JsonReader.FieldRows(0, FieldBlock.NONE);
            for (String key; (key = json.nextKey()) != null; ) {
                switch (key) {
                    case "database_name" -> texts.put(key, json.text());
                    case "vectors" -> vectors = json.vectors("mixed");
                    case "ids" -> ids = json.ids();
                    case "fields" -> fields = Objects.requireNonNull(json.fields());
                    case "k" -> json.natural(10);
                    default -> json.skip();
                }
            }
            return new Write(texts, vectors, ids, fields);
        }
    }

    /** Gives at most so many bytes at a time, as a network does. */
    private static final class InPieces extends FilterInputStream {
        private final int piece;

        InPieces(String body, int piece) {
            super(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
            this.piece = piece;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, piece));
        }
    }
}
