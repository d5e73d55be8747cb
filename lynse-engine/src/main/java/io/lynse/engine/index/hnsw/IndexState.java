package io.lynse.engine.index.hnsw;

import org.jspecify.annotations.Nullable;

/**
 * How searches of a collection are answered now. Whatever it says, they are answered rightly: what has no graph is scanned.
 *
 * @param rows    live rows in segments
 * @param linked  of these, rows in graphs of the wanted kind
 * @param problem why the index does not grow any more, for people; null: nothing stands in its way
 */
public record IndexState(Phase phase, long rows, long linked, @Nullable String problem) {

    public enum Phase {
        /** No graph is wanted: everything is scanned. */
        EXACT,
        /** The first graph is not there yet. */
        BUILDING,
        /** There is a graph, or so few rows that none is worth it. */
        READY,
        /** There is no graph and none will come, see {@link #problem}. */
        STUCK
    }

    static final IndexState NONE = new IndexState(Phase.EXACT, 0, 0, null);

    /** For people. */
    public String text() {
        String what = switch (phase) {
            case EXACT -> "exact";
            case BUILDING -> "building, " + rows + " rows are scanned until it is done";
            case READY -> "ready, " + linked + " of " + rows + " rows in the graph";
            case STUCK -> "exact";
        };
        return problem == null ? what : what + ": " + problem;
    }
}
