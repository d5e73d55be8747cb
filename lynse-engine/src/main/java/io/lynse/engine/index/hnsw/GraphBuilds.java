package io.lynse.engine.index.hnsw;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.util.IORunnable;

/**
 * The graph builds of a node: one at a time, because a graph is built on the heap, and none that would not fit there. Counts them, too.
 * Safe for several threads.
 */
public final class GraphBuilds {

    /** Share of the heap that one graph may take while it is built. Requests take up to a quarter, see docs/limits.md. */
    private static final int HEAP_SHARE = 2;

    private static final long TURN_CHECK_MILLIS = 50;

    private final long heapMax;
    private final Semaphore turn = new Semaphore(1, true);

    private final GraphTally tally = new GraphTally();

    /** @param heapMax bytes of heap that one graph may take while it is built */
    public GraphBuilds(long heapMax) {
        this.heapMax = heapMax;
    }

    /** Up to half of this process's heap. */
    public static GraphBuilds ofThisProcess() {
        return new GraphBuilds(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** Bytes of heap that one graph may take while it is built. */
    public long heapMax() {
        return heapMax;
    }

    /** Of all collections, those that are gone included. */
    public GraphTally.Counts counts() {
        return tally.counts();
    }

    /**
     * Waits for its turn and builds.
     * @param collection counts this build, too
     * @param givenUp    throws when the graph is wanted no more
     */
    void build(GraphTally collection, GraphSpec spec, int rows, GraphTally.Progress progress, IORunnable givenUp, IORunnable build) throws IOException {
        // It was planned smaller. Given up, not failed: a failed merge closes Lucene's writer.
        if (GraphHeap.bytes(rows, spec.m()) > heapMax) throw new MergePolicy.MergeAbortedException("a graph of " + rows + " rows would not fit into the heap");
        await(givenUp);
        long begin = System.nanoTime();
        tally.begin(rows, progress);
        collection.begin(rows, progress);
        boolean done = false;
        try {
            build.run();
            done = true;
        } finally {
            long nanos = System.nanoTime() - begin;
            collection.end(done, nanos);
            tally.end(done, nanos);
            turn.release();
        }
    }

    /** A merge that makes a graph could not be done. */
    void failed(GraphTally collection) {
        tally.failed();
        collection.failed();
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
}
