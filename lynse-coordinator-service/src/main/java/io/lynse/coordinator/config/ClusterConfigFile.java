package io.lynse.coordinator.config;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.metadata.Durability;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code cluster.json}. Whatever is wrong with it is one {@link ConfigException} that names the file, the key and the expected form. */
public final class ClusterConfigFile {

    private static final JsonMapper JSON = JsonMapper.shared();

    private ClusterConfigFile() {}

    public static ClusterConfig read(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException absent) {
            throw new ConfigException("cluster config " + path + " does not exist");
        } catch (IOException unreadable) {
            throw new ConfigException("cluster config " + path + " cannot be read: " + unreadable.getMessage());
        }
        return parse(path, text);
    }

    /** @param path only for messages */
    public static ClusterConfig parse(Path path, String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            throw new ConfigException("cluster config " + path + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                    + ": not JSON: " + Json.complaint(malformed)
                    + "; expected an object like {\"shard_groups\": [{\"name\": \"sg0\", \"primary\": \"http://HOST:PORT\"}]}");
        }
        try {
            return config(new Json("", root));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException("cluster config " + path + ": " + wrong.getMessage());
        }
    }

    private static ClusterConfig config(Json file) {
        file.requireObject();
        // The original takes whole collections from here; taking them over silently empty would be worse than asking.
        if (!file.get("collections").keys().isEmpty()) throw file.get("collections").wrong("collections cannot be declared here: create them through the API");
        Json groups = file.first("shard_groups", "shards");
        return new ClusterConfig(
                file.get("bucket_count").integer(ClusterConfig.DEFAULT_BUCKET_COUNT),
                new Durability(file.get("write_mirror_replicas").bool(true), file.get("min_active_members").integer(1)),
                groups == null ? List.of() : groups(groups),
                file.get("databases").elements().stream().map(name -> database(name)).toList(),
                owners(file),
                path(file.get("state_path")),
                file.get("api_key").text(),
                file.get("shard_api_key").text(),
                file.get("coordinator_id").text(),
                file.get("coordinator_uri").text(),
                lease(file.get("coordinator_lease_secs")),
                limit(file.get("json_limit_mb")),
                limit(file.get("payload_limit_mb")));
    }

    private static List<ClusterConfig.Group> groups(Json list) {
        var groups = new ArrayList<ClusterConfig.Group>();
        for (Json entry : list.elements()) {
            entry.requireObject();
            String name = entry.get("name").text();
            groups.add(new ClusterConfig.Group(
                    name == null ? "sg" + groups.size() : name,
                    entry.get("primary").required(NodeAddress.EXPECTED).address(),
                    entry.get("primary_epoch").integer(1),
                    entry.get("replicas").elements().stream().map(ClusterConfigFile::replica).toList()));
        }
        return groups;
    }

    /** A URI, or an object with a URI and a wished state. */
    private static ClusterConfig.Replica replica(Json entry) {
        if (!entry.isObject()) return new ClusterConfig.Replica(entry.address(), ReplicaState.ACTIVE);
        Json state = entry.get("state");
        String wished = state.text();
        return new ClusterConfig.Replica(
                entry.get("uri").required(NodeAddress.EXPECTED).address(),
                wished == null
                        ? ReplicaState.ACTIVE
                        : ReplicaState.named(wished).orElseThrow(() -> state.wrong("expected active or stale, got '" + wished + "'")));
    }

    private static List<NodeAddress> owners(Json file) {
        Json listed = file.first("metadata_owners", "metadata_owner");
        if (listed == null) listed = file.first("metadata", "metadata_store");
        if (listed == null) return List.of();
        if (listed.isObject()) listed = listed.first("owners", "owner");
        if (listed == null) return List.of();
        return addresses(listed);
    }

    private static List<NodeAddress> addresses(Json value) {
        return value.isText() ? List.of(value.address()) : value.elements().stream().map(Json::address).toList();
    }

    private static String database(Json name) {
        String text = name.required("expected a database name").text();
        try {
            return Names.database(text == null ? "" : text);
        } catch (io.lynse.error.LynseException wrong) {
            throw name.wrong(wrong.error().message());
        }
    }

    private static @Nullable Path path(Json value) {
        String text = value.text();
        return text == null ? null : Path.of(text);
    }

    private static @Nullable Duration lease(Json value) {
        Double seconds = value.number();
        if (seconds == null) return null;
        if (!(seconds > 0)) throw value.wrong("expected a number of seconds above 0, got " + seconds);
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static @Nullable Integer limit(Json value) {
        if (value.absent()) return null;
        int megabytes = value.integer(0);
        if (megabytes < 1) throw value.wrong("expected at least 1, got " + megabytes);
        return megabytes;
    }
}
