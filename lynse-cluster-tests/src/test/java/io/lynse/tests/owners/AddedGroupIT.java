package io.lynse.tests.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.app.CoordinatorNode;
import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.http.app.HttpApi;
import io.lynse.metadata.Durability;
import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** One shard group, to which a second one is added; and that one is away while things change. */
class AddedGroupIT {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int ROWS = 64;

    @TempDir Path folder;
    private ShardNodes nodes;
    private ConfigurableApplicationContext coordinator;
    private Api api;

    @BeforeEach
    void start() {
        nodes = new ShardNodes(folder.resolve("nodes"), 2);
        var first = nodes.addresses().getFirst();
        var config = new ClusterConfig(64, Durability.DEFAULT, List.of(new ClusterConfig.Group("sg0", first, 1, List.of())), List.of("db"), List.of(), null, null, null, null,
                null, null, null, null);
        var settings = new CoordinatorSettings(
                config, folder.resolve("cache.json"), null, "c", "http://127.0.0.1:1", Duration.ofSeconds(5), List.of(first), Duration.ofSeconds(120));
        coordinator = CoordinatorNode.start(
                HttpApi.application(CoordinatorNode.class, Map.of("server.port", 0, "lynse.health.interval", "200ms", "lynse.health.failures", 3)), settings);
        api = Api.at(Integer.parseInt(coordinator.getEnvironment().getRequiredProperty("local.server.port"))).withTimeout(Duration.ofSeconds(90));
    }

    @AfterEach
    void stop() {
        if (coordinator != null) coordinator.close();
        nodes.close();
    }

    @Test
    void newCollectionsUseItAndOldOnesKeepTheirTable() throws Exception {
        String second = nodes.addresses().getLast().uri();
        create("old");
        upsert("old", 0);
        assertThat(addGroup("sg1", "http://127.0.0.1:1")).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error()).contains("primary: http://127.0.0.1:1 does not answer");
        });
        assertThat(addGroup("sg1", nodes.addresses().getFirst().uri()).status()).isEqualTo(409);
        assertThat(addGroup("sg0", second).status()).as("the name is taken").isEqualTo(409);
        assertThat(addGroup(" ", second).status()).isEqualTo(400);
        addGroup("sg1", second).orFail("add-group");
        addGroup("sg1", second).orFail("the same once more");
        create("new");
        upsert("new", 0);
        JsonNode collections = api.get("/cluster_info").orFail("/cluster_info").params().path("collections");
        assertThat(groupsOf(collections, "db/old")).containsOnly("sg0");
        assertThat(groupsOf(collections, "db/new")).contains("sg0", "sg1");
        assertThat(count("old")).isEqualTo(ROWS);
        assertThat(count("new")).isEqualTo(ROWS);
        await().atMost(LONG).untilAsserted(() -> assertThat(api.get("/metrics").text()).contains("lynse_group_leads{group=\"sg1\"} 1.0", "lynse_node_healthy{group=\"sg1\",node=\"" + second + "\"} 1.0"));
        assertThat(api.get("/cluster_info?tables=false").orFail("/cluster_info").params().at("/shard_groups/1/nodes/0/lag").asLong(-1)).isZero();
    }

    @Test
    void noOldRowComesBackUnderANameThatWasDroppedAndCreatedWhileAGroupWasAway() throws Exception {
        addGroup("sg1", nodes.addresses().getLast().uri()).orFail("add-group");
        create("docs");
        upsert("docs", 0);
        create("gone");
        nodes.stop(1);
        api.post("/drop_collection", named("docs")).orFail("drop");
        api.post("/drop_collection", named("gone")).orFail("drop");
        // Declared at once; that its group is away may be an error to whoever creates it.
        api.post("/required_collection", with(named("docs"), "dim", 2));
        api.post("/required_collection", with(named("later"), "dim", 2));
        nodes.start(1);
        await().atMost(LONG).ignoreExceptions().until(() -> upserted("docs", 1000) && upserted("later", 0));
        assertThat(count("docs")).isEqualTo(ROWS);
        assertThat(ids("docs")).allMatch(id -> id >= 1000);
        assertThat(count("later")).isEqualTo(ROWS);
        assertThat(api.post("/collection_shape", named("gone")).status()).isEqualTo(404);
    }

    private Answer addGroup(String name, String primary) throws IOException {
        return api.post("/cluster/add-group", Map.of("name", name, "primary", primary));
    }

    private void create(String collection) {
        await().atMost(LONG).ignoreExceptions().until(() -> api.post("/required_collection", with(named(collection), "dim", 2)).status() == 200);
    }

    private void upsert(String collection, int firstId) {
        await().atMost(LONG).ignoreExceptions().until(() -> upserted(collection, firstId));
    }

    private boolean upserted(String collection, int firstId) throws IOException {
        var body = with(named(collection), "ids", IntStream.range(firstId, firstId + ROWS).boxed().toList());
        return api.post("/upsert", with(body, "vectors", Collections.nCopies(ROWS, List.of(1.0, 2.0)))).status() == 200;
    }

    private long count(String collection) throws IOException {
        return api.post("/collection_shape", named(collection)).orFail("shape").params().path("shape").path(0).asLong();
    }

    private List<Long> ids(String collection) throws IOException {
        var search = with(with(named(collection), "vector", List.of(1.0, 2.0)), "k", 4 * ROWS);
        return api.post("/search", search).orFail("search").params().path("items").path("ids").valueStream().map(JsonNode::asLong).toList();
    }

    private static List<String> groupsOf(JsonNode collections, String name) {
        return collections.path(name).path("bucket_to_group").valueStream().map(JsonNode::asString).distinct().toList();
    }

    private static Map<String, Object> named(String collection) {
        return Map.of("database_name", "db", "collection_name", collection);
    }

    private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
        var more = new HashMap<String, Object>(body);
        more.put(key, value);
        return more;
    }
}
