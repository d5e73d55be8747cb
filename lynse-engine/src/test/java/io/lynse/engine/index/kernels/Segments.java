package io.lynse.engine.index.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rows laid out as a segment keeps them. */
final class Segments {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Segments() {}

    /** @param offset bytes before the first row, so that rows lie at any multiple of 4 */
    static SegmentVectors of(float[][] rows, int dimension, int offset) {
        long bytes = (long) rows.length * dimension * Float.BYTES;
        MemorySegment memory = Arena.ofAuto().allocate(offset + bytes + 1, 64).asSlice(offset, bytes);
        for (int i = 0; i < rows.length; i++) {
            MemorySegment.copy(rows[i], 0, memory, FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
        return new SegmentVectors(memory, rows.length, dimension);
    }
}
