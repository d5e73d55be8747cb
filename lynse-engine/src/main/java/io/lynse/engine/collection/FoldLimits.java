package io.lynse.engine.collection;

import java.time.Duration;

/**
 * When recent rows are folded without being asked for.
 *
 * <p>A fold of any size costs about 15 ms of CPU and a segment, so the larger the better, for writes. For searches each recent
 * row is one more to compare. So a table is folded when it is large; or when searches have spent on it about what the fold costs, and
 * so at most twice the least that could have been spent (the ski rental rule); or when it is old.
 *
 * @param rows    changes in one table, at least 1
 * @param bytes   memory of one table, at least 1
 * @param scanned rows that searches have compared in the table before it is worth a fold
 * @param delay   longest time from a change to the fold that takes it
 */
public record FoldLimits(int rows, long bytes, long scanned, Duration delay) {

    /**
     * 20,000 changes or 48 MiB, so that a bulk load pays little for its folds; 300,000 scanned rows, whose scan costs at 384 dimensions about
     * as much as a fold; 5 s.
     */
    public static final FoldLimits DEFAULT = new FoldLimits(20_000, 48 << 20, 300_000, Duration.ofSeconds(5));

    /** Of a collection that is searched by a graph: beside that a scan of many rows shows. */
    static final int GRAPH_ROWS = 1_000;

    /** Entries wait once the active table holds as much as this many folds: then the disk does not keep up. */
    private static final int BEHIND = 2;

    public FoldLimits {
        if (rows < 1 || bytes < 1 || scanned < 1) throw new IllegalArgumentException("limits of a fold must be at least 1");
        if (!delay.isPositive()) throw new IllegalArgumentException("delay must be positive: " + delay);
    }

    public FoldLimits withRows(int limit) {
        return new FoldLimits(limit, bytes, scanned, delay);
    }

    boolean due(int tableRows, long tableBytes, long tableScanned, boolean graph) {
        return tableRows >= (graph ? Math.min(rows, GRAPH_ROWS) : rows) || tableBytes >= bytes || tableScanned >= scanned && tableRows > 0;
    }

    boolean full(int tableRows, long tableBytes) {
        return tableRows / BEHIND >= rows || tableBytes / BEHIND >= bytes;
    }
}
