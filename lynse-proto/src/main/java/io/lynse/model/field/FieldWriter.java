package io.lynse.model.field;

import io.lynse.memory.RequestMemory;
import io.lynse.model.RowId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes LDBF1, value by value, into one growing buffer. A parser can stream into it: {@link #begin} leaves a hole for the
 * count and {@link #end} fills it. Not safe for use by several threads.
 */
public final class FieldWriter {

    private static final int FIRST_BYTES = 256;

    private final @Nullable RequestMemory memory;
    private ByteBuffer out;
    private int depth;

    /** Writes to the heap. */
    public FieldWriter() {
        memory = null;
        out = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param memory where the buffer lies, and how much it may grow */
    public FieldWriter(RequestMemory memory) {
        this.memory = memory;
        out = memory.allocate(FIRST_BYTES);
    }

    /** Record of a row without fields of its own (an upsert keeps the stored ones). */
    public FieldWriter absent() {
        return put((byte) 0);
    }

    /** Record of a row with these fields. */
    public FieldWriter present(Fields fields) {
        put((byte) 1);
        byte[] encoded = fields.encoded();
        room(encoded.length).put(encoded);
        return this;
    }

    /** Marks the next record as present; the caller streams one object body behind it. */
    public FieldWriter presentMark() {
        return put((byte) 1);
    }

    /**
     * Starts the body of the row's object.
     *
     * @return the place to hand to {@link #end}
     * @throws FieldFormatException if it is nested deeper than LDBF1 allows
     */
    public int begin() {
        if (++depth > Tag.DEPTH_MAX) throw new FieldFormatException("nested deeper than " + Tag.DEPTH_MAX);
        int place = out.position();
        room(Integer.BYTES).putInt(0);
        return place;
    }

    public int beginObject() {
        put(Tag.OBJECT);
        return begin();
    }

    public int beginArray() {
        put(Tag.ARRAY);
        return begin();
    }

    /** Ends what began at {@code place} and held {@code count} pairs or values. */
    public void end(int place, int count) {
        out.putInt(place, count);
        depth--;
    }

    public void name(String name) {
        text(name);
    }

    public void nullValue() {
        put(Tag.NULL);
    }

    public void bool(boolean value) {
        put(value ? Tag.TRUE : Tag.FALSE);
    }

    public void integer(long value) {
        put(value < 0 ? Tag.NEGATIVE : Tag.NATURAL);
        room(Long.BYTES).putLong(value);
    }

    /** @throws FieldFormatException if the value has more than 64 bits */
    public void integer(BigInteger value) {
        if (value.signum() < 0 && value.bitLength() < 64) {
            integer(value.longValue());
        } else if (value.signum() >= 0 && value.bitLength() <= 64) {
            put(Tag.NATURAL);
            room(Long.BYTES).putLong(value.longValue());
        } else {
            throw new FieldFormatException("an integer must fit into 64 bits: " + value);
        }
    }

    /** @throws FieldFormatException if the value is NaN or infinite */
    public void number(double value) {
        if (!Double.isFinite(value)) throw new FieldFormatException("a float must be finite");
        put(Tag.DOUBLE);
        room(Double.BYTES).putDouble(value);
    }

    public void string(String value) {
        put(Tag.STRING);
        text(value);
    }

    void object(Map<String, ? extends @Nullable Object> values) {
        int place = begin();
        values.forEach((name, value) -> {
            name(name);
            value(value);
        });
        end(place, values.size());
    }

    @SuppressWarnings("unchecked") // the keys of a field object are texts, as JSON has them
    private void value(@Nullable Object value) {
        switch (value) {
            case null -> nullValue();
            case Boolean flag -> bool(flag);
            case Integer number -> integer(number);
            case Long number -> integer(number);
            case BigInteger number -> integer(number);
            case Double number -> number(number);
            case Float number -> number(number);
            case String string -> string(string);
            case Collection<?> values -> {
                int place = beginArray();
                values.forEach(this::value);
                end(place, values.size());
            }
            case Map<?, ?> values -> {
                put(Tag.OBJECT);
                object((Map<String, ? extends @Nullable Object>) values);
            }
            default -> throw new FieldFormatException("no field value: " + value.getClass().getSimpleName());
        }
    }

    public int size() {
        return out.position();
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    /** What was written, as a view; the writer is not used afterwards. */
    public ByteBuffer toBuffer() {
        return out.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
    }

    private void text(String value) {
        // Half a surrogate pair has no UTF-8: it would be stored as a question mark without a word.
        if (!RowId.isUnicode(value)) throw new FieldFormatException("a text must be valid Unicode");
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    private FieldWriter put(byte value) {
        room(1).put(value);
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int capacity = Math.max(Math.addExact(out.position(), bytes), (int) Math.min(out.capacity() * 2L, Integer.MAX_VALUE - 8));
            out = memory != null ? memory.grown(out, capacity) : ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
        }
        return out;
    }
}
