package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;

/**
 * The worst score that is still wanted, itself included, in the metric's own sense. It is what a range search asks for, and what
 * the segments searched before already prove about the best k of all: rows below it cost almost nothing.
 *
 * @param score NaN: any score will do
 */
public record ScoreFloor(double score) {

    public static final ScoreFloor NONE = new ScoreFloor(Double.NaN);

    /** No row of a greater badness is wanted, see {@link ExactScore}. */
    double badness(Metric metric) {
        if (Double.isNaN(score)) return Double.POSITIVE_INFINITY;
        return metric.higherIsBetter() ? -score : score;
    }
}
