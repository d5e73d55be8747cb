package io.lynse.engine.index.kernels;

import io.lynse.engine.index.Distances;
import io.lynse.model.Metric;

/**
 * Pieces of the score as {@link Distances} defines it, with the same additions in the same order: a row that these kernels find has
 * the very bits that a plain loop gives it, on any machine. Sums of doubles over finite floats cannot overflow; the float may.
 *
 * <p>Within this package a score is a <em>badness</em>: lower is better for every metric, so inner products change their sign.
 */
final class ExactScore {

    private ExactScore() {}

    static double dot(float[] a, float[] b) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < a.length; i += 2) {
            even += (double) a[i] * b[i];
            odd += (double) a[i + 1] * b[i + 1];
        }
        if (i < a.length) even += (double) a[i] * b[i];
        return even + odd;
    }

    /** The root of the product is exact when both vectors are the same: its distance then is 0 and no rounding error. */
    static double cosineDistance(double dot, double squares, double otherSquares) {
        double product = squares * otherSquares;
        return product == 0 ? 1 : 1 - dot / Math.sqrt(product);
    }

    static float badness(Metric metric, float score) {
        return metric.higherIsBetter() ? -score : score;
    }
}
