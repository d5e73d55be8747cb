package io.lynse.engine.index.hnsw;

import io.lynse.model.ElementType;
import java.io.IOException;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.util.IORunnable;

/**
 * Lucene's graph writer, for merges alone. The vectors are copied at once; then the build waits for its turn, because one graph is on
 * the heap at a time. It begins with the largest graph among the merged segments, and ends early when the merge is given up.
 */
final class GraphWriter extends KnnVectorsWriter {

    /** Always a graph: whether it is worth it was decided before. */
    private static final int NO_THRESHOLD = 0;

    private static final int ONE_THREAD = 1;

    private final GraphSpec spec;
    private final GraphBuilds builds;
    private final GraphTally tally;
    private final GraphTally.Progress progress = new GraphTally.Progress();
    private final KnnVectorsWriter writer;

    GraphWriter(SegmentWriteState state, ElementType elements, GraphSpec spec, GraphBuilds builds, GraphTally tally) throws IOException {
        this.spec = spec;
        this.builds = builds;
        this.tally = tally;
        FlatVectorsFormat flat = VectorsFormat.flat(elements, spec.metric(), progress::at);
        writer = new Lucene99HnswVectorsWriter(
                state, spec.m(), spec.efConstruction(), flat, flat.fieldsWriter(state), ONE_THREAD, null, NO_THRESHOLD);
    }

    @Override
    public IORunnable mergeOneField(FieldInfo field, MergeState merge) throws IOException {
        IORunnable build = writer.mergeOneField(field, merge);
        int rows = merge.segmentInfo.maxDoc();
        return () -> builds.build(tally, spec, rows, progress, merge::checkAborted, build);
    }

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo field) {
        throw new IllegalStateException("a segment with a graph comes from a merge");
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sorted) {
        throw new IllegalStateException("a segment with a graph comes from a merge");
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public long ramBytesUsed() {
        return writer.ramBytesUsed();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
