package io.lynse.engine.index.hnsw;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How searches of a collection are answered now. Whatever it says, they are answered rightly: what has no graph is scanned.
 *
 * @param rows    rows in segments
 * @param linked  of these, rows in graphs of the wanted kind
 * @param problem why the index does not grow any more; null: nothing stands in its way
 */
public record IndexState(Phase phase, long rows, long linked, @Nullable Problem problem) {

    public enum Phase {
        /** No graph is wanted: everything is scanned. */
        NONE,
        /** The first graph is not there yet. */
        BUILDING,
        /** There is a graph, or so few rows that none is worth it. */
        READY,
        /** There is no graph and none will come, see {@link #problem}. */
        FAILED;

        /** As metrics call it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum Cause {
        /** The graph would not fit into the heap while it is built. */
        HEAP,
        /** The disk refused what a merge wrote. It is tried again. */
        DISK;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param text for people, with what they can do about it */
    public record Problem(Cause cause, String text) {}

    static final IndexState NONE = new IndexState(Phase.NONE, 0, 0, null);

    /** For people. */
    public String text() {
        String what = switch (phase) {
            case NONE, FAILED -> "exact";
            case BUILDING -> "building, " + rows + " rows are scanned until it is done";
            case READY -> "ready, " + linked + " of " + rows + " rows in the graph";
        };
        return problem == null ? what : what + ": " + problem.text;
    }
}
