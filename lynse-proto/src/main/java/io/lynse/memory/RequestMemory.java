package io.lynse.memory;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds, within the node's budgets: its body, what is made of it, and its answer. Small blocks lie on the heap,
 * large ones outside, where they do not count against the JVM's limit of direct memory and nobody has to collect them.
 *
 * <p>It is freed when the last who needs it lets go: whoever made it ({@link #close}) and those who {@linkplain #retain retained} it, such
 * as an entry that still waits to be applied when its request has given up. After that its blocks must not be touched.
 *
 * <p>Safe for use by several threads; of a block that grows, the one that has it grow.
 */
public final class RequestMemory implements AutoCloseable {

    /** Larger blocks are outside the heap: from here on copying costs more than making and freeing a block there. */
    public static final int HEAP_BLOCK_BYTES_MAX = 1 << 20;

    /** One block is one buffer. */
    public static final long BLOCK_BYTES_MAX = Integer.MAX_VALUE - 64L;

    private final MemoryBudget.@Nullable Share heap;
    private final MemoryBudget.@Nullable Share offHeap;
    private final List<Block> blocks = new ArrayList<>(0);
    private int holders = 1;

    private record Block(ByteBuffer bytes, Arena arena) {}

    public RequestMemory(MemoryBudget heap, MemoryBudget offHeap) {
        this.heap = heap.share();
        this.offHeap = offHeap.share();
    }

    private RequestMemory() {
        heap = null;
        offHeap = null;
    }

    /** Memory that nobody bounds, all of it on the heap, so that nobody need free it: for tests and tools. */
    public static RequestMemory unbounded() {
        return new RequestMemory();
    }

    /**
     * A block of zeros, little-endian, from 0 to its capacity.
     *
     * @throws LynseException        PayloadTooLarge if the budget could never hold it, Overloaded if it cannot now
     * @throws IllegalStateException if the memory is free already: nobody would give the block back
     */
    public ByteBuffer allocate(long bytes) {
        if (bytes > BLOCK_BYTES_MAX) throw new LynseException(new LynseError.PayloadTooLarge(bytes, BLOCK_BYTES_MAX));
        MemoryBudget.Share share = offHeap;
        if (bytes <= HEAP_BLOCK_BYTES_MAX || share == null) {
            countHeap(bytes);
            return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        return held(() -> outside(bytes, share));
    }

    private ByteBuffer outside(long bytes, MemoryBudget.Share share) {
        share.grow(bytes);
        // Shared, because the threads of the log and of the engine read it; closed and not collected, because the heap does not feel its size.
        Arena arena = Arena.ofShared();
        try {
            ByteBuffer block = arena.allocate(bytes, Long.BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            synchronized (this) {
                blocks.add(new Block(block, arena));
            }
            return block;
        } catch (OutOfMemoryError refused) { // the system has less than the budget says
            arena.close();
            share.shrink(bytes);
            throw new LynseException(new LynseError.Overloaded("the system has no memory for " + bytes + " bytes now", Duration.ofSeconds(1)), refused);
        }
    }

    /** A larger block with the bytes of this one before its position, standing behind them. The old one is freed. */
    public ByteBuffer grown(ByteBuffer old, long bytes) {
        ByteBuffer larger = allocate(bytes).put(old.flip());
        free(old);
        return larger;
    }

    /** Counts memory of the heap that is taken for the request. @throws LynseException as {@link #allocate}, IllegalStateException likewise */
    public void countHeap(long bytes) {
        if (heap == null || bytes <= 0) return;
        synchronized (this) {
            refuseFreed();
            heap.grow(bytes);
        }
    }

    /** Heap that was counted and is free again. */
    public void uncountHeap(long bytes) {
        if (heap != null && bytes > 0) heap.shrink(bytes);
    }

    /** Someone else needs the blocks, and will {@link #release} them. */
    public synchronized void retain() {
        refuseFreed();
        holders++;
    }

    private void refuseFreed() {
        if (holders == 0) throw new IllegalStateException("the request's memory is free already");
    }

    /** Does work that needs the blocks until it is done, also when the request has given up meanwhile. */
    public <T> T held(Supplier<T> work) {
        retain();
        try {
            return work.get();
        } finally {
            release();
        }
    }

    public void release() {
        List<Block> free;
        synchronized (this) {
            if (holders == 0) throw new IllegalStateException("released more often than held");
            if (--holders > 0) return;
            free = List.copyOf(blocks);
            blocks.clear();
        }
        free.forEach(block -> block.arena.close());
        if (heap != null) heap.close();
        if (offHeap != null) offHeap.close();
    }

    /** The request is over. */
    @Override
    public void close() {
        release();
    }

    /** Gives one block back before the request is over. @throws IllegalArgumentException if it lies outside the heap and is no block of this memory */
    public void free(ByteBuffer old) {
        if (!old.isDirect() || offHeap == null) {
            uncountHeap(old.capacity());
            return;
        }
        Block block;
        synchronized (this) {
            block = blocks.stream().filter(known -> known.bytes == old).findFirst().orElseThrow(() -> new IllegalArgumentException("no block of this request"));
            blocks.remove(block);
        }
        block.arena.close();
        offHeap.shrink(old.capacity());
    }
}
