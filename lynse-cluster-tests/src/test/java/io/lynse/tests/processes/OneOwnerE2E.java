package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One node keeps the metadata and no rows, two groups of one node keep the rows. The owner loses its disk; others are made owners, and it alone again. */
class OneOwnerE2E {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Map<String, Object> ROWS = Map.of("database_name", "kept", "collection_name", "rows");

    private final List<Node> shards = new ArrayList<>();
    private Path folder;
    private Node owner;
    private Node coordinator;

    @BeforeEach
    void start() throws IOException {
        folder = Repository.freshFolder("one-owner");
        List<Integer> ports = FreePorts.find(4);
        owner = Node.shard("owner", ports.get(0), folder);
        for (int i = 0; i < 2; i++) shards.add(Node.shard("sg" + i, ports.get(1 + i), folder));
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of(
                "shard_groups", shards.stream().map(shard -> Map.of("name", shard.name(), "primary", shard.uri())).toList(),
                "metadata_owners", List.of(owner.uri()))));
        coordinator = Node.coordinator(ports.get(3), folder);
        for (Node node : nodes()) node.start();
        nodes().forEach(Node::awaitReady);
        awaitCreated("kept");
        coordinator.api().call("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 1)));
        upsert("before");
    }

    @AfterEach
    void end() {
        nodes().forEach(Node::close);
    }

    private List<Node> nodes() {
        return Stream.concat(Stream.of(owner), Stream.concat(shards.stream(), Stream.of(coordinator))).toList();
    }

    @Test
    void theMetadataOfAWipedOwnerIsRecoveredFromTheCache() throws IOException {
        owner.kill();
        Repository.deleteAll(owner.dataFolder());
        owner.start().awaitReady();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metadata().path("degraded_reasons").toString()).contains("metadata recover --from-cache"));
        upsert("without");
        Answer refused = coordinator.api().post("/create_database", Map.of("database_name", "more"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error()).contains(owner.uri(), "go on");
        assertThat(coordinator.api().get("/metrics").text()).contains("lynse_metadata_degraded 1.0", "lynse_meta_decides 0.0");

        coordinator.stop();
        coordinator.start();
        assertThat(coordinator.awaitExit()).isEqualTo(1);
        assertThat(coordinator.output()).contains("metadata recover --from-cache");

        Ended asked = recover();
        assertThat(asked.code()).as(asked.output()).isNotZero();
        String confirm = asked.output().replaceAll("(?s).*--confirm-cluster (\\S+).*", "$1");
        Ended done = recover("--confirm-cluster", confirm);
        assertThat(done.code()).as(done.output()).isZero();

        coordinator.start().awaitReady();
        awaitCreated("again");
        assertThat(read("before")).isNotEmpty();
        assertThat(read("without")).isNotEmpty();
        upsert("after");
    }

    @Test
    void oneOwnerBecomesThreeAndOneAgain() throws IOException {
        change(owner.uri(), shards.get(0).uri(), shards.get(1).uri());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metadata().path("healthy_owners").asInt()).isEqualTo(3));
        assertThat(metadata().path("mode").asString()).isEqualTo("replicated");
        assertThat(metadata().path("warnings").toString()).contains("changes nothing");
        assertThat(coordinator.api().post("/cluster/change-owners", Map.of("owners", List.of(owner.uri(), shards.get(0).uri()))).status()).isEqualTo(400);
        owner.kill();
        awaitCreated("without_the_first");
        owner.start().awaitReady();
        change(shards.get(1).uri());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metadata().path("mode").asString()).isEqualTo("single"));
        owner.kill();
        awaitCreated("with_the_last_alone");
        upsert("after");
        assertThat(read("before")).isNotEmpty();
    }

    private void change(String... uris) {
        await().atMost(PATIENCE).ignoreException(IOException.class)
                .until(() -> coordinator.api().post("/cluster/change-owners", Map.of("owners", List.of(uris))).status() == 200);
    }

    private JsonNode metadata() throws IOException {
        return coordinator.api().get("/coordinator_status").orFail("/coordinator_status").params().path("metadata");
    }

    private void upsert(String id) {
        await().atMost(PATIENCE).ignoreException(IOException.class).until(() -> coordinator.api()
                .post("/upsert", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(id), "vectors", List.of(List.of(1.0))))).status() == 200);
    }

    private JsonNode read(String id) throws IOException {
        return coordinator.api().call("/read_by_only_id", QuickLocalClusterE2E.with(ROWS, Map.of("id", id))).get("item");
    }

    private void awaitCreated(String database) {
        await().atMost(PATIENCE).ignoreException(IOException.class)
                .until(() -> coordinator.api().post("/create_database", Map.of("database_name", database)).status() == 200);
    }

    /** How the command ended. */
    private record Ended(int code, String output) {}

    private Ended recover(String... more) throws IOException {
        List<String> arguments = Stream.concat(Stream.of("metadata", "recover", "--from-cache", "--cluster-config", "./cluster.json", "--cluster-state", "./cluster_state.cache.json"), Stream.of(more)).toList();
        try (LynseProcess process = LynseProcess.start("recover", folder, Map.of(), arguments)) {
            int code = process.awaitExit();
            return new Ended(code, process.output());
        }
    }
}
