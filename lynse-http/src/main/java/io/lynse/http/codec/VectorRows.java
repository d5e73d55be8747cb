package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Collects rows of float32 into one buffer as they are parsed; the first row fixes the length of all. */
final class VectorRows {

    private static final int SIZE_MAX = Integer.MAX_VALUE - 64;

    private final long bodyBytes;
    private final String mixed;
    private int count;
    private int dimension;
    private ByteBuffer data = ByteBuffer.allocate(0);

    /**
     * @param bodyBytes length of the whole body, to size the buffer by; -1: unknown
     * @param mixed     what to say of rows that differ in length
     */
    VectorRows(long bodyBytes, String mixed) {
        this.bodyBytes = bodyBytes;
        this.mixed = mixed;
    }

    /** @param textBytes how much of the body the row took, at least */
    void add(float[] elements, int length, int textBytes) {
        if (count == 0) {
            dimension = length;
            data = room(expectedRows(textBytes) * length * Float.BYTES);
        } else if (length != dimension) {
            throw new LynseException(new LynseError.InvalidArgument("vectors", mixed));
        }
        int rowBytes = length * Float.BYTES;
        if (data.remaining() < rowBytes) {
            if (data.position() + (long) rowBytes > SIZE_MAX) throw new LynseException(new LynseError.PayloadTooLarge(data.position() + (long) rowBytes, SIZE_MAX));
            data = room(Math.max(data.capacity() * 3L / 2, data.position() + (long) rowBytes)).put(data.flip());
        }
        data.slice(data.position(), rowBytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(elements, 0, length);
        data.position(data.position() + rowBytes);
        count++;
    }

    /** Row length in elements; 0 before the first row. */
    int dimension() {
        return dimension;
    }

    Vectors toVectors() {
        return new Vectors(count, dimension, ElementType.FLOAT32, data.flip());
    }

    /** As many rows as the rest of the body can hold when each takes about what the first took. */
    private long expectedRows(int textBytes) {
        return bodyBytes < 0 ? 16 : Math.max(1, bodyBytes / Math.max(1, textBytes - textBytes / 32));
    }

    private static ByteBuffer room(long bytes) {
        return ByteBuffer.allocate((int) Math.min(bytes, SIZE_MAX));
    }
}
