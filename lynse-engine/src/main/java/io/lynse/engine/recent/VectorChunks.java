package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Vectors in float32 outside the heap, in chunks of about a mebibyte, in the order they came. For use by one thread at a time. */
final class VectorChunks {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int ALIGNMENT = 64;

    private final int dimension;
    private final boolean halved;
    private final int rowsPerChunk;
    private final List<MemorySegment> chunks = new ArrayList<>();
    private int rows;

    /** @param halved whether every element is rounded to float16, as it would be if it were stored in two bytes */
    VectorChunks(int dimension, boolean halved) {
        this.dimension = dimension;
        this.halved = halved;
        this.rowsPerChunk = Math.max(1, CHUNK_BYTES / (dimension * Float.BYTES));
    }

    /** Appends a row. @return its number */
    int add(Vectors source, MemorySegment sourceData, int row) {
        if (rows / rowsPerChunk == chunks.size()) {
            // Freed by the collector: a view may still read the chunk when the table has let go of it.
            chunks.add(Arena.ofAuto().allocate((long) rowsPerChunk * dimension * Float.BYTES, ALIGNMENT));
        }
        MemorySegment chunk = chunks.get(rows / rowsPerChunk);
        long to = (long) (rows % rowsPerChunk) * dimension * Float.BYTES;
        long from = (long) row * source.rowBytes();
        if (source.encoding() == ElementType.FLOAT32 && !halved) {
            MemorySegment.copy(sourceData, from, chunk, to, (long) dimension * Float.BYTES);
        } else {
            for (int i = 0; i < dimension; i++) chunk.set(FLOAT, to + (long) i * Float.BYTES, element(source, sourceData, from, i));
        }
        return rows++;
    }

    void copyRow(int row, float[] target) {
        long from = (long) (row % rowsPerChunk) * dimension * Float.BYTES;
        MemorySegment.copy(chunks.get(row / rowsPerChunk), FLOAT, from, target, 0, dimension);
    }

    long bytes() {
        return (long) rows * dimension * Float.BYTES;
    }

    /** Forgets all rows. @param keepMemory whether as many rows are expected again soon */
    void clear(boolean keepMemory) {
        if (!keepMemory) chunks.clear();
        rows = 0;
    }

    private float element(Vectors source, MemorySegment data, long from, int i) {
        return switch (source.encoding()) {
            case FLOAT16 -> Float.float16ToFloat(data.get(HALF, from + (long) i * Short.BYTES));
            case FLOAT32 -> {
                float exact = data.get(FLOAT, from + (long) i * Float.BYTES);
                yield halved ? Float.float16ToFloat(Float.floatToFloat16(exact)) : exact;
            }
        };
    }
}
