package io.lynse.engine.search;

import io.lynse.engine.index.Distances;
import io.lynse.engine.index.hnsw.GraphSearch;
import io.lynse.engine.index.kernels.FlatScanner;
import io.lynse.engine.index.kernels.ScanKernel;
import io.lynse.engine.index.kernels.ScanKernels;
import io.lynse.engine.index.kernels.ScanOptions;
import io.lynse.engine.index.kernels.ScoreFloor;
import io.lynse.engine.index.kernels.SegmentVectors;
import io.lynse.engine.recent.Part;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentNorms;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.lucene.util.Bits;
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
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ScanKernels kernels;
    private final SegmentCopies copies;
    private final FlatScanner flat = FlatScanner.onOneThread();

    ExactSearch(ScanKernels kernels, SegmentCopies copies) {
        this.kernels = kernels;
        this.copies = copies;
    }

    /**
     * @param queries each as long as the view's dimension
     * @param k       at least 1
     * @param beam    candidates to take from the graphs of the segments that have one; 0: scan everything
     * @return per query, in their order, the best rows first
     */
    List<List<TopRows.Found>> run(View view, Metric metric, float[][] queries, int k, int beam, OptionalDouble threshold) throws IOException {
        var scans = new QueryScan[queries.length];
        for (int q = 0; q < scans.length; q++) scans[q] = new QueryScan(metric, queries[q], new TopRows(metric, k, threshold));
        List<Part> parts = view.parts();
        for (int number = 0; number < parts.size(); number++) {
            Part part = parts.get(number);
            QueryScan[] left = beam > 0 && part instanceof SegmentView segment && GraphSearch.serves(segment.reader(), metric)
                    ? walk(segment, number, scans, k, beam)
                    : scans;
            if (left.length > 0) scan(part, number, metric, left, k);
        }
        return Arrays.stream(scans).map(scan -> scan.top.bestFirst()).toList();
    }

    /** @return the queries that the segment's graph has no answer for */
    private static QueryScan[] walk(SegmentView segment, int number, QueryScan[] scans, int k, int beam) throws IOException {
        var left = new ArrayList<QueryScan>();
        PartRows rows = segment.rows();
        Bits live = segment.isAllLive() ? null : new LiveRows(segment);
        int liveCount = segment.liveAtMost();
        for (QueryScan scan : scans) {
            int[] found = GraphSearch.candidates(segment.reader(), scan.query, beam, k, live, liveCount);
            if (found == null) left.add(scan);
            else for (int doc : found) scan.score(number, rows, doc);
        }
        return left.toArray(QueryScan[]::new);
    }

    private record LiveRows(SegmentView segment) implements Bits {
        @Override
        public boolean get(int doc) {
            return segment.isLive(doc);
        }

        @Override
        public int length() {
            return segment.size();
        }
    }

    private void scan(Part part, int number, Metric metric, QueryScan[] scans, int k) throws IOException {
        switch (metric) {
            case IP, L2, COSINE -> {
                SegmentVectors copied = part instanceof SegmentView segment ? copies.find(segment) : null;
                if (copied != null) scanCopy(copied, (SegmentView) part, number, metric, scans, k);
                else scanBlocks(part, number, metric, scans);
            }
            default -> compute(part, number, scans);
        }
    }

    private void scanCopy(SegmentVectors copied, SegmentView segment, int number, Metric metric, QueryScan[] scans, int k)
            throws IOException {
        // All queries share the pass, and so the bar that the least of them has reached.
        float bar = scans[0].top.bar();
        for (QueryScan scan : scans) bar = metric.compareScores(scan.top.bar(), bar) > 0 ? scan.top.bar() : bar;
        var options = new ScanOptions(metric, k, segment::isLive, new ScoreFloor(bar), new KeyOrder(segment));
        var found = flat.searchAll(copied, Arrays.stream(scans).map(scan -> scan.query).toList(), options);
        PartRows rows = segment.rows();
        for (int q = 0; q < scans.length; q++) scans[q].takeIn(number, rows, found.get(q).rows(), found.get(q).scores());
    }

    private void scanBlocks(Part part, int number, Metric metric, QueryScan[] scans) throws IOException {
        List<Part.Piece> pieces = part.pieces();
        float[][] queries = Arrays.stream(scans).map(scan -> scan.query).toArray(float[][]::new);
        if (pieces != null) {
            var scan = new BlockScan(part, number, metric, part.elements(), queries, scans);
            for (Part.Piece piece : pieces) scan.run(piece.memory(), piece.from(), piece.rows());
            return;
        }
        var scan = new BlockScan(part, number, metric, ElementType.FLOAT32, queries, scans);
        int dimension = queries[0].length;
        // Outside the heap like all that kernels ever see: one array among them would make the compiler's code several times slower for all.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copied = arena.allocate((long) scan.blockRows * dimension * Float.BYTES, Float.BYTES);
            for (int from = 0; from < part.size(); from += scan.blockRows) {
                int count = Math.min(scan.blockRows, part.size() - from);
                for (int r = 0; r < count; r++) MemorySegment.copy(scan.rows.vector(from + r), 0, copied, FLOAT, (long) r * dimension * Float.BYTES, dimension);
                scan.run(copied, from, count);
            }
        }
    }

    private static void compute(Part part, int number, QueryScan[] scans) throws IOException {
        PartRows rows = part.rows();
        for (int row = 0; row < part.size(); row++) {
            if (!part.isLive(row)) continue;
            for (QueryScan scan : scans) scan.score(number, rows, row);
        }
    }

    /** All queries over the vectors of one part, block by block. */
    private final class BlockScan {

        private final ScanKernel kernel;
        private final Part part;
        private final int number;
        private final Metric metric;
        private final float[][] queries;
        private final QueryScan[] scans;
        private final PartRows rows;
        private final int rowBytes;
        private final int blockRows;
        private final float[] norms;
        private final double largestNorm;
        private final float[][] out;

        /** @param elements of the rows that it is going to be given */
        BlockScan(Part part, int number, Metric metric, ElementType elements, float[][] queries, QueryScan[] scans) throws IOException {
            kernel = kernels.over(elements);
            this.part = part;
            this.number = number;
            this.metric = metric;
            this.queries = queries;
            this.scans = scans;
            rows = part.rows();
            rowBytes = queries[0].length * elements.bytes();
            blockRows = Math.max(4, BLOCK_BYTES / rowBytes & ~3);
            norms = metric == Metric.COSINE ? part.norms() : new float[0];
            largestNorm = metric == Metric.IP ? part.largestNorm() : 0;
            out = new float[queries.length][blockRows];
        }

        /** @param memory vectors of {@code count} rows, the first of them number {@code first} */
        void run(MemorySegment memory, int first, int count) throws IOException {
            for (int done = 0; done < count; done += blockRows) {
                int block = Math.min(blockRows, count - done);
                long at = (long) done * rowBytes;
                if (metric == Metric.L2) kernel.squaredDistances(memory, at, block, queries, out);
                else kernel.innerProducts(memory, at, block, queries, out);
                for (int q = 0; q < scans.length; q++) {
                    switch (metric) {
                        case IP -> scans[q].innerProducts(part, number, rows, first + done, block, out[q], largestNorm);
                        case L2 -> scans[q].squaredDistances(part, number, rows, first + done, block, out[q]);
                        default -> scans[q].cosines(part, number, rows, first + done, block, out[q], norms);
                    }
                }
            }
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

        /** @param largest length of any vector in the part */
        void innerProducts(Part part, int number, PartRows rows, int from, int count, float[] results, double largest)
                throws IOException {
            double slack = error * norm * largest + Float.MIN_NORMAL;
            float cut = innerProductCut(slack);
            for (int r = 0; r < count; r++) {
                if (isBelow(results[r], cut) || !part.isLive(from + r)) continue;
                if (score(number, rows, from + r)) cut = innerProductCut(slack);
            }
        }

        private float innerProductCut(double slack) {
            double bar = top.bar();
            return Math.nextDown((float) (bar - slack - Math.abs(bar) * 0x1p-23));
        }

        void squaredDistances(Part part, int number, PartRows rows, int from, int count, float[] results) throws IOException {
            float cut = squaredDistanceCut();
            for (int r = 0; r < count; r++) {
                if (results[r] > cut || !part.isLive(from + r)) continue;
                if (score(number, rows, from + r)) cut = squaredDistanceCut();
            }
        }

        private float squaredDistanceCut() {
            return Math.nextUp((float) (top.bar() * (1 + 2 * error) + query.length * (double) Float.MIN_NORMAL));
        }

        void cosines(Part part, int number, PartRows rows, int from, int count, float[] results, float[] norms)
                throws IOException {
            double cut = cosineCut();
            for (int r = 0; r < count; r++) {
                if (isBelow(results[r], cut * norms[from + r] - Float.MIN_NORMAL) || !part.isLive(from + r)) continue;
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
        void takeIn(int number, PartRows rows, int[] found, float[] scores) throws IOException {
            // By number, because the keys are read that way.
            long[] places = IntStream.range(0, found.length).mapToLong(i -> (long) found[i] << 32 | i).sorted().toArray();
            for (long place : places) {
                int row = (int) (place >>> 32);
                float score = scores[(int) place];
                if (top.admits(score)) top.offer(new TopRows.Found(score, number, row, BytesRef.deepCopyOf(rows.key(row))));
            }
        }

        /** Scores a row exactly. @return whether it is among the best now */
        boolean score(int number, PartRows rows, int row) throws IOException {
            float score = (float) distance.between(query, rows.vector(row));
            if (!top.admits(score)) return false;
            top.offer(new TopRows.Found(score, number, row, BytesRef.deepCopyOf(rows.key(row))));
            return true;
        }
    }
}
