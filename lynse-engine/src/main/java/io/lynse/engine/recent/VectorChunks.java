package io.lynse.engine.recent;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import io.lynse.model.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors outside the heap, in the order they came: in chunks, of which the first begins small and is copied as it grows.
 * What was written is never written over, so whoever holds the chunks as they were can go on reading. One thread adds.
 */
final class VectorChunks {

    private static final int FIRST_ROWS = 16;
    private static final int GROWTH = 4;

    private final ChunkPool pool;
    private final int dimension;
    private final long rowBytes;
    private final ElementType elements;
    private final float[] converted;
    private final int rowsPerChunk;
    private final List<ChunkPool.Chunk> taken = new ArrayList<>();
    private MemorySegment[] chunks = {};
    private int rows;

    VectorChunks(ChunkPool pool, int dimension, ElementType elements) {
        this.pool = pool;
        this.dimension = dimension;
        this.rowBytes = (long) dimension * elements.bytes();
        this.elements = elements;
        this.converted = new float[dimension];
        this.rowsPerChunk = Math.toIntExact(ChunkPool.CHUNK_BYTES / rowBytes);
    }

    /** Appends a row. @return its number */
    int add(Vectors source, MemorySegment sourceData, int row) {
        MemorySegment chunk = chunkOfNextRow();
        long to = rows % rowsPerChunk * rowBytes;
        long from = (long) row * source.rowBytes();
        if (source.encoding() == elements) {
            MemorySegment.copy(sourceData, from, chunk, to, rowBytes);
        } else {
            StoredElements.read(source.encoding(), sourceData, from, converted, dimension);
            StoredElements.write(elements, converted, dimension, chunk, to);
        }
        return rows++;
    }

    int rows() {
        return rows;
    }

    ElementType elements() {
        return elements;
    }

    int rowsPerChunk() {
        return rowsPerChunk;
    }

    /** Not changed any more: another array is made when a chunk is added. */
    MemorySegment[] chunks() {
        return chunks;
    }

    static void copyRow(MemorySegment[] chunks, ElementType elements, int rowsPerChunk, int row, float[] target) {
        long from = (long) (row % rowsPerChunk) * target.length * elements.bytes();
        StoredElements.read(elements, chunks[row / rowsPerChunk], from, target, target.length);
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
}
