package io.lynse.engine.index.hnsw;

import io.lynse.engine.row.RowDocument;
import io.lynse.model.Metric;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Finds neighbours through the graph of a segment, by Lucene's own search. Rows that are not live are walked over and not found. What
 * it finds are candidates: their scores are the caller's to compute. Pure, but for what it reads.
 */
public final class GraphSearch {

    /** Rows that the walk looks at per candidate that it keeps, about. With fewer live rows a scan is the shorter way. */
    private static final int VISITS_PER_CANDIDATE = 16;

    /** Below one live row in so many the walk passes mostly over others. */
    private static final int LIVE_SHARE = 16;

    private GraphSearch() {}

    /** Whether the segment has a graph of this metric. */
    public static boolean serves(LeafReader reader, Metric metric) {
        return reader instanceof SegmentReader segment && metric == GraphSpec.metricOf(segment.getSegmentInfo().info);
    }

    /**
     * @param reader    of a segment that has a graph of the wanted metric
     * @param query     finite
     * @param beam      candidates that the walk keeps
     * @param k         fewer than this, although there are more, are no answer
     * @param live      which rows may be found; null: all
     * @param liveCount how many these are
     * @return documents in ascending order; null: scan the segment, it is shorter or the graph does not reach enough
     */
    public static int @Nullable [] candidates(LeafReader reader, float[] query, int beam, int k, @Nullable Bits live, int liveCount)
            throws IOException {
        if (liveCount <= (long) beam * VISITS_PER_CANDIDATE || liveCount < reader.maxDoc() / LIVE_SHARE) return null;
        var collector = new TopKnnCollector(beam, Integer.MAX_VALUE);
        reader.searchNearestVectors(RowDocument.VECTOR, query, collector, new Live(live, liveCount));
        ScoreDoc[] found = collector.topDocs().scoreDocs;
        if (found.length < Math.min(k, liveCount)) return null;
        int[] documents = new int[found.length];
        for (int i = 0; i < found.length; i++) documents[i] = found[i].doc;
        Arrays.sort(documents);
        return documents;
    }

    private static final class Live extends AcceptDocs {

        private final @Nullable Bits live;
        private final int count;

        Live(@Nullable Bits live, int count) {
            this.live = live;
            this.count = count;
        }

        @Override
        public @Nullable Bits bits() {
            return live;
        }

        @Override
        public DocIdSetIterator iterator() {
            throw new UnsupportedOperationException("vectors are asked for one by one");
        }

        @Override
        public int cost() {
            return count;
        }
    }
}
