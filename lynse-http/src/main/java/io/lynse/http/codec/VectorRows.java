package io.lynse.http.codec;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Collects rows of float32 into one buffer as they are parsed; the first row fixes the length of all. */
final class VectorRows {

    private final long bodyBytes;
    private final String mixed;
    private int count;
    private int dimension;
    private final RequestMemory memory;
    private ByteBuffer data;

    /**
     * @param bodyBytes length of the whole body, to size the buffer by; -1: unknown
     * @param mixed     what to say of rows that differ in length
     * @param memory    where the buffer lies
     */
    VectorRows(long bodyBytes, String mixed, RequestMemory memory) {
        this.memory = memory;
        this.data = memory.allocate(0);
        this.bodyBytes = bodyBytes;
        this.mixed = mixed;
    }

    /** @param textBytes how much of the body the row took, at least */
    void add(float[] elements, int length, int textBytes) {
        if (count == 0) {
            dimension = length;
            data = memory.grown(data, expectedBytes(textBytes, length * (long) Float.BYTES));
        } else if (length != dimension) {
            throw new LynseException(new LynseError.InvalidArgument("vectors", mixed));
        }
        int rowBytes = length * Float.BYTES;
        if (data.remaining() < rowBytes) {
            long needed = data.position() + (long) rowBytes;
            data = memory.grown(data, Math.max(needed, Math.min(data.capacity() * 3L / 2, RequestMemory.BLOCK_BYTES_MAX)));
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

    /** As many rows as the body can hold when each takes about what the first took; no more bytes than the body has, if that is a guess. */
    private long expectedBytes(int textBytes, long rowBytes) {
        if (bodyBytes < 0) return 16 * rowBytes;
        long rows = Math.max(1, bodyBytes / Math.max(1, textBytes - textBytes / 32));
        return Math.max(rowBytes, Math.min(rows * rowBytes, Math.max(bodyBytes, RequestMemory.HEAP_BLOCK_BYTES_MAX)));
    }
}
