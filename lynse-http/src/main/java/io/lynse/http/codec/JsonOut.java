package io.lynse.http.codec;

import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON. Floats are printed with the fewest digits that read back as the same float32; a number that
 * is not finite is null. Names of objects come in the order given.
 */
public final class JsonOut extends AnswerBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** A value that writes itself, so that it need not be made before. */
    public interface Part {
        void writeTo(JsonOut out);
    }

    /** All of it is kept. @param expected bytes of the answer, a guess */
    public JsonOut(int expected) {
        super(expected, null);
    }

    /** @param out where the beginning of a large answer is sent while the rest is made */
    public JsonOut(int expected, OutputStream out) {
        super(expected, out);
    }

    /** Appends ASCII text that is JSON already. */
    public JsonOut raw(String json) {
        int length = json.length();
        room(length);
        for (int i = 0; i < length; i++) bytes[size + i] = (byte) json.charAt(i);
        size += length;
        return this;
    }

    public JsonOut number(long value) {
        return raw(Long.toString(value));
    }

    public JsonOut number(float value) {
        return raw(Float.isFinite(value) ? Float.toString(value) : "null");
    }

    public JsonOut number(double value) {
        return raw(Double.isFinite(value) ? Double.toString(value) : "null");
    }

    public JsonOut string(String text) {
        room(text.length() + 2);
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                room(1);
                put(c);
            } else {
                i += special(text, i, c);
            }
        }
        room(1);
        put('"');
        return this;
    }

    /** @return how many further chars were taken */
    private int special(String text, int at, char c) {
        room(6);
        if (c < 0x80) {
            put('\\');
            switch (c) {
                case '"', '\\' -> put(c);
                case '\n' -> put('n');
                case '\r' -> put('r');
                case '\t' -> put('t');
                default -> {
                    put('u');
                    put('0');
                    put('0');
                    put(HEX[c >> 4]);
                    put(HEX[c & 15]);
                }
            }
            return 0;
        }
        int point = text.codePointAt(at);
        if (point < 0x800) {
            put(0xC0 | point >> 6);
        } else {
            if (point < 0x1_0000) {
                put(0xE0 | point >> 12);
            } else {
                put(0xF0 | point >> 18);
                put(0x80 | point >> 12 & 0x3F);
            }
            put(0x80 | point >> 6 & 0x3F);
        }
        put(0x80 | point & 0x3F);
        return Character.charCount(point) - 1;
    }

    public JsonOut ids(Ids ids) {
        raw("[");
        boolean ints = ids.allInts();
        for (int row = 0; row < ids.size(); row++) {
            if (row > 0) raw(",");
            if (ints) number(ids.intAt(row));
            else id(ids.get(row));
        }
        return raw("]");
    }

    private void id(RowId id) {
        switch (id) {
            case RowId.IntId(long value) -> number(value);
            case RowId.TextId(String value) -> string(value);
        }
    }

    public JsonOut floats(float[] values) {
        raw("[");
        for (int i = 0; i < values.length; i++) {
            if (i > 0) raw(",");
            number(values[i]);
        }
        return raw("]");
    }

    private void vectors(Vectors vectors) {
        raw("[");
        float[] row = new float[vectors.dimension()];
        for (int i = 0; i < vectors.count(); i++) {
            if (i > 0) raw(",");
            vectors.copyRow(i, row);
            floats(row);
        }
        raw("]");
    }

    /** The fields of {@code rows} rows as a list of objects; absent ones are empty. */
    public JsonOut fields(FieldBlock fields, int rows) {
        raw("[");
        for (int row = 0; row < rows; row++) {
            if (row > 0) raw(",");
            Fields own = fields.get(row);
            if (own == null) raw("{}");
            else object(own.toMap());
        }
        return raw("]");
    }

    /** Values as {@link Fields#toMap} and our own answers hold them. @throws IllegalArgumentException for any other */
    public JsonOut value(@Nullable Object value) {
        return switch (value) {
            case null -> raw("null");
            case String text -> string(text);
            case Boolean flag -> raw(flag ? "true" : "false");
            case Integer number -> number((long) number);
            case Long number -> number((long) number);
            case BigInteger number -> raw(number.toString());
            case Float number -> number((float) number);
            case Double number -> number((double) number);
            case Ids ids -> ids(ids);
            case RowId id -> {
                id(id);
                yield this;
            }
            case float[] floats -> floats(floats);
            case Vectors vectors -> {
                vectors(vectors);
                yield this;
            }
            case Fields fields -> object(fields.toMap());
            case Part part -> {
                part.writeTo(this);
                yield this;
            }
            case Map<?, ?> object -> object(object);
            case Collection<?> values -> list(values);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        };
    }

    private JsonOut list(Collection<?> values) {
        raw("[");
        boolean first = true;
        for (Object value : values) {
            if (!first) raw(",");
            first = false;
            value(value);
        }
        return raw("]");
    }

    public JsonOut object(Map<?, ?> object) {
        raw("{");
        boolean first = true;
        for (Map.Entry<?, ?> entry : (Set<? extends Map.Entry<?, ?>>) object.entrySet()) {
            if (!first) raw(",");
            first = false;
            string(String.valueOf(entry.getKey())).raw(":").value(entry.getValue());
        }
        return raw("}");
    }

    private void put(int value) {
        bytes[size++] = (byte) value;
    }
}
