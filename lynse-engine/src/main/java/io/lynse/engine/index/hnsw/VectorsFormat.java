package io.lynse.engine.index.hnsw;

import io.lynse.model.Metric;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.jspecify.annotations.Nullable;

/**
 * How a collection's vectors lie in a segment: flat, or flat with an HNSW graph beside them. The segment's description says which
 * ({@link GraphSpec}): whoever begins a segment decides, by writing it there. A fold writes flat; a {@link GraphMerge} asks for a graph.
 *
 * <p>The files are Lucene's: {@code .vec} and {@code .vemf} of its flat format, {@code .vex} and {@code .vem} of its HNSW format. Only
 * the name under which Lucene finds this class at reading is ours, because the metric of a graph is not the field's.
 */
public final class VectorsFormat extends KnnVectorsFormat {

    /** Stands in file names and is looked up when a segment is opened: never to be changed. */
    private static final String NAME = "LynseVectors";

    /** Longest vector; Lucene's own bound of 1,024 is a matter of taste. */
    public static final int DIMENSION_MAX = 16_384;

    private static final FlatVectorsFormat FLAT = new Lucene99FlatVectorsFormat(FlatVectorScorerUtil.getLucene99FlatVectorsScorer());

    private final @Nullable GraphBuilds builds;
    private final GraphTally tally;

    /** For reading, as Lucene's service loader makes it. */
    public VectorsFormat() {
        super(NAME);
        builds = null;
        tally = new GraphTally();
    }

    private VectorsFormat(GraphBuilds builds, GraphTally tally) {
        super(NAME);
        this.builds = builds;
        this.tally = tally;
    }

    /** For writing. @param builds takes turns with the other collections of the node; @param tally counts those of this one */
    public static VectorsFormat writing(GraphBuilds builds, GraphTally tally) {
        return new VectorsFormat(builds, tally);
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        GraphSpec spec = GraphSpec.of(state.segmentInfo);
        if (spec == null) return FLAT.fieldsWriter(state);
        if (builds == null) throw new IllegalStateException("this instance is for reading");
        return new GraphWriter(state, spec, builds, tally);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        Metric metric = GraphSpec.metricOf(state.segmentInfo);
        return metric == null ? FLAT.fieldsReader(state) : new Lucene99HnswVectorsReader(state, flat(metric, ordinal -> {}).fieldsReader(state));
    }

    @Override
    public int getMaxDimensions(String field) {
        return DIMENSION_MAX;
    }

    /** The flat part of a segment with a graph. @param progress see {@link MetricScorer} */
    static FlatVectorsFormat flat(Metric metric, IntConsumer progress) {
        return new Lucene99FlatVectorsFormat(new MetricScorer(metric, progress));
    }
}
