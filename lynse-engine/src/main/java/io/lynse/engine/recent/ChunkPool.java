package io.lynse.engine.recent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Memory for recent vectors outside the heap, in chunks of one size that are used again, because fresh pages cost more than the vectors
 * copied into them. Chunks beyond what is kept are freed at once: to let the collector free what a bulk load fills would leave gigabytes
 * to it, which it cannot see, and end in an OutOfMemoryError when it comes too late. Safe for several threads.
 */
public final class ChunkPool implements AutoCloseable {

    static final int CHUNK_BYTES = 1 << 20;

    private static final int ALIGNMENT = 64;

    private final ArrayDeque<Chunk> free = new ArrayDeque<>();
    private int keptMax;

    /** @param bytesKept of chunks that nobody uses, at most */
    public ChunkPool(long bytesKept) {
        keptMax = (int) Math.min(Integer.MAX_VALUE, bytesKept / CHUNK_BYTES);
    }

    /** A chunk, and what frees it. */
    record Chunk(MemorySegment memory, Arena arena) {}

    Chunk take() {
        synchronized (this) {
            Chunk kept = free.poll();
            if (kept != null) return kept;
        }
        Arena arena = Arena.ofShared();
        return new Chunk(arena.allocate(CHUNK_BYTES, ALIGNMENT), arena);
    }

    /** The caller has no more use for the chunk, nor has anybody that it was shown to. */
    void give(Chunk chunk) {
        synchronized (this) {
            if (free.size() < keptMax) {
                free.push(chunk);
                return;
            }
        }
        chunk.arena.close();
    }

    /** Keeps no chunk any more; those in use are freed when they are given back. */
    @Override
    public synchronized void close() {
        keptMax = 0;
        free.forEach(chunk -> chunk.arena.close());
        free.clear();
    }

    /** Less than a chunk, for tables of few rows; freed by the collector. */
    static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }
}
