package io.lynse.engine.index.hnsw;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What to do next so that the rows of a collection are found through a graph: one big segment has it, and what was written since lies in
 * a tail of small flat segments, which is scanned. A tail that has grown is merged into the big segment, which costs a rewrite of all its
 * vectors and the links of the new ones. Pure.
 */
sealed interface GraphPlan {

    /** From here on a graph is worth it: a scan of fewer rows takes no longer than the walk. */
    int GRAPH_ROWS_MIN = 2_048;

    /** The tail may have as many rows, or this part of the graph's, if that is more. */
    int TAIL_ROWS_MIN = 2_048;

    int TAIL_SHARE = 32;

    /** A graph this part of whose rows is gone is written anew. Lucene keeps its links up to 40 % and mends them. */
    int GONE_SHARE = 5;

    /** @param rows gone ones included; {@code live} without; @param graph whether it has the graph that is wanted; @param merging whether it is being merged */
    record Segment(String name, int rows, int live, boolean graph, boolean merging) {}

    /** Nothing. */
    record Settled() implements GraphPlan {}

    /** Merge these, in the order given, into a segment with a graph. */
    record Merge(List<String> segments, int rows) implements GraphPlan {
        public Merge {
            segments = List.copyOf(segments);
        }
    }

    /** First let the merges end that take rows from under it. */
    record Wait() implements GraphPlan {}

    /** Should be merged, but the graph would not fit into the heap. */
    record TooLarge(long rows, long heapBytes) implements GraphPlan {}

    static GraphPlan of(List<Segment> segments, int m, long heapMax) {
        List<Segment> tail = segments.stream().filter(segment -> !segment.graph && segment.live > 0).toList();
        long tailRows = live(tail);
        // The largest first: one graph is searched in the time that two halves of it would take each.
        List<Segment> graphs = segments.stream().filter(Segment::graph).sorted(Comparator.comparingInt(Segment::live).reversed()).toList();
        if (graphs.isEmpty()) return tailRows < GRAPH_ROWS_MIN ? new Settled() : merge(tail, tailRows, m, heapMax);
        Segment largest = graphs.getFirst();
        boolean worn = largest.rows - largest.live > largest.rows / GONE_SHARE;
        if (!worn && tailRows < Math.max(TAIL_ROWS_MIN, largest.live / TAIL_SHARE)) return new Settled();
        for (Segment graph : graphs) {
            if (!fits(graph.live + tailRows, m, heapMax)) continue;
            var all = new ArrayList<>(List.of(graph));
            all.addAll(tail);
            return merge(all, graph.live + tailRows, m, heapMax);
        }
        return tailRows < GRAPH_ROWS_MIN ? new Settled() : merge(tail, tailRows, m, heapMax);
    }

    private static GraphPlan merge(List<Segment> segments, long rows, int m, long heapMax) {
        if (!fits(rows, m, heapMax)) return new TooLarge(rows, GraphHeap.bytes(rows, m));
        if (segments.stream().anyMatch(Segment::merging)) return new Wait();
        return new Merge(segments.stream().map(Segment::name).toList(), (int) rows);
    }

    private static boolean fits(long rows, int m, long heapMax) {
        return rows <= Integer.MAX_VALUE && GraphHeap.bytes(rows, m) <= heapMax;
    }

    private static long live(List<Segment> segments) {
        return segments.stream().mapToLong(Segment::live).sum();
    }
}
