package io.lynse.engine.search;

import io.lynse.engine.index.Distances;
import io.lynse.engine.index.kernels.FlatScanner;
import io.lynse.engine.index.kernels.ScanKernel;
import io.lynse.engine.index.kernels.ScanOptions;
import io.lynse.engine.index.kernels.ScoreFloor;
import io.lynse.engine.index.kernels.SegmentVectors;
import io.lynse.engine.recent.SegmentNorms;
import io.lynse.engine.recent.SegmentRows;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import io.lynse.model.Metric;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.util.BytesRef;

/**
 * Scans all vectors of a view for several queries at once.
 *
 * <p>The answer is exact, although the scan is float32: for inner product, L2 and cosine a kernel computes all rows, and every
 * row whose result, less the kernel's proven error bound, could still enter the best k is scored again in float64. Only
 * those scores are compared and returned (rounded to float32). About k ln(n/k) rows are scored twice. The other metrics are
 * computed in float64 right away.
 *
 * <p>A block of rows stays in the processor's cache while all queries pass over it.
 *
 * <p>A segment that has its one-byte copy is searched through that instead ({@link FlatScanner}), with the same answer: which of
 * the two scans runs may change from one search to the next.
 */
final class ExactSearch {

    private static final int BLOCK_BYTES = 96 << 10;

    private final ScanKernel kernel;
    private final SegmentCopies copies;
    private final FlatScanner flat = FlatScanner.onOneThread();

    ExactSearch(ScanKernel kernel, SegmentCopies copies) {
        this.kernel = kernel;
        this.copies = copies;
    }

    /**
     * @param queries each as long as the view's dimension
     * @param k       at least 1
     * @return per query, in their order, the best rows first
     */
    List<List<TopRows.Found>> run(View view, Metric metric, float[][] queries, int k, OptionalDouble threshold) throws IOException {
        var scans = new QueryScan[queries.length];
        for (int q = 0; q < scans.length; q++) scans[q] = new QueryScan(metric, queries[q], new TopRows(metric, k, threshold));
        for (int s = 0; s < view.segments().size(); s++) {
            SegmentView segment = view.segments().get(s);
            switch (metric) {
                case IP, L2, COSINE -> {
                    SegmentVectors copied = copies.find(segment);
                    if (copied != null) scanCopy(copied, segment, s, metric, scans, k);
                    else scan(segment, s, metric, queries, scans);
                }
                default -> compute(segment, s, scans);
            }
        }
        return Arrays.stream(scans).map(scan -> scan.top.bestFirst()).toList();
    }

    private void scanCopy(SegmentVectors copied, SegmentView segment, int number, Metric metric, QueryScan[] scans, int k)
            throws IOException {
        // All queries share the pass, and so the bar that the least of them has reached.
        float bar = scans[0].top.bar();
        for (QueryScan scan : scans) bar = metric.compareScores(scan.top.bar(), bar) > 0 ? scan.top.bar() : bar;
        var options = new ScanOptions(metric, k, segment::isLive, new ScoreFloor(bar), new KeyOrder(segment));
        var found = flat.searchAll(copied, Arrays.stream(scans).map(scan -> scan.query).toList(), options);
        var rows = new SegmentRows(segment);
        for (int q = 0; q < scans.length; q++) scans[q].takeIn(number, rows, found.get(q).rows(), found.get(q).scores());
    }

    private void scan(SegmentView segment, int number, Metric metric, float[][] queries, QueryScan[] scans) throws IOException {
        int dimension = segment.dimension();
        int rowBytes = dimension * Float.BYTES;
        int blockRows = Math.max(4, BLOCK_BYTES / rowBytes & ~3);
        var rows = new SegmentRows(segment);
        float[] norms = metric == Metric.COSINE ? segment.norms().of(segment) : new float[0];
        double slack = metric == Metric.IP ? segment.norms().largest(segment) : 0;
        MemorySegment mapped = segment.vectors();
        float[] copied = new float[mapped == null ? blockRows * dimension : 0];
        FloatVectorValues values = segment.vectorValues();
        var out = new float[queries.length][blockRows];
        for (int from = 0; from < segment.size(); from += blockRows) {
            int count = Math.min(blockRows, segment.size() - from);
            MemorySegment block = mapped;
            long at = (long) from * rowBytes;
            if (block == null) {
                for (int r = 0; r < count; r++) System.arraycopy(values.vectorValue(from + r), 0, copied, r * dimension, dimension);
                block = MemorySegment.ofArray(copied);
                at = 0;
            }
            if (metric == Metric.L2) kernel.squaredDistances(block, at, count, queries, out);
            else kernel.innerProducts(block, at, count, queries, out);
            for (int q = 0; q < scans.length; q++) {
                switch (metric) {
                    case IP -> scans[q].innerProducts(segment, number, rows, from, count, out[q], slack);
                    case L2 -> scans[q].squaredDistances(segment, number, rows, from, count, out[q]);
                    default -> scans[q].cosines(segment, number, rows, from, count, out[q], norms);
                }
            }
        }
    }

