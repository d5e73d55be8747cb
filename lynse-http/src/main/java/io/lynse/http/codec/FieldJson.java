package io.lynse.http.codec;

import io.lynse.model.field.FieldFormatException;
import io.lynse.model.field.FieldWriter;
import java.math.BigInteger;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Streams JSON objects into LDBF1. Integers beyond 64 bits become floats, as in the original; a float must be finite. */
final class FieldJson {

    /** Deepest nesting that LDBF1 holds. */
    private static final int DEPTH_MAX = 128;

    private FieldJson() {}

    /**
     * Writes the object that the parser stands at the start of, as the body of a row's record.
     * @throws FieldFormatException if a value cannot be held
     */
    static void object(JsonParser json, FieldWriter out) {
        int place = out.begin();
        out.end(place, pairs(json, out, 1));
    }

    private static int pairs(JsonParser json, FieldWriter out, int depth) {
        if (depth > DEPTH_MAX) throw new FieldFormatException("nested deeper than " + DEPTH_MAX);
        int pairs = 0;
        for (String name; (name = json.nextName()) != null; pairs++) {
            out.name(name);
            value(json, json.nextToken(), out, depth);
        }
        return pairs;
    }

    private static int elements(JsonParser json, FieldWriter out, int depth) {
        if (depth > DEPTH_MAX) throw new FieldFormatException("nested deeper than " + DEPTH_MAX);
        int elements = 0;
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY; elements++) value(json, token, out, depth);
        return elements;
    }

    private static void value(JsonParser json, JsonToken token, FieldWriter out, int depth) {
        switch (token) {
            case VALUE_NULL -> out.nullValue();
            case VALUE_TRUE -> out.bool(true);
            case VALUE_FALSE -> out.bool(false);
            case VALUE_STRING -> out.string(json.getString());
            case VALUE_NUMBER_INT -> integer(json, out);
            case VALUE_NUMBER_FLOAT -> out.number(json.getDoubleValue());
            case START_ARRAY -> {
                int place = out.beginArray();
                out.end(place, elements(json, out, depth + 1));
            }
            case START_OBJECT -> {
                int place = out.beginObject();
                out.end(place, pairs(json, out, depth + 1));
            }
            default -> throw new FieldFormatException("unexpected " + token);
        }
    }

    private static void integer(JsonParser json, FieldWriter out) {
        if (json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            out.integer(json.getLongValue());
            return;
        }
        BigInteger value = json.getBigIntegerValue();
        boolean fits = value.signum() < 0 ? value.bitLength() < 64 : value.bitLength() <= 64;
        if (fits) out.integer(value);
        else out.number(value.doubleValue());
    }
}
