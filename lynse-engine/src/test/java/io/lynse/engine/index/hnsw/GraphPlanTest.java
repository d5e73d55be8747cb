package io.lynse.engine.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.engine.index.hnsw.GraphPlan.Merge;
import io.lynse.engine.index.hnsw.GraphPlan.Segment;
import io.lynse.engine.index.hnsw.GraphPlan.Settled;
import io.lynse.engine.index.hnsw.GraphPlan.TooLarge;
import io.lynse.engine.index.hnsw.GraphPlan.Wait;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class GraphPlanTest {

    private static final int M = 16;

    /** Room for a graph of 200,000 rows. */
    private static final long HEAP = GraphHeap.bytes(200_000, M);

    static final List<Arguments> TABLE = List.of(
            arguments("nothing there", List.of(), new Settled()),
            arguments("few rows are scanned", List.of(flat("a", 2_000), flat("b", 47)), new Settled()),
            arguments("enough rows get a graph, from all segments", List.of(flat("a", 2_000), flat("b", 48)), merge(2_048, "a", "b")),
            arguments("only live rows count", List.of(new Segment("a", 5_000, 2_000, false, false)), new Settled()),
            arguments("a small tail is scanned", List.of(graph("g", 61_436), flat("t", 2_047)), new Settled()),
            arguments("a large one is merged into the graph", List.of(flat("t", 2_048), graph("g", 61_436), flat("u", 1)), merge(63_485, "g", "t", "u")),
            arguments("a large graph has a longer tail", List.of(graph("g", 128_000), flat("t", 3_999)), new Settled()),
            arguments("up to a share of it", List.of(graph("g", 128_000), flat("t", 4_000)), merge(132_000, "g", "t")),
            arguments("a graph with many gone rows is written anew", List.of(new Segment("g", 10_000, 7_999, true, false)), merge(7_999, "g")),
            arguments("one with fewer is kept", List.of(new Segment("g", 10_000, 8_000, true, false)), new Settled()),
            arguments("of two graphs the larger one grows", List.of(graph("h", 5_000), graph("g", 9_000), flat("t", 3_000)), merge(12_000, "g", "t")),
            arguments("a graph that is full leaves the tail to the next", List.of(graph("g", 199_000), graph("h", 5_000), flat("t", 9_000)), merge(14_000, "h", "t")),
            arguments("or to a new one", List.of(graph("g", 199_000), flat("t", 9_000)), merge(9_000, "t")),
            arguments("a flat segment beyond the heap is told", List.of(flat("a", 200_001)), new TooLarge(200_001, GraphHeap.bytes(200_001, M))),
            arguments("rows under another merge are waited for", List.of(flat("a", 5_000), new Segment("b", 900, 900, false, true)), new Wait()),
            arguments("not when nothing is due", List.of(graph("g", 61_436), new Segment("b", 900, 900, false, true)), new Settled()));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void plans(String when, List<Segment> segments, GraphPlan expected) {
        assertThat(GraphPlan.of(segments, M, HEAP)).isEqualTo(expected);
    }

    private static Segment flat(String name, int rows) {
        return new Segment(name, rows, rows, false, false);
    }

    private static Segment graph(String name, int rows) {
        return new Segment(name, rows, rows, true, false);
    }

    private static Merge merge(int rows, String... names) {
        return new Merge(List.of(names), rows);
    }
}
