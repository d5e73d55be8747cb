package io.lynse.http.route;

import io.lynse.error.LynseException;
import io.lynse.http.codec.JsonObject;
import io.lynse.model.Deadline;
import io.lynse.model.Names;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Databases (wire contract 4.2). */
@Controller
final class DatabaseController {

    private final Edge edge;

    DatabaseController(Edge edge) {
        this.edge = edge;
    }

    @GetMapping("/list_databases")
    Envelope list() {
        return Envelope.of().with("databases", edge.databases().databases());
    }

    @PostMapping("/create_database")
    Envelope create(JsonObject body, Deadline deadline) {
        String name = body.database();
        boolean dropIfExists = body.flag("drop_if_exists", false);
        edge.databases().create(name, dropIfExists, deadline);
        edge.audit("create_database", name, null);
        return Envelope.ofDatabase(body.text("database_name")); // as it was sent
    }

    @PostMapping({"/drop_database", "/delete_database"})
    Envelope drop(JsonObject body, Deadline deadline) {
        String name = body.database();
        edge.databases().drop(name, deadline);
        edge.audit("drop_database", name, null);
        return Envelope.ofDatabase(body.text("database_name")); // as it was sent
    }

    /** A name that cannot be is the name of nothing. */
    @PostMapping("/database_exists")
    Envelope exists(JsonObject body) {
        String given = body.text("database_name");
        try {
            return Envelope.ofDatabase(given).with("exists", edge.databases().exists(Names.database(given)));
        } catch (LynseException noName) {
            return Envelope.ofDatabase(given).with("exists", false);
        }
    }
}
