package io.lynse.coordinator.config;

import io.lynse.coordinator.shardclient.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A value of a JSON document together with the place where it stands, such as {@code shard_groups[1].primary}, so that whoever
 * refuses it can say where. Null counts as absent. Everything refused is an {@link IllegalArgumentException} with that place.
 */
public record Json(String place, @Nullable JsonNode node) {

    /** What a parser says is wrong, without its own bookkeeping. */
    public static String complaint(JacksonException malformed) {
        return malformed.getOriginalMessage().replaceAll(" \\(start marker at .*", "").strip();
    }

    public boolean absent() {
        return node == null || node.isNull() || node.isMissingNode();
    }

    public boolean isObject() {
        return node != null && node.isObject();
    }

    public boolean isText() {
        return node != null && node.isString();
    }

    /** The member of that name, possibly absent. */
    public Json get(String key) {
        return new Json(place.isEmpty() ? key : place + "." + key, node == null ? null : node.get(key));
    }

    /** The first of two names that is there; null: neither. */
    public @Nullable Json first(String key, String alias) {
        Json found = get(key).absent() ? get(alias) : get(key);
        return found.absent() ? null : found;
    }

    public Json required(String expected) {
        if (absent()) throw wrong("is missing (" + expected + ")");
        return this;
    }

    public void requireObject() {
        if (!isObject()) throw wrong("expected an object {...}, got " + shown());
    }

    /** The elements of a list; none when absent. */
    public List<Json> elements() {
        if (node == null || absent()) return List.of();
        if (!node.isArray()) throw wrong("expected a list [...], got " + shown());
        var elements = new ArrayList<Json>();
        for (JsonNode element : node) elements.add(new Json(place + "[" + elements.size() + "]", element));
        return elements;
    }

    /** The members of an object, by name; none when absent. */
    public List<String> keys() {
        if (node == null || absent()) return List.of();
        requireObject();
        return List.copyOf(node.propertyNames());
    }

    public @Nullable String text() {
        if (node == null || absent()) return null;
        if (!node.isString()) throw wrong("expected a text, got " + shown());
        return node.stringValue();
    }

    public String requiredText() {
        String text = required("expected a text").text();
        if (text == null) throw wrong("expected a text");
        return text;
    }

    public int integer(int otherwise) {
        return Math.toIntExact(Math.clamp(integer((long) otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    public long integer(long otherwise) {
        if (node == null || absent()) return otherwise;
        if (!node.isIntegralNumber() || !node.canConvertToLong()) throw wrong("expected a whole number, got " + shown());
        return node.longValue();
    }

    public @Nullable Double number() {
        if (node == null || absent()) return null;
        if (!node.isNumber()) throw wrong("expected a number, got " + shown());
        return node.doubleValue();
    }

    public boolean bool(boolean otherwise) {
        if (node == null || absent()) return otherwise;
        if (!node.isBoolean()) throw wrong("expected true or false, got " + shown());
        return node.booleanValue();
    }

    public NodeAddress address() {
        if (!isText()) throw wrong(NodeAddress.EXPECTED + ", got " + shown());
        try {
            return NodeAddress.parse(requiredText());
        } catch (IllegalArgumentException none) {
            throw wrong(String.valueOf(none.getMessage()));
        }
    }

    public IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(place.isEmpty() ? what : place + ": " + what);
    }

    private String shown() {
        return node == null ? "nothing" : node.toString();
    }
}
