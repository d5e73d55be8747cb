package io.lynse.engine.index;

import io.lynse.model.Metric;

/**
 * The metrics in float64, as the wire contract defines them (section 7.4): what a score <em>is</em>. The fast scans only
 * choose which rows are worth asking here. Pure; both vectors have the same length and finite components.
 */
public final class Distances {

    /** Mean radius of the earth, metres (IUGG). */
    private static final double EARTH_RADIUS_METRES = 6_371_008.8;

    private static final float BIT_ABOVE = 0.5f;

    private Distances() {}

    /** A score of two vectors in the metric's own sense; NaN: there is none. */
    @FunctionalInterface
    public interface Distance {
        double between(float[] a, float[] b);
    }

    public static Distance of(Metric metric) {
        return switch (metric) {
            case IP -> Distances::innerProduct;
            case L2 -> Distances::squaredEuclidean;
            case COSINE -> Distances::cosine;
            case HAMMING -> Distances::hamming;
            case JACCARD, TANIMOTO -> Distances::jaccard;
            case DICE -> Distances::dice;
            case L1 -> Distances::manhattan;
            case CHEBYSHEV -> Distances::chebyshev;
            case CANBERRA -> Distances::canberra;
            case BRAY_CURTIS -> Distances::brayCurtis;
            case HAVERSINE -> Distances::haversine;
            case CORRELATION -> Distances::correlation;
            case HELLINGER -> Distances::hellinger;
            case WASSERSTEIN -> Distances::wasserstein;
            case JENSEN_SHANNON -> Distances::jensenShannon;
        };
    }

    static double innerProduct(float[] a, float[] b) {
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

    static double squaredEuclidean(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** 1 - similarity; a zero vector is similar to nothing. */
    static double cosine(float[] a, float[] b) {
        double squares = innerProduct(a, a) * innerProduct(b, b);
        return squares == 0 ? 1 : 1 - innerProduct(a, b) / Math.sqrt(squares);
    }

    static double hamming(float[] a, float[] b) {
        int differing = 0;
        for (int i = 0; i < a.length; i++) {
            if (a[i] > BIT_ABOVE != b[i] > BIT_ABOVE) differing++;
        }
        return differing;
    }

    /** Of two empty sets 0. */
    static double jaccard(float[] a, float[] b) {
        int both = 0;
        int either = 0;
        for (int i = 0; i < a.length; i++) {
            boolean inA = a[i] > BIT_ABOVE;
            boolean inB = b[i] > BIT_ABOVE;
            if (inA && inB) both++;
            if (inA || inB) either++;
        }
        return either == 0 ? 0 : 1 - (double) both / either;
    }

    /** Of two empty sets 0. */
    static double dice(float[] a, float[] b) {
        int both = 0;
        int members = 0;
        for (int i = 0; i < a.length; i++) {
            boolean inA = a[i] > BIT_ABOVE;
            boolean inB = b[i] > BIT_ABOVE;
            if (inA && inB) both++;
            members += (inA ? 1 : 0) + (inB ? 1 : 0);
        }
        return members == 0 ? 0 : 1 - 2.0 * both / members;
    }

    static double manhattan(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += Math.abs((double) a[i] - b[i]);
        return sum;
    }

    static double chebyshev(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        return largest;
    }

    /** A term 0/0 counts 0. */
    static double canberra(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double size = Math.abs((double) a[i]) + Math.abs((double) b[i]);
            if (size != 0) sum += Math.abs((double) a[i] - b[i]) / size;
        }
        return sum;
    }

    /** 0/0 is 0; negative components may take it anywhere, also to infinity. */
    static double brayCurtis(float[] a, float[] b) {
        double differences = 0;
        double sums = 0;
        for (int i = 0; i < a.length; i++) {
            differences += Math.abs((double) a[i] - b[i]);
            sums += Math.abs((double) a[i] + b[i]);
        }
        return differences == 0 && sums == 0 ? 0 : differences / sums;
    }

    /** Metres between two points [longitude, latitude] in degrees; NaN out of range, or where there are not two components. */
    static double haversine(float[] a, float[] b) {
        if (a.length != 2 || !onEarth(a) || !onEarth(b)) return Double.NaN;
        double latitudes = Math.sin(Math.toRadians((double) b[1] - a[1]) / 2);
        double longitudes = Math.sin(Math.toRadians((double) b[0] - a[0]) / 2);
        double chord = latitudes * latitudes
                + Math.cos(Math.toRadians(a[1])) * Math.cos(Math.toRadians(b[1])) * longitudes * longitudes;
        return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(1, chord)));
    }

    private static boolean onEarth(float[] point) {
        return Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90;
    }

    /** 1 - Pearson correlation; a constant vector correlates with nothing. */
    static double correlation(float[] a, float[] b) {
        double meanA = sum(a) / a.length;
        double meanB = sum(b) / b.length;
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            double x = a[i] - meanA;
            double y = b[i] - meanB;
            products += x * y;
            squaresA += x * x;
            squaresB += y * y;
        }
        double squares = squaresA * squaresB;
        return squares == 0 ? 1 : 1 - products / Math.sqrt(squares);
    }

    /** Of the vectors scaled to sum 1; against a zero vector 1; NaN with a negative component. */
    static double hellinger(float[] a, float[] b) {
        if (hasNegative(a) || hasNegative(b)) return Double.NaN;
        double sumA = sum(a);
        double sumB = sum(b);
        if (sumA == 0 || sumB == 0) return 1;
        double shared = 0;
        for (int i = 0; i < a.length; i++) shared += Math.sqrt(a[i] / sumA * (b[i] / sumB));
        return Math.sqrt(Math.max(0, 1 - shared));
    }

    /** Earth mover's distance of ordered bins one apart, as given: the sum over the differences of the running sums. */
    static double wasserstein(float[] a, float[] b) {
        double running = 0;
        double moved = 0;
        for (int i = 0; i < a.length; i++) {
            running += (double) a[i] - b[i];
            moved += Math.abs(running);
        }
        return moved;
    }

    /**
     * Square root of the divergence of the vectors scaled to sum 1, natural log; against a zero vector that of
     * disjoint ones; NaN with a negative component.
     */
    static double jensenShannon(float[] a, float[] b) {
        if (hasNegative(a) || hasNegative(b)) return Double.NaN;
        double sumA = sum(a);
        double sumB = sum(b);
        if (sumA == 0 || sumB == 0) return Math.sqrt(Math.log(2));
        double divergence = 0;
        for (int i = 0; i < a.length; i++) {
            double p = a[i] / sumA;
            double q = b[i] / sumB;
            double middle = (p + q) / 2;
            if (p > 0) divergence += p * Math.log(p / middle) / 2;
            if (q > 0) divergence += q * Math.log(q / middle) / 2;
        }
        return Math.sqrt(Math.max(0, divergence));
    }

    private static boolean hasNegative(float[] vector) {
        for (float element : vector) {
            if (element < 0) return true;
        }
        return false;
    }

    private static double sum(float[] vector) {
        double sum = 0;
        for (float element : vector) sum += element;
        return sum;
    }
}
