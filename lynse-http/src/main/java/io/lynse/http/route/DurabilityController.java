package io.lynse.http.route;

import io.lynse.http.Databases.Durability;
import io.lynse.http.codec.JsonObject;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** Durability calls (wire contract 4.8). Every acknowledged write is durable already; what was buffered moves into segments. */
@Controller
final class DurabilityController {

    private final Edge edge;

    DurabilityController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/commit")
    Envelope commit(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        edge.databases().settle(name, Durability.COMMIT, deadline);
        // Both forms in one: a node answers status and result, a coordinator the echo.
        return Envelope.of(name).with("status", "Success")
                .with("result", new TreeMap<>(Map.of("collection_name", name.collection(), "database_name", name.database())));
    }

    @PostMapping("/flush")
    Envelope flush(JsonObject body, Deadline deadline) {
        return settle(body, Durability.FLUSH, deadline);
    }

    @PostMapping("/checkpoint")
    Envelope checkpoint(JsonObject body, Deadline deadline) {
        return settle(body, Durability.CHECKPOINT, deadline);
    }

    @PostMapping("/close_collection")
    Envelope close(JsonObject body, Deadline deadline) {
        return settle(body, Durability.CLOSE, deadline);
    }

    private Envelope settle(JsonObject body, Durability durability, Deadline deadline) {
        CollectionName name = body.collection();
        edge.databases().settle(name, durability, deadline);
        return Envelope.of(name);
    }
}
