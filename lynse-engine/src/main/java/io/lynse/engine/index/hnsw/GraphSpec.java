package io.lynse.engine.index.hnsw;

import io.lynse.model.Metric;
import org.apache.lucene.index.SegmentInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a graph is built for and how. It is kept with the segment that has the graph, as two attributes of Lucene's segment
 * description; a segment without them has none.
 *
 * @param metric         IP, L2 or COSINE
 * @param m              links of a node on the upper levels, twice as many on the lowest
 * @param efConstruction candidates kept while the links of a new node are chosen
 */
public record GraphSpec(Metric metric, int m, int efConstruction) {

    /** Lucene's own bounds. */
    public static final int M_MAX = 512;

    public static final int EF_CONSTRUCTION_MAX = 3_200;

    private static final String METRIC = "lynse.hnsw.metric";
    private static final String LINKS = "lynse.hnsw.m";
    private static final String CANDIDATES = "lynse.hnsw.ef_construction";

    public GraphSpec {
        if (metric != Metric.IP && metric != Metric.L2 && metric != Metric.COSINE) throw new IllegalArgumentException("no graph for " + metric);
        if (m < 1 || m > M_MAX) throw new IllegalArgumentException("m must be between 1 and " + M_MAX + ": " + m);
        if (efConstruction < 1 || efConstruction > EF_CONSTRUCTION_MAX) {
            throw new IllegalArgumentException("ef_construction must be between 1 and " + EF_CONSTRUCTION_MAX + ": " + efConstruction);
        }
    }

    /** Says that the segment has, or is getting, this graph. */
    void describe(SegmentInfo segment) {
        segment.putAttribute(METRIC, metric.name());
        segment.putAttribute(LINKS, Integer.toString(m));
        segment.putAttribute(CANDIDATES, Integer.toString(efConstruction));
    }

    /** The graph that the segment has, or is getting; null: none. */
    static @Nullable GraphSpec of(SegmentInfo segment) {
        Metric metric = metricOf(segment);
        return metric == null ? null : new GraphSpec(metric, number(segment, LINKS), number(segment, CANDIDATES));
    }

    /** The metric of the segment's graph; null: it has none. */
    static @Nullable Metric metricOf(SegmentInfo segment) {
        String name = segment.getAttribute(METRIC);
        return name == null ? null : Metric.valueOf(name);
    }

    private static int number(SegmentInfo segment, String attribute) {
        String value = segment.getAttribute(attribute);
        if (value == null) throw new IllegalArgumentException("segment " + segment.name + " has no " + attribute);
        return Integer.parseInt(value);
    }
}
