package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;

/**
 * Exact scores of chosen rows against one query. Four rows at a time: the additions of one row are a chain that cannot be
 * reordered (see {@link ExactScore}), several chains keep the adders busy. Rows are first copied to the heap, so that the loops see
 * one kind of memory, mapped or not, and are compiled once.
 */
final class Rescorer {

    private static final int BLOCK = 4;

    private final SegmentVectors vectors;
    private final Metric metric;
    private final float[] query;
    private final double querySquares;
    private final BestRows best;
    private final double floor;

    private final float[][] block;
    private final int[] pending = new int[BLOCK];
    private final double[] sums = new double[BLOCK];
    private final double[] squares = new double[BLOCK];
    private int count;

    Rescorer(SegmentVectors vectors, float[] query, ScanOptions options) {
        this.vectors = vectors;
        this.metric = options.metric();
        this.query = query;
        this.querySquares = metric == Metric.COSINE ? ExactScore.dot(query, query) : 0;
        this.best = new BestRows(options.k(), options.ties());
        this.floor = options.floor().badness(metric);
        this.block = new float[BLOCK][vectors.dimension()];
    }

    /** The row's score is counted at the latest by {@link #flush}. */
    void add(int row) {
        vectors.copyRow(row, block[count]);
        pending[count++] = row;
        if (count == BLOCK) flush();
    }

    void flush() {
        if (count == 0) return;
        float[] a = block[0];
        float[] b = block[1];
        float[] c = block[2];
        float[] d = block[3];
        switch (metric) {
            case L2 -> distances(query, a, b, c, d, sums);
            case COSINE -> {
                dots(query, a, b, c, d, sums);
                squares(a, b, c, d, squares);
            }
            default -> dots(query, a, b, c, d, sums);
        }
        for (int i = 0; i < count; i++) {
            double score = metric == Metric.COSINE ? ExactScore.cosineDistance(sums[i], querySquares, squares[i]) : sums[i];
            float badness = ExactScore.badness(metric, (float) score);
            if (badness <= floor) best.offer(badness, pending[i]);
        }
        count = 0;
    }

    /** No row with a greater badness can change the answer, now that the rows added so far are counted. */
    double limit() {
        return Math.min(floor, best.limit());
    }

    TopRows best() {
        flush();
        return best.drain(metric);
    }

    private static void dots(float[] query, float[] a, float[] b, float[] c, float[] d, double[] sums) {
        pairOfDots(query, a, query, b, sums, 0);
        pairOfDots(query, c, query, d, sums, 2);
    }

    private static void squares(float[] a, float[] b, float[] c, float[] d, double[] sums) {
        pairOfDots(a, a, b, b, sums, 0);
        pairOfDots(c, c, d, d, sums, 2);
    }

    /** Even and odd components apart, as {@link ExactScore#dot} adds them: four chains for two rows. */
    private static void pairOfDots(float[] a, float[] x, float[] b, float[] y, double[] sums, int into) {
        double evenX = 0;
        double oddX = 0;
        double evenY = 0;
        double oddY = 0;
        int i = 0;
        for (; i + 1 < a.length; i += 2) {
            evenX += (double) a[i] * x[i];
            oddX += (double) a[i + 1] * x[i + 1];
            evenY += (double) b[i] * y[i];
            oddY += (double) b[i + 1] * y[i + 1];
        }
        if (i < a.length) {
            evenX += (double) a[i] * x[i];
            evenY += (double) b[i] * y[i];
        }
        sums[into] = evenX + oddX;
        sums[into + 1] = evenY + oddY;
    }

    private static void distances(float[] query, float[] a, float[] b, float[] c, float[] d, double[] sums) {
        double sumA = 0;
        double sumB = 0;
        double sumC = 0;
        double sumD = 0;
        for (int i = 0; i < query.length; i++) {
            double q = query[i];
            double deltaA = q - a[i];
            double deltaB = q - b[i];
            double deltaC = q - c[i];
            double deltaD = q - d[i];
            sumA += deltaA * deltaA;
            sumB += deltaB * deltaB;
            sumC += deltaC * deltaC;
            sumD += deltaD * deltaD;
        }
        sums[0] = sumA;
        sums[1] = sumB;
        sums[2] = sumC;
        sums[3] = sumD;
    }
}
