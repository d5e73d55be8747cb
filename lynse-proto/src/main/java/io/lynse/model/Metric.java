package io.lynse.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a score means (wire contract 7.4). Inner product: higher is better. Every other is a distance: lower is better. */
public enum Metric {
    IP("INNER_PRODUCT", "INNER", "DOT"),
    L2("L2SQ", "L2_SQUARED", "EUCLIDEAN"),
    COSINE("COS", "COSINE_DISTANCE"),
    HAMMING,
    JACCARD,
    TANIMOTO,
    DICE("SORENSEN"),
    L1("MANHATTAN", "CITYBLOCK"),
    CHEBYSHEV("CHEBYCHEV", "LINF"),
    CANBERRA,
    BRAY_CURTIS("BRAY-CURTIS"),
    HAVERSINE("GEO"),
    CORRELATION("PEARSON"),
    HELLINGER,
    WASSERSTEIN("EMD"),
    JENSEN_SHANNON("JENSEN-SHANNON", "JS");

    private final Set<String> aliases;

    Metric(String... aliases) {
        this.aliases = Set.of(aliases);
    }

    /** The metric of a name or alias, in any case. */
    public static Optional<Metric> named(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(metric -> metric.name().equals(upper) || metric.aliases.contains(upper)).findFirst();
    }

    public boolean higherIsBetter() {
        return this == IP;
    }

    /**
     * Orders scores best first. NaN, which is no score, comes last.
     *
     * @return negative if {@code a} is better, positive if {@code b} is, 0 on a tie
     */
    public int compareScores(float a, float b) {
        boolean aIsNone = Float.isNaN(a);
        if (aIsNone || Float.isNaN(b)) return Boolean.compare(aIsNone, Float.isNaN(b));
        if (a == b) return 0; // -0.0 and 0.0 are one score
        return (a > b) == higherIsBetter() ? -1 : 1;
    }
}
