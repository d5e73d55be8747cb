package io.lynse.engine.yardstick;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Memory outside the heap, read from end to end with vector loads and one addition for each: no scan of as many bytes can be
 * faster. What fits into a cache is read from there the second time. Needs the module {@code jdk.incubator.vector}.
 */
public final class MemoryRead implements AutoCloseable {

    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final long STEP = 4L * LONGS.vectorByteSize(); // four sums, so that no addition waits for the one before

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /** @param bytes at least 1; rounded up to whole steps */
    public MemoryRead(long bytes) {
        if (bytes < 1) throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        memory = arena.allocate((bytes + STEP - 1) / STEP * STEP, LONGS.vectorByteSize()).fill((byte) 1);
    }

    public long bytes() {
        return memory.byteSize();
    }

    /** Reads everything once on this thread. @return a sum, so that no read is left out */
    public long pass() {
        return sum(memory);
    }

    /**
     * Reads everything several times with several threads, each its own part.
     * @return a sum, so that no read is left out
     */
    public long passes(int count, int threads) {
        long part = memory.byteSize() / threads / STEP * STEP;
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> sums = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long from = i * part;
                MemorySegment own = memory.asSlice(from, i == threads - 1 ? memory.byteSize() - from : part);
                sums.add(pool.submit(() -> {
                    long sum = 0;
                    for (int pass = 0; pass < count; pass++) sum += sum(own);
                    return sum;
                }));
            }
            long sum = 0;
            for (Future<Long> one : sums) sum += get(one);
            return sum;
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private static long get(Future<Long> sum) {
        try {
            return sum.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the read failed", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static long sum(MemorySegment memory) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        int width = LONGS.vectorByteSize();
        for (long at = 0; at < memory.byteSize(); at += STEP) {
            a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, ByteOrder.nativeOrder()));
            b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + width, ByteOrder.nativeOrder()));
            c = c.add(LongVector.fromMemorySegment(LONGS, memory, at + 2L * width, ByteOrder.nativeOrder()));
            d = d.add(LongVector.fromMemorySegment(LONGS, memory, at + 3L * width, ByteOrder.nativeOrder()));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }
}
