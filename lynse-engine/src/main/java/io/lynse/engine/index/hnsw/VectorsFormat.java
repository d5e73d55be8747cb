package io.lynse.engine.index.hnsw;

import io.lynse.engine.index.half.HalfFlatFormat;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
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
 * the name under which Lucene finds this class at reading is ours, because the metric of a graph is not the field's. This class
 * is for vectors of float32, {@link HalfVectorsFormat} for those of float16.
 */
public sealed class VectorsFormat extends KnnVectorsFormat permits HalfVectorsFormat {

    /** Stands in file names and is looked up when a segment is opened: never to be changed. */
    private static final String NAME = "LynseVectors";

    private final ElementType elements;
    private final @Nullable GraphBuilds builds;
    private final GraphTally tally;

    /** For reading, as Lucene's service loader makes it. */
    public VectorsFormat() {
        this(NAME, ElementType.FLOAT32, null, new GraphTally());
    }

    VectorsFormat(String name, ElementType elements, @Nullable GraphBuilds builds, GraphTally tally) {
        super(name);
        this.elements = elements;
        this.builds = builds;
        this.tally = tally;
    }

    /** For writing. @param builds takes turns with the other collections of the node; @param tally counts those of this one */
    public static VectorsFormat writing(ElementType elements, GraphBuilds builds, GraphTally tally) {
        return switch (elements) {
            case FLOAT32 -> new VectorsFormat(NAME, elements, builds, tally);
            case FLOAT16 -> new HalfVectorsFormat(builds, tally);
        };
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        GraphSpec spec = GraphSpec.of(state.segmentInfo);
        if (spec == null) return withoutGraph().fieldsWriter(state);
        if (builds == null) throw new IllegalStateException("this instance is for reading");
        return new GraphWriter(state, elements, spec, builds, tally);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        Metric metric = GraphSpec.metricOf(state.segmentInfo);
        return metric == null
                ? withoutGraph().fieldsReader(state)
                : new Lucene99HnswVectorsReader(state, flat(elements, metric, ordinal -> {}).fieldsReader(state));
    }

    @Override
    public int getMaxDimensions(String field) {
        return CollectionSpec.DIMENSION_MAX; // Lucene's own bound of 1,024 is a matter of taste
    }

    /** The flat part of a segment with a graph. @param progress see {@link MetricScorer} */
    static FlatVectorsFormat flat(ElementType elements, Metric metric, IntConsumer progress) {
        return flat(elements, new MetricScorer(metric, progress));
    }

    private FlatVectorsFormat withoutGraph() {
        return flat(elements, FlatVectorScorerUtil.getLucene99FlatVectorsScorer());
    }

    private static FlatVectorsFormat flat(ElementType elements, FlatVectorsScorer scorer) {
        return switch (elements) {
            case FLOAT32 -> new Lucene99FlatVectorsFormat(scorer);
            case FLOAT16 -> new HalfFlatFormat(scorer);
        };
    }
}
