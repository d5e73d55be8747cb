package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors in float32 outside the heap, in the order they came: in chunks, of which the first begins small and is copied as it grows.
 * What was written is never written over, so whoever holds the chunks as they were can go on reading. One thread adds.
 */
final class VectorChunks {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_ROWS = 16;
    private static final int GROWTH = 4;

    private final ChunkPool pool;
    private final int dimension;
    private final long rowBytes;
    private final boolean halved;
    private final int rowsPerChunk;
    private final List<ChunkPool.Chunk> taken = new ArrayList<>();
    private MemorySegment[] chunks = {};
    private int rows;

    /** @param halved whether every element is rounded to float16, as it would be if it were stored in two bytes */
    VectorChunks(ChunkPool pool, int dimension, boolean halved) {
        this.pool = pool;
        this.dimension = dimension;
        this.rowBytes = (long) dimension * Float.BYTES;
        this.halved = halved;
        this.rowsPerChunk = Math.toIntExact(ChunkPool.CHUNK_BYTES / rowBytes);
    }

    /** Appends a row. @return its number */
    int add(Vectors source, MemorySegment sourceData, int row) {
        MemorySegment chunk = chunkOfNextRow();
        long to = rows % rowsPerChunk * rowBytes;
        long from = (long) row * source.rowBytes();
        if (source.encoding() == ElementType.FLOAT32 && !halved) {
            MemorySegment.copy(sourceData, from, chunk, to, rowBytes);
        } else {
            for (int i = 0; i < dimension; i++) chunk.set(FLOAT, to + (long) i * Float.BYTES, element(source, sourceData, from, i));
        }
        return rows++;
    }

    int rows() {
        return rows;
    }

    int rowsPerChunk() {
        return rowsPerChunk;
    }

    /** Not changed any more: another array is made when a chunk is added. */
    MemorySegment[] chunks() {
        return chunks;
    }

    static void copyRow(MemorySegment[] chunks, int rowsPerChunk, int row, float[] target) {
        long from = (long) (row % rowsPerChunk) * target.length * Float.BYTES;
        MemorySegment.copy(chunks[row / rowsPerChunk], FLOAT, from, target, 0, target.length);
    }

    long bytes() {
        return rows * rowBytes;
    }

    /** Gives the memory back. Nobody reads it any more. */
    void free() {
        taken.forEach(pool::give);
        taken.clear();
        chunks = new MemorySegment[0];
    }

    private MemorySegment chunkOfNextRow() {
        int chunk = rows / rowsPerChunk;
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk + 1);
            chunks[chunk] = chunk > 0 ? fromPool() : roomFor(FIRST_ROWS);
        } else if (chunk == 0 && rows * rowBytes + rowBytes > chunks[0].byteSize()) {
            MemorySegment larger = roomFor((long) rows * GROWTH);
            MemorySegment.copy(chunks[0], 0, larger, 0, rows * rowBytes);
            chunks = new MemorySegment[] {larger};
        }
        return chunks[chunk];
    }

    private MemorySegment roomFor(long wanted) {
        return wanted < rowsPerChunk ? ChunkPool.allocate(wanted * rowBytes) : fromPool();
    }

    private MemorySegment fromPool() {
        ChunkPool.Chunk chunk = pool.take();
        taken.add(chunk);
        return chunk.memory();
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
