package io.lynse.tests.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.app.CoordinatorNode;
import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.http.app.HttpApi;
import io.lynse.metadata.Durability;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.ShardGroupId;
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

/** A group with a replica whose primaries die one after the other, and one group beside it that also keeps the metadata. */
class ReplacedPrimaryIT {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int ROWS = 64;

    @TempDir Path folder;
    private ShardNodes nodes;
    private ConfigurableApplicationContext coordinator;
    private Api api;

    @BeforeEach
    void start() {
        nodes = new ShardNodes(folder.resolve("nodes"), 3);
        var owner = nodes.addresses().get(2);
        var replica = new ClusterConfig.Replica(nodes.addresses().get(1), ReplicaState.STALE);
        var config = new ClusterConfig(64, Durability.DEFAULT, List.of(
                new ClusterConfig.Group("sg0", nodes.addresses().getFirst(), 1, List.of(replica)), new ClusterConfig.Group("sg1", owner, 1, List.of())), List.of("db"), List.of(), null, null, null, null,
                null, null, null, null);
        var settings = new CoordinatorSettings(
                config, folder.resolve("cache.json"), null, "c", "http://127.0.0.1:1", Duration.ofSeconds(5), List.of(owner), Duration.ofSeconds(120));
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
    void aReplicaBecomesActiveTakesOverAndTheOldPrimaryComesBackAsItsReplica() throws Exception {
        create("docs");
        upsert("docs", 0);
        awaitReplica(1);
        nodes.stop(0);
        upsert("docs", 1000);
        assertThat(count("docs")).isEqualTo(2 * ROWS);
        nodes.start(0);
        awaitReplica(0);
        nodes.stop(1);
        upsert("docs", 2000);
        assertThat(count("docs")).isEqualTo(3 * ROWS);
    }

    private void awaitReplica(int node) {
        String uri = nodes.addresses().get(node).uri();
        await().atMost(LONG).ignoreExceptions().until(() -> {
            for (ReplicaImage replica : coordinator.getBean(MetadataAuthority.class).image().group(new ShardGroupId("sg0")).replicas()) {
                if (replica.member().uri().equals(uri) && replica.state() == ReplicaState.ACTIVE) return true;
            }
            return false;
        });
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

    private static Map<String, Object> named(String collection) {
        return Map.of("database_name", "db", "collection_name", collection);
    }

    private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
        var more = new HashMap<String, Object>(body);
        more.put(key, value);
        return more;
    }
}