    private static void compute(SegmentView segment, int number, QueryScan[] scans) throws IOException {
        var rows = new SegmentRows(segment);
        for (int doc = 0; doc < segment.size(); doc++) {
            if (!segment.isLive(doc)) continue;
            for (QueryScan scan : scans) scan.score(number, rows, doc);
        }
    }

    /** One query on its way through the rows. */
    private static final class QueryScan {

        private final float[] query;
        private final Distances.Distance distance;
        private final double norm;
        private final double error;
        private final TopRows top;

        QueryScan(Metric metric, float[] query, TopRows top) {
            this.query = query;
            this.distance = Distances.of(metric);
            this.norm = SegmentNorms.norm(query);
            this.error = ScanKernel.errorBound(query.length) * 1.01; // and the roundings of norms and bounds themselves
            this.top = top;
        }

        /** @param largest length of any vector in the segment */
        void innerProducts(SegmentView segment, int number, SegmentRows rows, int from, int count, float[] results, double largest)
                throws IOException {
            double slack = error * norm * largest + Float.MIN_NORMAL;
            float cut = innerProductCut(slack);
            for (int r = 0; r < count; r++) {
                if (isBelow(results[r], cut) || !segment.isLive(from + r)) continue;
                if (score(number, rows, from + r)) cut = innerProductCut(slack);
            }
        }

        private float innerProductCut(double slack) {
            double bar = top.bar();
            return Math.nextDown((float) (bar - slack - Math.abs(bar) * 0x1p-23));
        }

        void squaredDistances(SegmentView segment, int number, SegmentRows rows, int from, int count, float[] results) throws IOException {
            float cut = squaredDistanceCut();
            for (int r = 0; r < count; r++) {
                if (results[r] > cut || !segment.isLive(from + r)) continue;
                if (score(number, rows, from + r)) cut = squaredDistanceCut();
            }
        }

        private float squaredDistanceCut() {
            return Math.nextUp((float) (top.bar() * (1 + 2 * error) + query.length * (double) Float.MIN_NORMAL));
        }

        void cosines(SegmentView segment, int number, SegmentRows rows, int from, int count, float[] results, float[] norms)
                throws IOException {
            double cut = cosineCut();
            for (int r = 0; r < count; r++) {
                if (isBelow(results[r], cut * norms[from + r] - Float.MIN_NORMAL) || !segment.isLive(from + r)) continue;
                if (score(number, rows, from + r)) cut = cosineCut();
            }
        }

        /** Smallest inner product per length of the row that is worth a look. */
        private double cosineCut() {
            return (1 - top.bar() - 2 * error - 0x1p-20) * norm;
        }

        /** What overflowed proves nothing, neither a sum on its way (NaN, or infinite while the whole is not) nor a cut. */
        private static boolean isBelow(float result, double cut) {
            return result < cut && result != Float.NEGATIVE_INFINITY && cut != Double.POSITIVE_INFINITY;
        }

        /** Rows with their exact scores, in any order. */
        void takeIn(int number, SegmentRows rows, int[] docs, float[] scores) throws IOException {
            // By document, because the keys are read that way.
            long[] places = IntStream.range(0, docs.length).mapToLong(i -> (long) docs[i] << 32 | i).sorted().toArray();
            for (long place : places) {
                int doc = (int) (place >>> 32);
                float score = scores[(int) place];
                if (top.admits(score)) top.offer(new TopRows.Found(score, number, doc, BytesRef.deepCopyOf(rows.key(doc))));
            }
        }

        /** Scores a row exactly. @return whether it is among the best now */
        boolean score(int number, SegmentRows rows, int doc) throws IOException {
            float score = (float) distance.between(query, rows.vector(doc));
            if (!top.admits(score)) return false;
            top.offer(new TopRows.Found(score, number, doc, BytesRef.deepCopyOf(rows.key(doc))));
            return true;
        }
    }
}
