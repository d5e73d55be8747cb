package io.lynse.engine.index.hnsw;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.jspecify.annotations.Nullable;

/** A merge whose segment gets a graph. */
final class GraphMerge extends MergePolicy.OneMerge {

    private final GraphSpec spec;
    private volatile boolean finished;
    private boolean failed;

    GraphMerge(List<SegmentCommitInfo> segments, GraphSpec spec) {
        super(segments);
        this.spec = spec;
    }

    GraphSpec spec() {
        return spec;
    }

    boolean finished() {
        return finished;
    }

    /** To be called on the thread of the merge. @return whether it is the first time */
    boolean fail() {
        boolean first = !failed;
        failed = true;
        return first;
    }

    @Override
    public void setMergeInfo(SegmentCommitInfo info) {
        super.setMergeInfo(info);
        if (info != null) spec.describe(info.info); // Lucene takes the info away again when the merge ends
    }

    @Override
    public void mergeFinished(boolean success, boolean dropped) throws IOException {
        finished = true;
        super.mergeFinished(success, dropped);
    }

    /** Lucene begins with the largest graph that it sees, whatever that was built for: one of another metric is hidden. */
    @Override
    public CodecReader wrapForMerge(CodecReader reader) {
        GraphSpec there = FilterCodecReader.unwrap(reader) instanceof SegmentReader segment ? GraphSpec.of(segment.getSegmentInfo().info) : null;
        return there == null || there.equals(spec) ? reader : new WithoutGraph(reader);
    }

    private static final class WithoutGraph extends FilterCodecReader {

        WithoutGraph(CodecReader reader) {
            super(reader);
        }

        @Override
        public @Nullable KnnVectorsReader getVectorReader() {
            KnnVectorsReader vectors = in.getVectorReader();
            return vectors == null ? null : new VectorsAlone(vectors);
        }

        @Override
        public IndexReader.@Nullable CacheHelper getCoreCacheHelper() {
            return in.getCoreCacheHelper();
        }

        @Override
        public IndexReader.@Nullable CacheHelper getReaderCacheHelper() {
            return in.getReaderCacheHelper();
        }
    }

    /** Not one of Lucene's classes, so it asks this one for no graph. */
    private static final class VectorsAlone extends KnnVectorsReader {

        private final KnnVectorsReader in;

        VectorsAlone(KnnVectorsReader in) {
            this.in = in;
        }

        @Override
        public FloatVectorValues getFloatVectorValues(String field) throws IOException {
            return in.getFloatVectorValues(field);
        }

        @Override
        public ByteVectorValues getByteVectorValues(String field) throws IOException {
            return in.getByteVectorValues(field);
        }

        @Override
        public void search(String field, float[] target, KnnCollector collector, AcceptDocs accept) throws IOException {
            in.search(field, target, collector, accept);
        }

        @Override
        public void search(String field, byte[] target, KnnCollector collector, AcceptDocs accept) throws IOException {
            in.search(field, target, collector, accept);
        }

        @Override
        public KnnVectorsReader getMergeInstance() throws IOException {
            return new VectorsAlone(in.getMergeInstance());
        }

        @Override
        public void finishMerge() throws IOException {
            in.finishMerge();
        }

        @Override
        public void checkIntegrity() throws IOException {
            in.checkIntegrity();
        }

        @Override
        public int getVectorCount(FieldInfo field) throws IOException {
            return in.getVectorCount(field);
        }

        @Override
        public Map<String, Long> getOffHeapByteSize(FieldInfo field) {
            return in.getOffHeapByteSize(field);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
