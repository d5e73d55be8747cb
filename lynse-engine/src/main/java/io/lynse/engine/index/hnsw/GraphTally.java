package io.lynse.engine.index.hnsw;

import java.time.Duration;

/** Counts the graph builds of a collection, or of a node, since it was opened. Safe for several threads. */
public final class GraphTally {

    /**
     * @param started   builds that got their turn
     * @param completed of these
     * @param failed    builds that were wanted and could not be done; one that is wanted no more is none of these
     * @param rows      of the build that runs; 0: none does
     * @param linked    rows of it that have their links
     * @param spent     time of all builds that have ended, however they did
     */
    public record Counts(long started, long completed, long failed, int rows, int linked, Duration spent) {

        /** Part of the running build that is done, 0 to 1; 0: none runs. */
        public double progress() {
            return rows == 0 ? 0 : (double) linked / rows;
        }
    }

    /** How far one build is. Written by its thread, read by all. */
    static final class Progress {
        private volatile int linked;

        /** Nodes are linked in ascending order; that of others is asked for in between, and lower. */
        void at(int ordinal) {
            if (ordinal >= linked) linked = ordinal + 1;
        }
    }

    private long started;
    private long completed;
    private long failed;
    private long nanos;
    private int rows;
    private Progress running = new Progress();

    public synchronized Counts counts() {
        return new Counts(started, completed, failed, rows, rows == 0 ? 0 : Math.min(running.linked, rows), Duration.ofNanos(nanos));
    }

    synchronized void begin(int rows, Progress progress) {
        started++;
        this.rows = rows;
        running = progress;
    }

    synchronized void end(boolean done, long nanos) {
        rows = 0;
        if (done) completed++;
        this.nanos += nanos;
    }

    synchronized void failed() {
        failed++;
    }
}
