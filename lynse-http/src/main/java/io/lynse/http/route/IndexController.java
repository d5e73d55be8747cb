package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameter;
import io.lynse.model.IndexParameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** Indexes (wire contract 4.9). */
@Controller
final class IndexController {

    private final Edge edge;

    IndexController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/build_index")
    Envelope build(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        String given = body.textOrNull("index_mode");
        String text = given == null ? IndexMode.DEFAULT.text() : given;
        IndexMode mode = IndexMode.parse(text).orElseThrow(() -> Edge.invalid("index_mode", "Invalid argument: " + (knownFamily(text)
                ? "unsupported index/metric combination '" + text + "'" : "unknown index type '" + text + "'")));
        IndexParameters parameters = IndexParameters.of(mode, given(body));
        edge.databases().setIndex(name, mode, parameters, deadline);
        edge.audit("build_index", name);
        return Envelope.of(name).with("index_mode", text).with("n_clusters", body.raw("n_clusters")).with("params", body.raw("params"));
    }

    /** The client repeats the number of clusters beside the parameters, for older servers. */
    private static Map<String, @Nullable Object> given(JsonObject body) {
        var given = new HashMap<String, @Nullable Object>();
        int clusters = body.natural("n_clusters", 0);
        if (clusters > 0) given.put(IndexParameter.N_CLUSTERS.text(), clusters);
        Map<String, @Nullable Object> parameters = body.objectOrNull("params");
        if (parameters != null) given.putAll(parameters);
        return given;
    }

    private static boolean knownFamily(String text) {
        String family = text.strip().toUpperCase(Locale.ROOT).split("-", 2)[0];
        return Arrays.stream(IndexMode.Family.values()).anyMatch(known -> known.name().equals(family));
    }

    @PostMapping("/remove_index")
    Envelope remove(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        edge.databases().setIndex(name, null, IndexParameters.NONE, deadline);
        edge.audit("remove_index", name);
        return Envelope.of(name);
    }
}
