package io.lynse.model;

import io.lynse.model.IndexMode.Family;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A parameter of an index build, with the families that it is for and what it may be (wire contract 7.5). */
public enum IndexParameter {
    /** Links of a node of the graph on its upper levels, twice as many on the lowest. */
    M(1, 512, Family.HNSW),
    /** Candidates that are kept while the links of a new node are chosen. */
    EF_CONSTRUCTION(1, 3_200, Family.HNSW),
    /** Candidates that a search keeps at least. */
    EF_SEARCH(1, Integer.MAX_VALUE, Family.HNSW),
    MAX_LEVEL(1, Integer.MAX_VALUE, Family.HNSW),
    R(1, Integer.MAX_VALUE, Family.DISKANN),
    L(1, Integer.MAX_VALUE, Family.DISKANN),
    ALPHA(Family.DISKANN),
    MAX_DEGREE(1, Integer.MAX_VALUE, Family.DISKANN),
    N_CLUSTERS(1, Integer.MAX_VALUE, Family.IVF, Family.SPANN),
    N_CENTROIDS(1, Integer.MAX_VALUE, Family.IVF, Family.SPANN),
    NPROBE(1, Integer.MAX_VALUE, Family.IVF, Family.SPANN),
    REPLICA_COUNT(1, Integer.MAX_VALUE, Family.SPANN);

    private static final double REAL_MIN = 1;

    private final boolean whole;
    private final int least;
    private final int largest;
    private final Set<Family> families;

    IndexParameter(int least, int largest, Family... families) {
        whole = true;
        this.least = least;
        this.largest = largest;
        this.families = Set.of(families);
    }

    /** One that is no whole number. */
    IndexParameter(Family family) {
        whole = false;
        least = 0;
        largest = 0;
        families = Set.of(family);
    }

    /** As clients write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<IndexParameter> named(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }

    public boolean isFor(Family family) {
        return families.contains(family);
    }

    boolean isWhole() {
        return whole;
    }

    /** Whether the parameter may have the value: a whole number within its bounds; or any finite one that is not too small. */
    boolean allows(Object value) {
        if (!whole) return value instanceof Number number && number.doubleValue() >= REAL_MIN && Double.isFinite(number.doubleValue());
        return (value instanceof Long || value instanceof Integer) && ((Number) value).longValue() >= least && ((Number) value).longValue() <= largest;
    }

    /** For whoever sent something else. */
    String demand() {
        return whole ? text() + " must be an integer between " + least + " and " + largest : text() + " must be a finite value >= " + REAL_MIN;
    }
}
