package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.Ids;
import io.lynse.model.Names;
import io.lynse.model.RowId;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A whole JSON body, for the routes where its cost does not matter. Getters refuse in the words of the original. */
public final class JsonObject {

    private final Map<String, @Nullable Object> values;
    private final String location;

    private JsonObject(Map<String, @Nullable Object> values, String location) {
        this.values = values;
        this.location = location;
    }

    /**
     * @param bodyBytes length of the body; -1: unknown
     * @param memory    of the request, which counts what the values take
     */
    public static JsonObject read(InputStream body, long bodyBytes, RequestMemory memory) {
        var json = new JsonReader(body, bodyBytes, memory);
        var values = new LinkedHashMap<String, @Nullable Object>();
        for (String key; (key = json.nextKey()) != null; ) values.put(key, json.value());
        return new JsonObject(values, json.location());
    }

    public String database() {
        return Names.database(text("database_name"));
    }

    public CollectionName collection() {
        return new CollectionName(text("database_name"), text("collection_name"));
    }

    /** Refuses a body without the field; its value may be anything. */
    public void require(String field) {
        required(field);
    }

    /** The value as it was sent; null also when absent. */
    public @Nullable Object raw(String field) {
        return values.get(field);
    }

    public String text(String field) {
        Object value = required(field);
        if (value instanceof String text) return text;
        throw wrongType(field, value, "a string");
    }

    public @Nullable String textOrNull(String field) {
        return optional(field, "a string", value -> value instanceof String text ? text : null);
    }

    /** null and absent stand for the default. */
    public boolean flag(String field, boolean byDefault) {
        Boolean given = optional(field, "a boolean", value -> value instanceof Boolean flag ? flag : null);
        return given == null ? byDefault : given;
    }

    /** null and absent stand for the default. */
    public int natural(String field, int byDefault) {
        Long given = optional(field, "usize", value -> value instanceof Long number ? number : null);
        if (given == null) return byDefault;
        if (given < 0) throw refused("invalid value: integer `" + given + "`, expected usize");
        return (int) Math.min(given, Integer.MAX_VALUE);
    }

    public float[] vector(String field) {
        Object value = required(field);
        if (value instanceof float[] vector) return vector;
        throw wrongType(field, value, "a sequence");
    }

    public double real(String field) {
        Object value = required(field);
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) return number.doubleValue();
        throw wrongType(field, value, "f32");
    }

    /** A required list of texts. */
    public List<String> texts(String field) {
        Object value = required(field);
        if (!(value instanceof List<?> list)) throw wrongType(field, value, "a sequence");
        var texts = new ArrayList<String>(list.size());
        for (Object element : list) {
            if (!(element instanceof String text)) throw wrongType(field + "[" + texts.size() + "]", element, "a string");
            texts.add(text);
        }
        return texts;
    }

    /** A required list of ids. */
    public Ids ids(String field) {
        return idsOf(field, required(field));
    }

    /** null: absent or null. */
    public @Nullable Ids idsOrNull(String field) {
        Object value = values.get(field);
        return value == null ? null : idsOf(field, value);
    }

    @SuppressWarnings("unchecked") // JSON objects have texts for keys
    public @Nullable Map<String, @Nullable Object> objectOrNull(String field) {
        return optional(field, "a map", value -> value instanceof Map<?, ?> object ? (Map<String, @Nullable Object>) object : null);
    }

    private Ids idsOf(String field, @Nullable Object value) {
        if (!(value instanceof List<?> list)) throw wrongType(field, value, "a sequence");
        var ids = new ArrayList<RowId>(list.size());
        for (Object element : list) {
            RowId id = id(element);
            if (id == null) throw refused(field + "[" + ids.size() + "]: data did not match any variant of untagged enum ExternalId");
            ids.add(id);
        }
        return Ids.of(ids);
    }

    /** The id that a value is; null if it is none. @throws LynseException if it is an empty text */
    public static @Nullable RowId id(@Nullable Object value) {
        return switch (value) {
            case Long number when number >= 0 -> RowId.of(number);
            case String text -> JsonReader.textId(text);
            case null, default -> null;
        };
    }

    private <T> @Nullable T optional(String field, String expected, Function<Object, @Nullable T> as) {
        Object value = values.get(field);
        if (value == null) return null;
        T typed = as.apply(value);
        if (typed == null) throw wrongType(field, value, expected);
        return typed;
    }

    private @Nullable Object required(String field) {
        if (!values.containsKey(field)) throw refused("missing field `" + field + "`");
        return values.get(field);
    }

    private TextRefusal wrongType(String field, @Nullable Object value, String expected) {
        String what = switch (value) {
            case null -> "null";
            case String text -> "string \"" + text + "\"";
            case Boolean flag -> "boolean `" + flag + "`";
            case Long number -> "integer `" + number + "`";
            case Number number -> "floating point `" + number + "`";
            case List<?> _, float[] _ -> "sequence";
            default -> "map";
        };
        return refused(field + ": invalid type: " + what + ", expected " + expected);
    }

    private TextRefusal refused(String reason) {
        return TextRefusal.json(reason + location);
    }

    /** Refuses a request that uses what is not built yet. */
    public void refuseIfGiven(String field, String feature) {
        if (values.get(field) != null) throw new LynseException(new LynseError.Unsupported(feature));
    }
}
