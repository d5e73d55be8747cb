package io.lynse.tests.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.app.CoordinatorNode;
import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.app.HttpApi;
import io.lynse.metadata.BucketHash;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionName;
import io.lynse.model.RowId;
import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Four groups of one node each, the first three of which keep the metadata: what a coordinator says and does while owners are away. */
class MetadataAwayIT {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final Map<String, Object> NAME = Map.of("database_name", "db", "collection_name", "rows");

    @TempDir Path folder;
    private ShardNodes nodes;
    private ClusterConfig cluster;
    private @Nullable ConfigurableApplicationContext coordinator;

    @BeforeEach
    void start() throws IOException {
        nodes = new ShardNodes(folder.resolve("nodes"), 4);
        var groups = nodes.addresses().stream().map(node -> Map.of("primary", node.uri())).toList();
        cluster = ClusterConfigFile.parse(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of("bucket_count", 64, "shard_groups", groups)));
        startCoordinator(cluster.inferredOwners());
        await().atMost(LONG).until(() -> api().post("/create_database", Map.of("database_name", "db")).status() == 200);
        await().atMost(LONG).until(() -> api().post("/required_collection", with("dim", 2)).status() == 200);
    }

    @AfterEach
    void end() {
        stopCoordinator();
        nodes.close();
    }

    @Test
    void theMetadataChangesWithoutOneOwnerAndWaitsWithoutTwo() throws IOException {
        JsonNode well = metadata();
        assertThat(well.at("/mode").asString()).isEqualTo("replicated");
        assertThat(well.at("/owners")).hasSize(3).allSatisfy(owner -> assertThat(owner.at("/healthy").asBoolean()).isTrue());
        assertThat(well.at("/owners/0/uri").asString()).isIn(nodes.addresses().stream().map(Object::toString).toList());
        assertThat(well.at("/degraded").asBoolean()).isFalse();
        assertThat(well.at("/degraded_reasons")).isEmpty();
        assertThat(well.at("/quorum").asInt()).isEqualTo(2);
        assertThat(well.at("/leader").isString()).isTrue();
        assertThat(well.at("/committed_version").asLong()).isPositive();

        nodes.stop(1);
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(metadata().at("/healthy_owners").asInt()).isEqualTo(2);
            assertThat(metadata().at("/degraded_reasons").toString()).contains(nodes.addresses().get(1).grpcAddress());
        });
        awaitDecided("without-one");

        nodes.stop(2);
        await().atMost(LONG).until(() -> !metadata().at("/decides").asBoolean());
        Answer refused = createDatabase("without-two");
        assertThat(refused.status()).as("%s", refused).isEqualTo(503);
        assertThat(refused.error()).contains("owners of the cluster's metadata cannot decide", nodes.addresses().get(1).uri() + ": ", "go on", "2 of 3");
        Answer unknown = api().post("/search", Map.of("database_name", "db", "collection_name", "new", "vector", List.of(1, 0)));
        assertThat(unknown.status()).as("nobody can say that it does not exist: %s", unknown).isEqualTo(503);
        assertGroupsServe(0, 3);

        stopCoordinator();
        startCoordinator(cluster.inferredOwners());
        assertThat(api().get("/list_databases").text()).as("from the cache").contains("db");
        assertGroupsServe(0, 3);

        nodes.start(2);
        await().atMost(LONG).until(() -> metadata().at("/decides").asBoolean());
        awaitDecided("with-two-again");
    }

    @Test
    void ownersThatDifferAtARestartAreAWarning() throws IOException {
        List<String> committed = uris(metadata());
        stopCoordinator();
        startCoordinator(List.of(nodes.addresses().get(3)));
        await().atMost(LONG).untilAsserted(() -> assertThat(uris(metadata())).isEqualTo(committed));
        assertThat(metadata().at("/configured_owners/0").asString()).isEqualTo(nodes.addresses().get(3).uri());
        await().atMost(LONG).untilAsserted(() -> assertThat(metadata().at("/warnings").toString()).contains("127.0.0.1:" + nodes.addresses().get(3).grpcPort(), "changes nothing"));
        await().atMost(LONG).until(() -> createDatabase("all-the-same").status() == 200);
    }

    /** The others may be away once the cluster exists. */
    @Test
    void aCoordinatorWithoutACacheStartsWithTheOwnersAlone() throws IOException {
        stopCoordinator();
        nodes.stop(3);
        assertThat(folder.resolve("state.json").toFile().delete()).isTrue();
        startCoordinator(cluster.inferredOwners());
        assertThat(api().get("/list_databases").text()).contains("db");
        assertGroupsServe(0, 1, 2);
    }

    private void assertGroupsServe(int... groups) {
        for (int group : groups) {
            String id = idIn("sg" + group);
            await().atMost(LONG).untilAsserted(() -> {
                Answer written = api().post("/upsert", with("ids", List.of(id), "vectors", List.of(List.of(1, group))));
                assertThat(written.status()).as("%s", written).isEqualTo(200);
            });
            await().atMost(LONG).untilAsserted(() -> {
                Answer read = api().post("/read_by_only_id", with("id", id));
                assertThat(read.status()).as("%s", read).isEqualTo(200);
            });
        }
    }

    private String idIn(String group) {
        var image = Objects.requireNonNull(coordinator).getBean(MetadataAuthority.class).image();
        CollectionImage collection = Objects.requireNonNull(image.collection(new CollectionName("db", "rows")));
        var hash = new BucketHash(collection.name(), collection.table().bucketCount());
        return Stream.iterate(0, i -> i + 1).map(i -> "row-" + i)
                .filter(id -> collection.table().groupOf(hash.bucketOf(RowId.of(id))).value().equals(group))
                .findFirst().orElseThrow();
    }

    /** It is answered with an error while a group is away; it is decided all the same. */
    private void awaitDecided(String database) {
        await().atMost(LONG).untilAsserted(() -> {
            createDatabase(database);
            assertThat(api().get("/list_databases").text()).contains(database);
        });
    }

    private Answer createDatabase(String name) throws IOException {
        return api().post("/create_database", Map.of("database_name", name));
    }

    private JsonNode metadata() throws IOException {
        return api().get("/coordinator_status").orFail("status").params().at("/metadata");
    }

    private static List<String> uris(JsonNode metadata) {
        return metadata.at("/owners").valueStream().map(owner -> owner.isString() ? owner.stringValue() : owner.at("/uri").stringValue()).sorted().toList();
    }

    private static Map<String, Object> with(Object... more) {
        var all = new HashMap<String, Object>(NAME);
        for (int i = 0; i < more.length; i += 2) all.put((String) more[i], more[i + 1]);
        return all;
    }

    private Api api() {
        return Api.at(Objects.requireNonNull(coordinator).getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    }

    private void startCoordinator(List<NodeAddress> owners) {
        coordinator = CoordinatorNode.start(
                HttpApi.application(CoordinatorNode.class, Map.of("server.port", 0, "server.address", "127.0.0.1", "lynse.health.interval", "500ms")),
                new CoordinatorSettings(cluster, folder.resolve("state.json"), null, "c", "http://c:7637", Duration.ofSeconds(5), owners, LONG));
    }

    private void stopCoordinator() {
        if (coordinator != null) coordinator.close();
        coordinator = null;
    }
}
