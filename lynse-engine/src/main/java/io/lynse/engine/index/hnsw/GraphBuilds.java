package io.lynse.engine.index.hnsw;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.util.IORunnable;

/**
 * The graph builds of a node: one at a time, because a graph is built on the heap, and none that would not fit there. Counts them, too.
 * Safe for several threads.
 */
public final class GraphBuilds {

    /** Share of the heap that one graph may take while it is built. */
    private static final int HEAP_SHARE = 2;

    /** Of objects around the links of a node, and of its links on upper levels. Measured, see {@link #heapBytes}. */
    private static final long NODE_BYTES = 200;

    /** A node's number and its score. */
    private static final long LINK_BYTES = Integer.BYTES + Float.BYTES;

    private static final long TURN_CHECK_MILLIS = 50;

    /**
     * What was built since the start.
     *
     * @param started    builds that got their turn
     * @param inProgress 1 while one runs
     * @param rows       of the build that runs
     * @param linked     rows of it that have their links; 0 while none runs
     * @param lastRows   of the last one that was completed
     * @param last       how long it took
     * @param total      time of all that were completed
     */
    public record Counts(
            long started, long completed, long failed, int inProgress, int rows, int linked, int lastRows, Duration last, Duration total) {}

    /** How far one build is. Written by its thread, read by all. */
    static final class Progress {
        private volatile int linked;

        /** Nodes are linked in ascending order; that of others is asked for in between, and lower. */
        void at(int ordinal) {
            if (ordinal >= linked) linked = ordinal + 1;
        }
    }

    private final long heapMax;
    private final Semaphore turn = new Semaphore(1, true);

    private long started;
    private long completed;
    private long failed;
    private int lastRows;
    private long lastNanos;
    private long totalNanos;
    private int runningRows;
    private Progress running = new Progress();

    /** @param heapMax bytes of heap that one graph may take while it is built */
    public GraphBuilds(long heapMax) {
        this.heapMax = heapMax;
    }

    /** Up to half of this process's heap. */
    public static GraphBuilds ofThisProcess() {
        return new GraphBuilds(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** Bytes of heap that the build of a graph takes, at most. */
    static long heapBytes(long rows, int m) {
        return rows * (NODE_BYTES + 2L * m * LINK_BYTES);
    }

    long heapMax() {
        return heapMax;
    }

    public synchronized Counts counts() {
        boolean busy = runningRows > 0;
        return new Counts(
                started, completed, failed, busy ? 1 : 0, runningRows, busy ? Math.min(running.linked, runningRows) : 0, lastRows,
                Duration.ofNanos(lastNanos), Duration.ofNanos(totalNanos));
    }

    /** Waits for its turn and builds. @param givenUp throws when the graph is wanted no more */
    void build(GraphSpec spec, int rows, Progress progress, IORunnable givenUp, IORunnable build) throws IOException {
        // It was planned smaller. Given up, not failed: a failed merge closes Lucene's writer.
        if (heapBytes(rows, spec.m()) > heapMax) throw new MergePolicy.MergeAbortedException("a graph of " + rows + " rows would not fit into the heap");
        await(givenUp);
        long begin = System.nanoTime();
        begin(rows, progress);
        boolean done = false;
        try {
            build.run();
            done = true;
        } finally {
            end(rows, done, System.nanoTime() - begin);
            turn.release();
        }
    }

    private void await(IORunnable givenUp) throws IOException {
        try {
            do {
                givenUp.run();
            } while (!turn.tryAcquire(TURN_CHECK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MergePolicy.MergeAbortedException("interrupted before its turn came");
        }
    }

    private synchronized void begin(int rows, Progress progress) {
        started++;
        runningRows = rows;
        running = progress;
    }

    private synchronized void end(int rows, boolean done, long nanos) {
        runningRows = 0;
        if (done) {
            completed++;
            lastRows = rows;
            lastNanos = nanos;
            totalNanos += nanos;
        } else {
            failed++;
        }
    }
}
