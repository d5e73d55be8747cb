package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.FieldFormatException;
import io.lynse.model.field.FieldWriter;
import java.io.DataInput;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON object, key by key, from front to back. Whatever is malformed or has another type than asked for is a
 * {@link TextRefusal} in the words of the original, with the place in the body.
 *
 * <pre>{@code
 * for (String key; (key = json.nextKey()) != null; ) {
 *     switch (key) {
 *         case "k" -> k = json.natural(10);
 *         default -> json.skip();
 *     }
 * }
 * }</pre>
 */
public final class JsonReader {

    private static final JsonFactory FACTORY = JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

    private static final int VALUE_BYTES = 64; // of a value in a list: itself and its place there, about
    private static final int LIST_BYTES = 256; // of an empty list or map, about
    private static final int QUOTED_MAX = 200;

    private final JsonInput in;
    private final JsonParser json;
    private final RequestMemory memory;
    private final long bodyBytes;
    private boolean started;
    private String key = "";

    /**
     * @param bodyBytes length of the body; -1: unknown
     * @param memory    of the request: vectors and fields lie in it, what is taken on the heap is counted there
     */
    public JsonReader(InputStream body, long bodyBytes, RequestMemory memory) {
        this.in = new JsonInput(body, bodyBytes, memory);
        this.memory = memory;
        if (in.peek() == JsonInput.END) throw in.refusal("EOF while parsing a value");
        this.json = FACTORY.createParser(ObjectReadContext.empty(), (DataInput) in);
        this.bodyBytes = bodyBytes;
    }

