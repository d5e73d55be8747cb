package io.lynse.model.field;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metadata fields of one row: typed JSON, kept as the bytes of an LDBF1 object and decoded only when looked at.
 * A name that occurs twice counts once, with its last value.
 */
public final class Fields {

    public static final Fields EMPTY = new Fields(new byte[4]);

    private final byte[] encoded;

    private Fields(byte[] encoded) {
        this.encoded = encoded;
    }

    /** The fields of an LDBF1 object. @throws FieldFormatException if the bytes are not exactly one object */
    public static Fields checked(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        FieldReader.skipObject(in);
        if (in.hasRemaining()) throw new FieldFormatException(in.remaining() + " bytes left over");
        return new Fields(encoded);
    }

    /** The fields of bytes that came out of {@link #encoded()}, possibly by way of the log or the disk. */
    public static Fields trusted(byte[] encoded) {
        return encoded.length == 4 ? EMPTY : new Fields(encoded);
    }

    /**
     * @param values null, Boolean, Long (or Integer), BigInteger of 64 unsigned bits, Double (or Float), String, List and Map of these
     * @throws FieldFormatException if a value has another type or is not finite
     */
    public static Fields of(Map<String, ? extends @Nullable Object> values) {
        if (values.isEmpty()) return EMPTY;
        var out = new FieldWriter();
        out.object(values);
        return new Fields(out.toBytes());
    }

    public boolean isEmpty() {
        return encoded.length == 4;
    }

    /** The LDBF1 object. The array is shared: nobody writes to it. */
    public byte[] encoded() {
        return encoded;
    }

    /** The values by name, in order of first occurrence; types as {@link #of} takes them, integers as Long or BigInteger. */
    public Map<String, @Nullable Object> toMap() {
        return FieldReader.object(ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fields that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}
