package io.lynse.http.route;

import io.lynse.model.IndexMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the parameters of an index build (wire contract 7.5): an unknown name is refused, those of another family are ignored. */
final class IndexParameters {

    private static final Map<IndexMode.Family, Set<String>> BY_FAMILY = Map.of(
            IndexMode.Family.FLAT, Set.of(),
            IndexMode.Family.HNSW, Set.of("m", "ef_construction", "ef_search", "max_level"),
            IndexMode.Family.DISKANN, Set.of("r", "l", "alpha", "max_degree"),
            IndexMode.Family.IVF, Set.of("n_clusters", "n_centroids", "nprobe"),
            IndexMode.Family.SPANN, Set.of("n_clusters", "n_centroids", "nprobe", "replica_count"));

    /** What no index can use. Other parameters may be as large as an int. */
    private static final Map<String, Integer> LARGEST = Map.of("m", 512, "ef_construction", 3_200);

    private IndexParameters() {}

    /**
     * The parameters of the mode's own family.
     * @param given     as sent; null: none
     * @param nClusters as sent beside them; 0: not
     */
    static Map<String, Object> checked(IndexMode mode, @Nullable Map<String, @Nullable Object> given, int nClusters) {
        var parameters = new LinkedHashMap<String, Object>();
        Set<String> own = BY_FAMILY.getOrDefault(mode.family(), Set.of());
        if (nClusters > 0 && own.contains("n_clusters")) parameters.put("n_clusters", (long) nClusters);
        if (given == null) return parameters;
        given.forEach((name, value) -> {
            if (BY_FAMILY.values().stream().noneMatch(names -> names.contains(name))) throw refused(name, "unknown index parameter '" + name + "'");
            if (value != null && own.contains(name)) parameters.put(name, checked(name, value));
        });
        return parameters;
    }

    private static Object checked(String name, Object value) {
        if (name.equals("alpha")) {
            if (value instanceof Number number && number.doubleValue() >= 1 && Double.isFinite(number.doubleValue())) return number.doubleValue();
            throw refused(name, "alpha must be a finite value >= 1.0");
        }
        int largest = LARGEST.getOrDefault(name, Integer.MAX_VALUE);
        if (value instanceof Long number && number >= 1 && number <= largest) return number;
        throw refused(name, name + " must be an integer between 1 and " + largest + ": " + value);
    }

    private static RuntimeException refused(String name, String reason) {
        return Edge.invalid("params." + name, "Invalid argument: " + reason);
    }
}
