package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.IndexMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
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
        Map<String, Object> parameters = IndexParameters.checked(mode, body.objectOrNull("params"), body.natural("n_clusters", 0));
        edge.databases().setIndex(name, mode, parameters, deadline);
        edge.audit("build_index", name);
        return Envelope.of(name).with("index_mode", text).with("n_clusters", body.raw("n_clusters")).with("params", body.raw("params"));
    }

    private static boolean knownFamily(String text) {
        String family = text.strip().toUpperCase(Locale.ROOT).split("-", 2)[0];
        return Arrays.stream(IndexMode.Family.values()).anyMatch(known -> known.name().equals(family));
    }

    @PostMapping("/remove_index")
    Envelope remove(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        edge.databases().setIndex(name, null, Map.of(), deadline);
        edge.audit("remove_index", name);
        return Envelope.of(name);
    }
}
