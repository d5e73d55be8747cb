package io.lynse.cli.demo;

import java.util.LinkedHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the demo measured, all through the coordinator's public port.
 *
 * @param vectors           rows acknowledged and counted by the cluster
 * @param recallAt10        0 to 1, over all queries of the folder
 * @param searchP50Millis   median of one search on one connection
 * @param searchQps         searches per second on {@link SearchTrial#CONNECTIONS} connections
 * @param ingestRowsPerSecond acknowledged rows per second, from the first byte sent to the last acknowledgement
 */
record DemoFigures(long vectors, int dim, double recallAt10, double searchP50Millis, double searchQps, double ingestRowsPerSecond) {

    /** One JSON object on one line: the last line of {@code lynse demo --once}. */
    String toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("vectors", vectors);
        json.put("dim", dim);
        json.put("recall_at_10", rounded(recallAt10, 1e6));
        json.put("search_p50_ms", rounded(searchP50Millis, 1e3));
        json.put("search_qps", rounded(searchQps, 10));
        json.put("ingest_vectors_per_s", rounded(ingestRowsPerSecond, 10));
        return JsonMapper.shared().writeValueAsString(json);
    }

    // Downwards: a figure must never look better than it was.
    private static double rounded(double value, double steps) {
        return Math.floor(value * steps) / steps;
    }
}
