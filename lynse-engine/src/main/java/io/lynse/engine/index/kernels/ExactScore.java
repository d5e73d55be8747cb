package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;

/**
 * The score of two vectors as every exact search gives it: products and sums in double precision, component after component, then
 * rounded to float. The order of the additions is part of the definition, so that a kernel, a plain loop and another member of the
 * group give the same bits whatever the machine. Sums of doubles over finite floats cannot overflow; the float may be infinite.
 *
 * <p>Internally a score is a <em>badness</em>: lower is better for every metric, so inner products change their sign.
 */
public final class ExactScore {

    private ExactScore() {}

    /**
     * @param a finite components
     * @param b as long as {@code a}
     * @return inner product; or squared distance; or 1 - cosine, which is 1 if either vector is zero
     */
    public static float of(Metric metric, float[] a, float[] b) {
        return switch (metric) {
            case IP -> (float) dot(a, b);
            case L2 -> (float) distance(a, b);
            case COSINE -> (float) cosineDistance(dot(a, b), dot(a, a), dot(b, b));
            default -> throw new IllegalArgumentException("no kernel for metric " + metric);
        };
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** One root over the product: it is exact when both are the same vector, whose distance then is 0 and no rounding error. */
    static double cosineDistance(double dot, double squares, double otherSquares) {
        double norms = Math.sqrt(squares * otherSquares);
        return norms == 0 ? 1 : 1 - dot / norms;
    }

    static float badness(Metric metric, float score) {
        return metric.higherIsBetter() ? -score : score;
    }
}
