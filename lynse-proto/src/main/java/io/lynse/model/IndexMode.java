package io.lynse.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A documented index mode, such as {@code HNSW-L2} or {@code FLAT-COS-PQ8} (wire contract 7.5).
 *
 * @param text what was asked for, as it was written; a bare family means its inner product
 */
public record IndexMode(String text, Family family, Metric metric) {

    public enum Family { FLAT, HNSW, DISKANN, IVF, SPANN }

    /** What an unset index means. */
    public static final IndexMode DEFAULT = new IndexMode("FLAT-IP", Family.FLAT, Metric.IP);

    private static final String DENSE = "IP|L2|COS|COSINE";
    private static final String BITS = "HAMMING|JACCARD|TANIMOTO|DICE|SORENSEN";
    private static final String FURTHER = "L1|HAVERSINE|CORRELATION|HELLINGER|WASSERSTEIN|JENSEN-SHANNON|CHEBYSHEV";
    private static final Pattern FLAT = Pattern.compile(
            "(" + DENSE + ")(-SQ8|-PQ\\d{0,3}|-RABITQ|-POLARVEC\\d{0,2})?|(" + BITS + ")(-BINARY)?|" + FURTHER + "|CANBERRA|BRAY-CURTIS");
    private static final Pattern HNSW = Pattern.compile("(" + DENSE + ")(-SQ8)?|" + FURTHER);
    private static final Pattern DISKANN = Pattern.compile("(" + DENSE + ")(-SQ8|-PQ\\d{0,3})?");
    private static final Pattern IVF = Pattern.compile("(" + DENSE + ")(-SQ8)?|(JACCARD|HAMMING)(-BINARY)?");
    private static final Pattern SPANN = Pattern.compile("(" + DENSE + ")(-SQ8)?");
    private static final Pattern METRIC = Pattern.compile(
            "JENSEN-SHANNON|BRAY-CURTIS|[A-Z0-9]+");

    /** The mode that a text names, in any case; empty when it names none. */
    public static Optional<IndexMode> parse(String given) {
        String text = given.strip().toUpperCase(Locale.ROOT);
        int dash = text.indexOf('-');
        String name = dash < 0 ? text : text.substring(0, dash);
        String rest = dash < 0 ? "IP" : text.substring(dash + 1);
        Family family;
        try {
            family = Family.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
        Pattern allowed = switch (family) {
            case FLAT -> FLAT;
            case HNSW -> HNSW;
            case DISKANN -> DISKANN;
            case IVF -> IVF;
            case SPANN -> SPANN;
        };
        if (!allowed.matcher(rest).matches()) return Optional.empty();
        Matcher metric = METRIC.matcher(rest);
        if (!metric.lookingAt()) return Optional.empty();
        return Metric.named(metric.group()).map(found -> new IndexMode(dash < 0 ? name + "-IP" : given.strip(), family, found));
    }

    /** Whether searches walk a graph over the vectors themselves, once it is built: HNSW by IP, L2 or cosine. */
    public boolean walksGraph() {
        return family == Family.HNSW && !text.toUpperCase(Locale.ROOT).endsWith("-SQ8") && switch (metric) {
            case IP, L2, COSINE -> true;
            default -> false;
        };
    }

    /** Whether the family finds neighbours approximately, once it is built. */
    public boolean approximate() {
        return family != Family.FLAT;
    }
}
