package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.Hits;
import io.lynse.model.IndexMode;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** The searches that are not hot: by threshold, and with a report on how it went (wire contract 4.5, 7.12). */
@Controller
final class SearchController {

    private static final int MAX_RESULTS_DEFAULT = 1000;

    private final Edge edge;

    SearchController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/search_range")
    Envelope range(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        float[] vector = body.vector("vector");
        double threshold = body.real("threshold");
        int k = edge.limits().topK("max_results", body.natural("max_results", MAX_RESULTS_DEFAULT));
        var query = new Query(vector, new Query.Options(k, false, 0, OptionalDouble.of(threshold)));
        Hits hits = edge.timed("/search_range", name, k, () -> edge.databases().search(name, query, memory, reading, deadline)).hits();
        var result = new TreeMap<String, @Nullable Object>();
        result.put("ids", hits.ids());
        result.put("distances", hits.scores());
        return Envelope.of(name).with("result", result);
    }

    @PostMapping("/search_profile")
    Envelope profile(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        body.refuseIfGiven("where", "where filters");
        float[] vector = body.vector("vector");
        var options = new Query.Options(edge.limits().topK("k", body.natural("k", SearchRequest.K_DEFAULT)),
                body.flag("return_fields", false), body.natural("nprobe", SearchRequest.BEAM_DEFAULT));
        long start = System.nanoTime();
        CollectionStats stats = edge.databases().stats(name, false, reading, deadline);
        long counted = System.nanoTime();
        Hits hits = edge.databases().search(name, new Query(vector, options), memory, reading, deadline).hits();
        long found = System.nanoTime();

        IndexMode mode = stats.info().indexMode() == null ? IndexMode.DEFAULT : stats.info().indexMode();
        var items = new TreeMap<String, @Nullable Object>();
        items.put("k", options.k());
        items.put("ids", hits.ids());
        items.put("scores", hits.scores());
        items.put("fields", options.withFields() ? hits.fields().toList(hits.size()) : List.of());
        items.put("index", mode.text());
        return Envelope.of(name).with("items", items)
                .with("profile", profile(stats, hits, (found - counted) / 1000, (found - start) / 1000));
    }

    /**
     * The original's words: {@code ann_index} for a walk of a graph, {@code flat_mmap} for an exact scan of the live rows, which every other
     * mode is as yet. How many rows a walk looks at nobody counts.
     */
    private static TreeMap<String, @Nullable Object> profile(CollectionStats stats, Hits hits, long searchMicros, long totalMicros) {
        var profile = new TreeMap<String, @Nullable Object>();
        profile.put("query_kind", "vector");
        profile.put("vector_field", "default");
        IndexMode mode = stats.info().indexMode();
        boolean walked = mode != null && mode.walksGraph();
        profile.put("index_path", walked ? "ann_index" : "flat_mmap");
        profile.put("total_vectors", stats.rows());
        profile.put("filter_expression", null);
        profile.put("filter_matches", null);
        profile.put("scanned_vectors", walked ? null : stats.live());
        profile.put("result_count", hits.size());
        profile.put("filter_us", 0);
        profile.put("search_us", searchMicros);
        profile.put("rerank_us", 0);
        profile.put("total_us", totalMicros);
        return profile;
    }
}
