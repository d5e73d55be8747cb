package io.lynse.tests.processes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The cluster guide's "Production Layout": its file and its commands, word for word, on one machine that plays six. Each keeps the guide's
 * ports at a loopback address of its own (10.0.0.11 becomes 127.0.0.11), listens there instead of everywhere, and has a folder of its own as
 * its root directory.
 */
class ProductionLayoutE2E {

    private static final String KEY = "shard-secret";

    private static final String CONFIG = """
            {
              "bucket_count": 4096,
              "write_mirror_replicas": true,
              "shard_groups": [
                {
                  "name": "sg0",
                  "primary": "http://10.0.0.11:7638",
                  "replicas": [
                    "http://10.0.0.12:7638"
                  ]
                },
                {
                  "name": "sg1",
                  "primary": "http://10.0.0.21:7638",
                  "replicas": [
                    "http://10.0.0.22:7638"
                  ]
                }
              ]
            }
            """;

    private static final String SHARD = """
            lynse serve \
              --host 0.0.0.0 \
              --port 7638 \
              --data-dir /var/lib/lynsedb/shard \
              --api-key "${LYNSE_SHARD_API_KEY}\"""";

    private static final String COORDINATOR = """
            lynse serve \
              --role coordinator \
              --host 0.0.0.0 \
              --port 7637 \
              --cluster-config /etc/lynsedb/cluster.json \
              --cluster-state /var/lib/lynsedb/coordinator/cluster_state.cache.json \
              --shard-api-key "${LYNSE_SHARD_API_KEY}" \
              --health-interval-secs 1.0 \
              --health-failures 3""";

    private static final String WITH_OWNERS = """
            lynse serve \
              --role coordinator \
              --host 0.0.0.0 \
              --port 7637 \
              --cluster-config /etc/lynsedb/cluster.json \
              --cluster-state /var/lib/lynsedb/coordinator/cluster_state.cache.json \
              --metadata-owners http://10.0.0.11:7638,http://10.0.0.12:7638,http://10.0.0.21:7638 \
              --coordinator-uri http://node-a:7637 \
              --shard-api-key "${LYNSE_SHARD_API_KEY}\"""";

    private static final List<String> SHARDS = List.of("127.0.0.11", "127.0.0.12", "127.0.0.21", "127.0.0.22");
    private static final Map<String, Object> DOCS = Map.of("database_name", "demo", "collection_name", "docs");

    private final List<LynseProcess> processes = new ArrayList<>();
    private Path folder;

    @BeforeEach
    void startTheShards() throws IOException {
        folder = Repository.freshFolder("production-layout");
        for (String machine : SHARDS) start(machine, SHARD);
        for (int i = 0; i < SHARDS.size(); i++) processes.get(i).awaitReady(api(SHARDS.get(i), 7638));
    }

    @AfterEach
    void stop() {
        processes.forEach(LynseProcess::close);
    }

    /** "With the two-shard example above, the first primary http://10.0.0.11:7638 is the single metadata owner." */
    @Test
    void oneCoordinatorInfersTheFirstPrimaryAsOwner() throws IOException {
        Api coordinator = startCoordinator("127.0.0.101", COORDINATOR);
        JsonNode metadata = coordinator.get("/coordinator_status").orFail("status").params().get("metadata");
        assertThat(metadata.at("/mode").asString()).isEqualTo("single");
        assertThat(metadata.at("/owners").toString()).isEqualTo("[\"http://127.0.0.11:7638\"]");
        writeAndRead(coordinator, coordinator);
        assertThat(folder.resolve("127.0.0.101/var/lib/lynsedb/coordinator/cluster_state.cache.json")).exists();
        assertThat(api("127.0.0.11", 7638).get("/list_databases").status()).as("a shard node without the key").isEqualTo(401);
    }

    /** "Pin replicated metadata owners explicitly", and "for coordinator HA, run another coordinator with the same cluster.json". */
    @Test
    void twoCoordinatorsWithThreeOwnersStandInForEachOther() throws IOException {
        Api first = startCoordinator("127.0.0.101", WITH_OWNERS);
        Api second = startCoordinator("127.0.0.102", WITH_OWNERS.replace("node-a", "node-b"));
        await().atMost(60, SECONDS).untilAsserted(() -> {
            assertThat(status(first).at("/role").asString()).isEqualTo("leader");
            assertThat(status(second).at("/role").asString()).isEqualTo("standby");
            assertThat(status(second).at("/metadata/mode").asString()).isEqualTo("replicated");
            assertThat(status(second).at("/metadata/healthy_owners").asInt()).isEqualTo(3);
        });
        writeAndRead(second, first);
        processes.get(4).kill();
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(status(second).at("/role").asString()).isNotEqualTo("standby"));
        second.call("/create_database", Map.of("database_name", "later"));
        assertThat(second.call("/search", QuickLocalClusterE2E.with(DOCS, Map.of("vector", List.of(1, 0), "k", 1))).at("/items/ids/0").asString()).isEqualTo("doc-1");
    }

    private static void writeAndRead(Api writer, Api reader) throws IOException {
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(replicaStates(writer)).containsExactly("active", "active"));
        writer.call("/create_database", Map.of("database_name", "demo"));
        writer.call("/required_collection", QuickLocalClusterE2E.with(DOCS, Map.of("dim", 2)));
        writer.call("/add", QuickLocalClusterE2E.with(DOCS, Map.of("ids", List.of("doc-1", "doc-2"), "vectors", List.of(List.of(1, 0), List.of(0, 1)))));
        JsonNode found = reader.call("/search", QuickLocalClusterE2E.with(DOCS, Map.of("vector", List.of(1, 0), "k", 2)));
        assertThat(found.at("/items/ids").toString()).isEqualTo("[\"doc-1\",\"doc-2\"]");
    }

    private static List<String> replicaStates(Api coordinator) throws IOException {
        return coordinator.get("/cluster_info").orFail("/cluster_info").params().get("shard_groups").valueStream()
                .map(group -> group.at("/replicas/0/state").asString()).toList();
    }

    private static JsonNode status(Api coordinator) throws IOException {
        return coordinator.get("/coordinator_status").orFail("/coordinator_status").params();
    }

    private Api startCoordinator(String machine, String command) throws IOException {
        Path config = Files.createDirectories(folder.resolve(machine).resolve("etc/lynsedb")).resolve("cluster.json");
        Files.writeString(config, CONFIG.replace("10.0.0.", "127.0.0."));
        Api api = api(machine, 7637);
        start(machine, command).awaitReady(api);
        return api;
    }

    private LynseProcess start(String machine, String command) throws IOException {
        Path root = Files.createDirectories(folder.resolve(machine));
        String here = command.replace("0.0.0.0", machine).replace("10.0.0.", "127.0.0.")
                .replace("node-a", "127.0.0.101").replace("node-b", "127.0.0.102")
                .replace(" /etc/", " " + root + "/etc/").replace(" /var/", " " + root + "/var/")
                .replace("\"${LYNSE_SHARD_API_KEY}\"", KEY);
        List<String> words = List.of(here.strip().split("\\s+"));
        LynseProcess process = LynseProcess.start("node", root, Node.SHORT_LIVED, words.subList(1, words.size()));
        processes.add(process);
        return process;
    }

    private static Api api(String machine, int port) {
        return new Api("http://" + machine + ":" + port, "");
    }
}
