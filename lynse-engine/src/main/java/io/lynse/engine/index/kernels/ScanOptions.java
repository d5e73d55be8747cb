package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;

/**
 * What one scan should return.
 *
 * @param metric inner product, squared L2 distance or cosine distance
 * @param k      most rows to return, at least 0; {@code Integer.MAX_VALUE} with a floor is a range search without a bound
 * @param ties   decides between equal scores, at the k-th place too
 */
public record ScanOptions(Metric metric, int k, AcceptRows accept, ScoreFloor floor, TieOrder ties) {

    public ScanOptions {
        if (!supports(metric)) throw new IllegalArgumentException("no kernel for metric " + metric);
        if (k < 0) throw new IllegalArgumentException("k must not be negative: " + k);
    }

    public ScanOptions(Metric metric, int k) {
        this(metric, k, AcceptRows.ALL, ScoreFloor.NONE, TieOrder.ORDINALS);
    }

    /** Whether these kernels know the metric. */
    public static boolean supports(Metric metric) {
        return metric == Metric.IP || metric == Metric.L2 || metric == Metric.COSINE;
    }

    public ScanOptions accept(AcceptRows rows) {
        return new ScanOptions(metric, k, rows, floor, ties);
    }

    public ScanOptions floor(ScoreFloor worst) {
        return new ScanOptions(metric, k, accept, worst, ties);
    }

    public ScanOptions ties(TieOrder order) {
        return new ScanOptions(metric, k, accept, floor, order);
    }
}
