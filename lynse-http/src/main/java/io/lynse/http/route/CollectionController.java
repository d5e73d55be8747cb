package io.lynse.http.route;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases.IntegerRouting;
import io.lynse.http.Databases.StoragePath;
import io.lynse.http.codec.JsonObject;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Names;
import io.lynse.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/** Collections: their life and their settings (wire contract 4.3). */
@Controller
final class CollectionController {

    /** The original's storage unit; clients read it, nothing else does. */
    private static final int CHUNK_SIZE = 100_000;

    private final Edge edge;

    CollectionController(Edge edge) {
        this.edge = edge;
    }

    @PostMapping("/required_collection")
    Envelope open(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        var spec = new CollectionSpec(body.natural("dim", 0), elementType(body.textOrNull("dtypes")), body.textOrNull("description"));
        boolean dropIfExists = body.flag("drop_if_exists", false);
        CollectionInfo info = edge.databases().open(name, spec, dropIfExists, deadline);
        edge.audit("required_collection", name);
        Envelope answer = Envelope.of(name);
        IntegerRouting routing = edge.databases().integerRouting(name, deadline);
        return routing.present() ? answer.with("config", config(info, routing)) : answer;
    }

    private static ElementType elementType(@Nullable String dtypes) {
        return switch (dtypes) {
            case null -> ElementType.FLOAT32;
            case "float32", "f32" -> ElementType.FLOAT32;
            case "float16", "f16" -> ElementType.FLOAT16;
            default -> throw Edge.invalid("dtypes",
                    "Invalid argument: unsupported vector dtype '" + dtypes + "'; expected float32/f32 or float16/f16");
        };
    }

    @PostMapping("/drop_collection")
    Envelope drop(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        edge.databases().drop(name, deadline);
        edge.audit("drop_collection", name);
        return Envelope.of(name);
    }

    @PostMapping("/is_collection_exists")
    Envelope exists(JsonObject body) {
        String database = body.database();
        String collection = body.text("collection_name");
        requireDatabase(database);
        return Envelope.ofDatabase(database).with("collection_name", collection).with("exists", exists(database, collection));
    }

    /** A name that cannot be is the name of nothing. */
    private boolean exists(String database, String collection) {
        try {
            return edge.databases().exists(new CollectionName(database, Names.collection(collection)));
        } catch (LynseException noName) {
            if (noName.error() instanceof LynseError.InvalidArgument) return false;
            throw noName;
        }
    }

    private void requireDatabase(String database) {
        if (!edge.databases().exists(database)) throw new LynseException(new LynseError.NotFound("database", database));
    }

    @PostMapping("/get_collection_config")
    Envelope config(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        requireDatabase(name.database());
        if (!edge.databases().exists(name)) throw Edge.invalid("collection_name", "Collection '" + name.collection() + "' not found in config");
        return Envelope.of(name).with("config", config(edge.databases().describe(name), edge.databases().integerRouting(name, deadline)));
    }

    /** The key {@code integer_id_routing} makes clients speak to a cluster, so it is there or not, whatever its value. */
    private Map<String, Object> config(CollectionInfo info, IntegerRouting routing) {
        var config = new TreeMap<String, @Nullable Object>(edge.databases().extraConfig(info.name()));
        config.put("chunk_size", CHUNK_SIZE);
        config.put("description", info.description());
        config.put("dim", info.dimension());
        config.put("dtypes", info.elementType().text());
        if (routing.present()) config.put("integer_id_routing", routing.value());
        return nullable(config);
    }

    @SuppressWarnings("NullAway") // the map is only printed, and null is a JSON value
    private static Map<String, Object> nullable(Map<String, @Nullable Object> map) {
        return (Map<String, Object>) (Map<?, ?>) map;
    }

    @PostMapping("/show_collections")
    Envelope list(JsonObject body) {
        String database = databaseParameter(body);
        List<String> names = edge.databases().collections(database).stream().map(info -> info.name().collection()).toList();
        return Envelope.ofDatabase(database).with("collections", names);
    }

    @PostMapping("/show_collections_details")
    Envelope details(JsonObject body, Deadline deadline) {
        String database = databaseParameter(body);
        var details = new TreeMap<String, @Nullable Object>();
        for (CollectionInfo info : edge.databases().collections(database)) {
            var detail = new TreeMap<String, @Nullable Object>();
            detail.put("name", info.name().collection());
            detail.put("dim", info.dimension());
            detail.put("dtypes", info.elementType().text());
            try {
                detail.put("shape", List.of(edge.databases().stats(info.name(), false, Reading.usual(), deadline).rows(), info.dimension()));
            } catch (LynseException failed) {
                // One collection whose files failed keeps no other from being listed.
                if (!(failed.error() instanceof LynseError.Unavailable(String reason, _))) throw failed;
                detail.put("unavailable", reason);
            }
            if (info.description() != null) detail.put("description", info.description());
            if (info.indexMode() != null) detail.put("index_mode", info.indexMode().text());
            details.put(info.name().collection(), detail);
        }
        return Envelope.ofDatabase(database).with("collections", details);
    }

    private static String databaseParameter(JsonObject body) {
        if (body.raw("database_name") == null) throw Edge.invalid("database_name", "Missing required parameter: database_name");
        return body.database();
    }

    @PostMapping({"/update_collection_description", "/update_description"})
    Envelope describe(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        String description = body.text("description");
        edge.databases().updateDescription(name, description, deadline);
        edge.audit("update_description", name);
        return Envelope.of(name).with("description", description);
    }

    @PostMapping("/get_collection_path")
    Envelope path(JsonObject body, Deadline deadline) {
        CollectionName name = body.collection();
        StoragePath path = edge.databases().path(name, deadline);
        Envelope answer = Envelope.of(name).with("collection_path", path.path());
        if (path.path() != null) return answer;
        var shards = new ArrayList<Map<String, Object>>();
        path.groups().forEach(group -> shards.add(new TreeMap<>(Map.of("group", group.group(), "uri", group.uri(), "collection_path", group.path()))));
        return answer.with("shards", shards);
    }
}
