package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Reading;
import io.lynse.model.RowId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** What a collection holds: counts, field names, largest id, index (wire contract 4.3, 4.10). */
@Controller
final class CountController {

    private final Edge edge;

    CountController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/collection_shape")
    Envelope shape(JsonObject body, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        CollectionStats stats = edge.databases().stats(name, false, reading, deadline);
        return Envelope.of(name).with("shape", List.of(stats.rows(), stats.info().dimension()));
    }

    @PostMapping("/stats")
    Envelope stats(JsonObject body, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        CollectionStats stats = edge.databases().stats(name, false, reading, deadline);
        IndexMode mode = stats.info().indexMode();
        return Envelope.of(name).with("stats", new TreeMap<>(Map.of(
                "dimension", stats.info().dimension(),
                "index_mode", mode == null ? "none" : mode.text(),
                "max_id", stats.maxId(),
                "n_live", stats.live(),
                "n_tombstoned", stats.tombstones(),
                "n_vectors", stats.rows())));
    }

    @PostMapping("/list_fields")
    Envelope fields(JsonObject body, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        return Envelope.of(name).with("fields", edge.databases().stats(name, true, reading, deadline).fieldNames());
    }

    @PostMapping("/index_mode")
    Envelope indexMode(JsonObject body) {
        CollectionName name = body.collection();
        IndexMode mode = edge.databases().describe(name).indexMode();
        return Envelope.of(name).with("index_mode", mode == null ? null : mode.text());
    }

    @PostMapping("/max_id")
    Envelope maxId(JsonObject body, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        return Envelope.of(name).with("max_id", edge.databases().stats(name, false, reading, deadline).maxId());
    }

    /** What is no id at all is the id of no row. */
    @PostMapping("/is_id_exists")
    Envelope hasId(JsonObject body, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        body.require("id");
        Object given = body.raw("id");
        RowId id = "".equals(given) ? null : JsonObject.id(given);
        edge.databases().describe(name);
        return Envelope.of(name).with("is_id_exists", id != null && edge.databases().hasRow(name, Ids.of(List.of(id)), reading, deadline));
    }

    @PostMapping("/list_vector_fields")
    Envelope vectorFields(JsonObject body) {
        CollectionName name = body.collection();
        CollectionInfo info = edge.databases().describe(name);
        IndexMode mode = info.indexMode() == null ? IndexMode.DEFAULT : info.indexMode();
        return Envelope.of(name).with("fields", List.of(new TreeMap<>(Map.of(
                "dimension", info.dimension(),
                "dtypes", info.elementType().text(),
                "index_mode", mode.text(),
                "metric", mode.metric().name().toLowerCase(Locale.ROOT),
                "name", "default"))));
    }
}
