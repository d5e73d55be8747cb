package io.lynse.model.field;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and checks LDBF1 objects. Every method leaves the buffer behind what it read and trusts no length in it. */
final class FieldReader {

    private FieldReader() {}

    static Map<String, @Nullable Object> object(ByteBuffer in) {
        try {
            return object(in, 1);
        } catch (BufferUnderflowException shortPayload) {
            throw new FieldFormatException("the payload ends early");
        }
    }

    /** Moves behind an object, checking every byte of it. */
    static void skipObject(ByteBuffer in) {
        try {
            skipObject(in, 1);
        } catch (BufferUnderflowException shortPayload) {
            throw new FieldFormatException("the payload ends early");
        }
    }

    private static Map<String, @Nullable Object> object(ByteBuffer in, int depth) {
        checkDepth(depth);
        int pairs = count(in, 5);
        var values = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < pairs; i++) values.put(string(in), value(in, depth));
        return values;
    }

    private static @Nullable Object value(ByteBuffer in, int depth) {
        byte tag = in.get();
        return switch (tag) {
            case Tag.NULL -> null;
            case Tag.FALSE -> false;
            case Tag.TRUE -> true;
            case Tag.NEGATIVE -> negative(in.getLong());
            case Tag.NATURAL -> natural(in.getLong());
            case Tag.DOUBLE -> finite(in.getDouble());
            case Tag.STRING -> string(in);
            case Tag.ARRAY -> array(in, depth + 1);
            case Tag.OBJECT -> object(in, depth + 1);
            default -> throw new FieldFormatException("unknown value tag " + tag);
        };
    }

    private static List<@Nullable Object> array(ByteBuffer in, int depth) {
        checkDepth(depth);
        int size = count(in, 1);
        var values = new ArrayList<@Nullable Object>();
        for (int i = 0; i < size; i++) values.add(value(in, depth));
        return values;
    }

    private static void skipObject(ByteBuffer in, int depth) {
        checkDepth(depth);
        for (int left = count(in, 5); left > 0; left--) {
            skipString(in);
            skipValue(in, depth);
        }
    }

    private static void skipValue(ByteBuffer in, int depth) {
        byte tag = in.get();
        switch (tag) {
            case Tag.NULL, Tag.FALSE, Tag.TRUE -> {}
            case Tag.NEGATIVE -> negative(in.getLong());
            case Tag.NATURAL -> in.getLong();
            case Tag.DOUBLE -> finite(in.getDouble());
            case Tag.STRING -> skipString(in);
            case Tag.ARRAY -> {
                checkDepth(depth + 1);
                for (int left = count(in, 1); left > 0; left--) skipValue(in, depth + 1);
            }
            case Tag.OBJECT -> skipObject(in, depth + 1);
            default -> throw new FieldFormatException("unknown value tag " + tag);
        }
    }

    /** A count of things that take at least {@code bytesEach}: one that cannot be true is refused before anything is allocated. */
    private static int count(ByteBuffer in, int bytesEach) {
        long count = Integer.toUnsignedLong(in.getInt());
        if (count * bytesEach > in.remaining()) throw new FieldFormatException("the payload ends early");
        return (int) count;
    }

    private static String string(ByteBuffer in) {
        ByteBuffer bytes = stringBytes(in);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            throw new FieldFormatException("invalid UTF-8 in a string");
        }
    }

    private static void skipString(ByteBuffer in) {
        ByteBuffer bytes = stringBytes(in);
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) < 0) { // only text beyond ASCII pays for a decoder
                string(in.duplicate().order(in.order()).position(in.position() - bytes.remaining() - 4));
                return;
            }
        }
    }

    private static ByteBuffer stringBytes(ByteBuffer in) {
        int length = count(in, 1);
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        return bytes;
    }

    private static Long negative(long value) {
        if (value >= 0) throw new FieldFormatException("a negative integer was announced, got " + value);
        return value;
    }

    private static Object natural(long value) {
        return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
    }

    private static Double finite(double value) {
        if (!Double.isFinite(value)) throw new FieldFormatException("a float must be finite");
        return value;
    }

    private static void checkDepth(int depth) {
        if (depth > Tag.DEPTH_MAX) throw new FieldFormatException("nested deeper than " + Tag.DEPTH_MAX);
    }
}
