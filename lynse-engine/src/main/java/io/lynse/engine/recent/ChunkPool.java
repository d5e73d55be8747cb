package io.lynse.engine.recent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Memory for recent vectors outside the heap, in chunks of one size that are used again: to let the collector free what a bulk load
 * fills would leave gigabytes to it, which it cannot see, and fresh pages cost more than the vectors copied into them. Safe for
 * several threads.
 */
public final class ChunkPool {

    static final int CHUNK_BYTES = 1 << 20;

    private static final int ALIGNMENT = 64;

    private final int keptMax;
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();

    /** @param bytesKept of chunks that nobody uses, at most; more are left to the collector */
    public ChunkPool(long bytesKept) {
        keptMax = (int) Math.min(Integer.MAX_VALUE, bytesKept / CHUNK_BYTES);
    }

    synchronized MemorySegment take() {
        MemorySegment kept = free.poll();
        return kept != null ? kept : allocate(CHUNK_BYTES);
    }

    /** The caller has no more use for the chunk, nor has anybody that it was shown to. */
    synchronized void give(MemorySegment chunk) {
        if (free.size() < keptMax) free.push(chunk);
    }

    /** Less than a chunk, for tables of few rows; freed by the collector. */
    static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }
}
