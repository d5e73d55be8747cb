package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.processes.StandingServers.StandingCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What the cluster guide has a new user type, in its order. */
@ExtendWith(StandingServers.class)
class QuickLocalClusterE2E {

    private final QuickLocalCluster cluster;
    private final Api api;

    QuickLocalClusterE2E(StandingCluster standing) {
        this.cluster = standing.cluster();
        this.api = standing.api();
    }

    /** {@code curl http://127.0.0.1:7637/} */
    @Test
    void theCoordinatorSaysThatItRuns() throws IOException {
        assertThat(api.get("/").orFail("/").params().get("message").stringValue()).isEqualTo("LynseDB cluster coordinator");
    }

    /** {@code curl http://127.0.0.1:7637/cluster_info} */
    @Test
    void theClusterShowsItsGroups() throws IOException {
        JsonNode info = api.get("/cluster_info").orFail("/cluster_info").params();

        assertThat(info.get("format").stringValue()).isEqualTo("lynsedb-cluster-state");
        assertThat(info.get("bucket_count").intValue()).isEqualTo(4096);
        assertThat(info.get("shard_groups").valueStream().map(group -> group.get("name").stringValue())).containsExactly("sg0", "sg1");
        assertThat(info.get("shard_groups").valueStream().map(group -> group.get("primary").stringValue()))
                .containsExactly(cluster.nodes().get(0).uri(), cluster.nodes().get(2).uri());
        assertThat(info.get("shard_groups").valueStream().map(group -> group.get("replicas").get(0).get("uri").stringValue()))
                .containsExactly(cluster.nodes().get(1).uri(), cluster.nodes().get(3).uri());
    }

    @Test
    void theLocalCacheLiesWhereTheCommandSays() {
        assertThat(cluster.folder().resolve("cluster_state.cache.json")).exists();
        assertThat(cluster.folder().resolve("data")).isDirectoryContaining(Files::isDirectory);
    }

    /** The requests that the client 0.9.0 sends for the guide's Python lines (wire contract 6). */
    @Test
    void thePythonLinesWork() throws IOException {
        Map<String, Object> docs = Map.of("database_name", "demo", "collection_name", "docs");

        // client = VectorDBClient(...)
        assertThat(api.get("/list_databases").orFail("connect").params().get("databases").isArray()).isTrue();
        // db = client.create_database("demo", drop_if_exists=True)
        api.get("/list_databases").orFail("list");
        api.call("/create_database", Map.of("database_name", "demo", "drop_if_exists", true));
        // collection = db.require_collection("docs", dim=4)
        assertThat(api.call("/is_collection_exists", docs).get("exists").booleanValue()).isFalse();
        JsonNode config = api.call("/required_collection", with(docs, Map.of("dim", 4, "drop_if_exists", false))).get("config");
        assertThat(config.has("integer_id_routing")).as("the switch to cluster mode").isTrue();
        assertThat(config.get("dim").intValue()).isEqualTo(4);
        // collection.add(...)
        JsonNode added = api.call("/add", with(docs, Map.of(
                "ids", List.of("doc-1", "doc-2"),
                "vectors", List.of(List.of(0.1, 0.2, 0.3, 0.4), List.of(0.4, 0.3, 0.2, 0.1)),
                "fields", List.of(Map.of("title", "first"), Map.of("title", "second")))));
        assertThat(added.get("ids")).isEqualTo(Api.JSON.readTree("[\"doc-1\",\"doc-2\"]"));
        buildDefaultIndex(docs);
        // collection.commit()
        api.call("/commit", docs);
        // result = collection.search([...], k=2, return_fields=True)
        JsonNode items = api.call("/search", with(docs, Map.of("vector", List.of(0.1, 0.2, 0.3, 0.4), "vector_field", "default",
                "k", 2, "return_fields", true, "nprobe", 10, "approx", false, "eps", 1e-4))).get("items");
        assertThat(items.get("ids")).isEqualTo(Api.JSON.readTree("[\"doc-1\",\"doc-2\"]"));
        assertThat(items.get("fields")).isEqualTo(Api.JSON.readTree("[{\"title\":\"first\"},{\"title\":\"second\"}]"));
        assertThat(items.get("scores").get(0).doubleValue()).isCloseTo(0.30, within(1e-5));
        assertThat(items.get("scores").get(1).doubleValue()).isCloseTo(0.20, within(1e-5));
        assertThat(api.call("/index_mode", docs).get("index_mode").stringValue()).isEqualTo("FLAT-IP");

        api.call("/drop_database", Map.of("database_name", "demo"));
    }

    /** After its first write to a collection that it made itself, the client asks for an index and builds one if there is none. */
    private void buildDefaultIndex(Map<String, Object> docs) throws IOException {
        JsonNode mode = api.call("/index_mode", docs).get("index_mode");
        if (!mode.isNull() && !mode.stringValue().equals("none")) return;
        JsonNode shape = api.call("/collection_shape", docs).get("shape");
        assertThat(shape.get(0).intValue()).isEqualTo(2);
        Answer built = api.post("/build_index", with(docs, Map.of("index_mode", "FLAT-IP")));
        assertThat(built.status()).as("%s", built).isEqualTo(200);
    }

    static Map<String, Object> with(Map<String, ?> base, Map<String, ?> more) {
        var all = new HashMap<String, Object>(base);
        all.putAll(more);
        return all;
    }
}
