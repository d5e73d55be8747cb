package io.lynse.engine.collection;

import io.lynse.engine.recent.ChunkPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the collections of a node share for their recent rows: when to fold, the threads that do it, and the memory. Each collection
 * has at most one fold in line and one timer, so nothing here grows without bound. Owned by the engine.
 */
public final class Folds implements AutoCloseable {

    private final FoldLimits limits;
    private static final int NO_ROOM_MILLIS = 500;

    private final RecentBudget budget;
    private final ChunkPool chunks;
    private final FoldObserver observer;
    private final ScheduledThreadPoolExecutor threads;
    private volatile BooleanSupplier noRoom = () -> false;

    /** @param recentBytesMax of all recent rows of the node together: beyond it entries wait for folds */
    public Folds(FoldLimits limits, long recentBytesMax, int threadCount, FoldObserver observer) {
        this.limits = limits;
        this.observer = observer;
        budget = new RecentBudget(recentBytesMax, observer);
        chunks = new ChunkPool(Math.min(recentBytesMax, 3 * limits.bytes()));
        threads = new ScheduledThreadPoolExecutor(threadCount, Thread.ofPlatform().daemon().name("lynse-fold-", 0).factory());
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        threads.setRemoveOnCancelPolicy(true);
    }

    FoldLimits limits() {
        return limits;
    }

    RecentBudget budget() {
        return budget;
    }

    ChunkPool chunks() {
        return chunks;
    }

    FoldObserver observer() {
        return observer;
    }

    /** Folds wait while this says so: rows in memory are safe in the log, and a fold on a disk without room ends its collection. */
    public void holdBackWhile(BooleanSupplier noRoom) {
        this.noRoom = noRoom;
    }

    void soon(Runnable fold) {
        try {
            threads.execute(() -> {
                if (noRoom.getAsBoolean()) threads.schedule(() -> soon(fold), NO_ROOM_MILLIS, TimeUnit.MILLISECONDS);
                else fold.run();
            });
        } catch (RejectedExecutionException closed) {
            // The engine is closing: its last checkpoint folds everything by itself.
        }
    }

    void later(Runnable fold) {
        try {
            threads.schedule(() -> soon(fold), limits.delay().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // As above.
        }
    }

    /** Begins no fold any more. Those under way end by themselves, or with their collection. */
    @Override
    public void close() {
        threads.shutdown();
        chunks.close();
    }
}