    /** The next key of the body's object; null behind the last. What is not read by one of the methods below must be skipped. */
    public @Nullable String nextKey() {
        try {
            if (!started) start();
            String name = json.nextName();
            if (name == null) {
                if (json.currentToken() != JsonToken.END_OBJECT) throw in.refusal("key must be a string");
                if (in.peek() != JsonInput.END) throw in.refusal("trailing characters");
                return null;
            }
            json.nextToken();
            key = name;
            return name;
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    private void start() {
        started = true;
        JsonToken token = json.nextToken();
        if (token != JsonToken.START_OBJECT) throw wrongType("a map");
    }

    public void skip() {
        try {
            json.skipChildren();
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    public String text() {
        String text = textOrNull();
        if (text == null) throw wrongType("a string");
        return text;
    }

    public @Nullable String textOrNull() {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> reading(this::string);
            default -> throw wrongType("a string");
        };
    }

    /** A number of things; null stands for the default. */
    public int natural(int byDefault) {
        if (json.currentToken() == JsonToken.VALUE_NULL) return byDefault;
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) throw wrongType("usize");
        long value = json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? Long.MAX_VALUE : reading(json::getLongValue);
        if (value < 0) throw in.refusal("invalid value: integer `" + value + "`, expected usize");
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    /** null stands for the default. */
    public boolean flag(boolean byDefault) {
        return switch (json.currentToken()) {
            case VALUE_NULL -> byDefault;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrongType("a boolean");
        };
    }

    /** null stands for NaN, which is how the client writes what is not finite. */
    public double real() {
        return switch (json.currentToken()) {
            case VALUE_NULL -> Double.NaN;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> reading(json::getDoubleValue);
            default -> throw wrongType("f64");
        };
    }

    /** One vector. */
    public float[] vector() {
        if (json.currentToken() != JsonToken.START_ARRAY) throw wrongType("a sequence");
        var reader = new FloatReader(in, 1024);
        int length = reader.read(key);
        endOfNumbers();
        return Arrays.copyOf(reader.elements(), length);
    }

    /** Vectors of one length. @param mixed what to say when they differ in it */
    public Vectors vectors(String mixed) {
        if (json.currentToken() != JsonToken.START_ARRAY) throw wrongType("a sequence");
        var rows = new VectorRows(bodyBytes, mixed, memory);
        var reader = new FloatReader(in, 1024);
        try {
            for (int row = 0; json.nextToken() != JsonToken.END_ARRAY; row++) {
                if (json.currentToken() != JsonToken.START_ARRAY) throw wrongType("a sequence");
                long from = in.offset();
                int length = reader.read("vectors[" + row + "]");
                rows.add(reader.elements(), length, (int) Math.min(in.offset() - from, Integer.MAX_VALUE));
                endOfNumbers();
            }
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
        return rows.toVectors();
    }

    private void endOfNumbers() {
        try {
            if (json.nextToken() != JsonToken.END_ARRAY) throw in.refusal("expected `]`");
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    /** Ids: integers below 2^63 or texts. */
    public Ids ids() {
        if (json.currentToken() != JsonToken.START_ARRAY) throw wrongType("a sequence");
        try {
            long[] ints = new long[16];
            int count = 0;
            JsonToken token;
            while ((token = json.nextToken()) == JsonToken.VALUE_NUMBER_INT) {
                if (count == ints.length) {
                    memory.countHeap((long) count * Long.BYTES);
                    ints = Arrays.copyOf(ints, count * 2);
                }
                ints[count] = intId(count);
                count++;
            }
            if (token == JsonToken.END_ARRAY) return Ids.of(Arrays.copyOf(ints, count));
            var mixed = new ArrayList<RowId>();
            for (int i = 0; i < count; i++) mixed.add(RowId.of(ints[i]));
            memory.countHeap((long) count * VALUE_BYTES);
            for (; token != JsonToken.END_ARRAY; token = json.nextToken()) mixed.add(id(mixed.size()));
            return Ids.of(mixed);
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    private RowId id(int index) {
        return switch (json.currentToken()) {
            case VALUE_NUMBER_INT -> {
                memory.countHeap(VALUE_BYTES);
                yield RowId.of(intId(index));
            }
            case VALUE_STRING -> textId(kept(string()));
            default -> throw noId(index);
        };
    }

    static RowId textId(String text) {
        if (text.isEmpty()) throw new LynseException(new LynseError.InvalidArgument("ids", "Invalid argument: string IDs cannot be empty"));
        return RowId.of(text);
    }

    private long intId(int index) {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) throw in.refusal(key + "[" + index + "]: an integer id must be below 2^63");
        long value = json.getLongValue();
        if (value < 0) throw noId(index);
        return value;
    }

    private TextRefusal noId(int index) {
        return in.refusal(key + "[" + index + "]: data did not match any variant of untagged enum ExternalId");
    }

    /** A list of objects, one per row; null: there is no list. */
    public @Nullable FieldRows fields() {
        if (json.currentToken() == JsonToken.VALUE_NULL) return null;
        if (json.currentToken() != JsonToken.START_ARRAY) throw wrongType("a sequence");
        var out = new FieldWriter(memory);
        int rows = 0;
        try {
            for (; json.nextToken() != JsonToken.END_ARRAY; rows++) {
                if (json.currentToken() != JsonToken.START_OBJECT) throw wrongType("a map");
                out.presentMark();
                in.beginText();
                FieldJson.object(json, out);
                in.endText();
            }
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        } catch (FieldFormatException unfit) {
            throw in.refusal(key + "[" + rows + "]: " + unfit.getMessage());
        }
        return new FieldRows(rows, FieldBlock.checked(out.toBuffer(), rows));
    }

    /** @param count how many rows had an object */
    public record FieldRows(int count, FieldBlock block) {}

    /** Any value: null, Boolean, Long, BigInteger, Double, String, List, Map; a list of numbers under the key {@code vector} as float[]. */
    @Nullable Object value() {
        try {
            if (key.equals("vector") && json.currentToken() == JsonToken.START_ARRAY) return vector();
            return tree(json.currentToken());
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    private @Nullable Object tree(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> {
                memory.countHeap(VALUE_BYTES);
                yield null;
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                memory.countHeap(VALUE_BYTES);
                yield token == JsonToken.VALUE_TRUE;
            }
            case VALUE_STRING -> kept(string());
            case VALUE_NUMBER_INT -> {
                memory.countHeap(VALUE_BYTES);
                yield json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? (Object) json.getBigIntegerValue() : (Object) json.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> {
                memory.countHeap(VALUE_BYTES);
                yield json.getDoubleValue();
            }
            case START_ARRAY -> {
                memory.countHeap(LIST_BYTES);
                List<@Nullable Object> values = new ArrayList<>();
                for (JsonToken next; (next = json.nextToken()) != JsonToken.END_ARRAY; ) values.add(tree(next));
                yield values;
            }
            case START_OBJECT -> {
                memory.countHeap(LIST_BYTES);
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                for (String name; (name = json.nextName()) != null; ) values.put(kept(name), tree(json.nextToken()));
                yield values;
            }
            default -> throw in.refusal("expected value");
        };
    }

    /** The text that the parser stands at. It may be as long as the body. */
    private String string() {
        in.beginText();
        try {
            return json.getString();
        } finally {
            in.endText();
        }
    }

    /** Counts a text that stays. */
    private String kept(String text) {
        memory.countHeap(VALUE_BYTES + 2L * text.length());
        return text;
    }

    /** The place behind what was read, in serde's words. */
    public String location() {
        return in.location();
    }

    public TextRefusal missing(String field) {
        return in.refusal("missing field `" + field + "`");
    }

    private TextRefusal wrongType(String expected) {
        return in.refusal("invalid type: " + describe() + ", expected " + expected);
    }

    private String describe() {
        JsonToken token = json.currentToken();
        return switch (token) {
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "boolean `" + token.name().substring(6).toLowerCase(Locale.ROOT) + "`";
            case VALUE_STRING -> "string \"" + abridged(reading(this::string)) + "\"";
            case VALUE_NUMBER_INT -> "integer `" + reading(json::getString) + "`";
            case VALUE_NUMBER_FLOAT -> "floating point `" + reading(json::getString) + "`";
            case START_ARRAY -> "sequence";
            default -> "map";
        };
    }

    private static String abridged(String text) {
        return text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
    }

    /** A token's value is only parsed when it is asked for. */
    private <T> T reading(Supplier<T> part) {
        try {
            return part.get();
        } catch (JacksonException malformed) {
            throw refusal(malformed);
        }
    }

    private TextRefusal refusal(JacksonException malformed) {
        return in.refusal(malformed.getOriginalMessage());
    }
}
