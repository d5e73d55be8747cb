package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowSelection;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** Soft deletion (wire contract 4.7, 7.3). */
@Controller
final class MarkController {

    private final Edge edge;

    MarkController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/delete")
    Envelope delete(JsonObject body, @Nullable IdempotencyKey key, Deadline deadline) {
        return mark(body, true, key, deadline);
    }

    @PostMapping("/restore")
    Envelope restore(JsonObject body, @Nullable IdempotencyKey key, Deadline deadline) {
        return mark(body, false, key, deadline);
    }

    private Envelope mark(JsonObject body, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        CollectionName name = body.collection();
        Ids ids = body.ids("ids");
        edge.limits().batch("ids", ids.size());
        if (ids.size() == 0) edge.databases().describe(name); // nothing to mark, yet the collection must be there
        else edge.databases().mark(name, ids, deleted, key, deadline);
        return Envelope.of(name).with("status", "ok");
    }

    @PostMapping("/list_deleted_ids")
    Envelope deleted(JsonObject body, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionName name = body.collection();
        return Envelope.of(name).with("ids", edge.databases().read(name, new RowSelection.Deleted(), false, false, memory, reading, deadline).ids());
    }

    @PostMapping("/compact")
    Envelope compact(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        long removed = edge.databases().compact(name, deadline);
        edge.audit("compact", name);
        return Envelope.of(name).with("vectors_removed", removed);
    }
}
