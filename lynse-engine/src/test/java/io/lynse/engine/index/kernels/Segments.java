package io.lynse.engine.index.kernels;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows laid out as a segment keeps them. */
final class Segments {

    private Segments() {}

    /** @param offset bytes before the first row, so that rows lie anywhere */
    static SegmentVectors of(ElementType elements, float[][] rows, int dimension, int offset) {
        int rowBytes = dimension * elements.bytes();
        long bytes = (long) rows.length * rowBytes;
        MemorySegment memory = Arena.ofAuto().allocate(offset + bytes + 1, 64).asSlice(offset, bytes);
        for (int i = 0; i < rows.length; i++) StoredElements.write(elements, rows[i], dimension, memory, (long) i * rowBytes);
        return new SegmentVectors(memory, elements, rows.length, dimension);
    }
}
