package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.compat.RecordedExchangesE2E;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ShardGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Keys on every door of a shard and a coordinator. One shard, then a coordinator with a wrong key, the right one, and a wrong one again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeysE2E {

    private static final String SHARD_KEY = "sesame";
    private static final String WRONG_KEY = "not-the-key-of-the-shard";
    private static final String CLIENT_KEY = "the-key-of-the-clients";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path tmp;

    private Path folder;
    private Node shard;
    private int coordinatorPort;

    @BeforeAll
    void startShard() throws IOException {
        folder = Repository.freshFolder("keys");
        List<Integer> ports = FreePorts.find(2);
        coordinatorPort = ports.get(1);
        shard = Node.shard("shard", ports.get(0), folder, "--api-key", SHARD_KEY).start().awaitReady();
        Files.writeString(folder.resolve("cluster.json"),
                Api.JSON.writeValueAsString(Map.of("shard_groups", List.of(Map.of("name", "sg0", "primary", shard.uri())))));
    }

    @AfterAll
    void stop() {
        shard.close();
    }

    @Test
    @Order(1)
    void aNodeAnswersAsTheOriginalDid() throws IOException {
        // One of its own: a node that was ever written to by itself joins no cluster.
        try (Node single = Node.shard("single", FreePorts.find(1).getFirst(), folder, "--api-key", SHARD_KEY).start().awaitReady()) {
            RecordedExchangesE2E.assertMatches(single.api(), "single-auth", "single-auth", tmp);
        }
    }

    @Test
    @Order(2)
    void aNodeAsksForItsKeyOverHttpOnAllButTheHealthPaths() throws IOException {
        assertThat(shard.api().get("/list_databases").status()).isEqualTo(401);
        assertThat(shard.api().withKey(WRONG_KEY).get("/list_databases").status()).isEqualTo(401);
        assertThat(shard.api().get("/metrics").status()).isEqualTo(401);
        assertThat(shard.api().withKey(SHARD_KEY).get("/metrics").status()).isEqualTo(200);
        assertHealthPathsAreOpen(shard.api());
    }

    @Test
    @Order(3)
    void aNodeAsksForItsKeyOverGrpc() {
        assertThatThrownBy(() -> probe(new Metadata())).satisfies(refused ->
                assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        assertThatThrownBy(() -> probe(bearer(WRONG_KEY))).satisfies(refused ->
                assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        probe(bearer(SHARD_KEY));
    }

    @Test
    @Order(4)
    void aCoordinatorWithAWrongShardKeyFormsNoCluster() throws IOException {
        try (Node coordinator = Node.coordinator(coordinatorPort, folder, "--shard-api-key", WRONG_KEY, "--metadata-wait-secs", "2")) {
            assertThat(coordinator.start().awaitExit()).isEqualTo(1);
            assertThat(coordinator.output()).contains("lynse serve: a new cluster cannot be formed", shard.uri() + " refuses this coordinator's key: check --shard-api-key");
            assertNoKeyIsPrinted(coordinator.output());
        }
        assertThat(shard.api().withKey(SHARD_KEY).get("/list_databases").params().get("databases")).isEmpty();
    }

    @Test
    @Order(5)
    void aCoordinatorWithTheRightKeysServesThoseWhoHaveTheirs() throws IOException {
        try (Node coordinator = Node.coordinator(coordinatorPort, folder, "--shard-api-key", SHARD_KEY, "--api-key", CLIENT_KEY)) {
            coordinator.start().awaitReady();
            Api client = coordinator.api().withKey(CLIENT_KEY);
            await().atMost(PATIENCE).until(() -> client.post("/create_database", Map.of("database_name", "keys")).status() == 200);
            Map<String, Object> rows = Map.of("database_name", "keys", "collection_name", "rows");
            client.call("/required_collection", QuickLocalClusterE2E.with(rows, Map.of("dim", 2)));
            client.call("/add", QuickLocalClusterE2E.with(rows, Map.of("ids", List.of("a"), "vectors", List.of(List.of(1, 0)))));
            assertThat(client.call("/search", QuickLocalClusterE2E.with(rows, Map.of("vector", List.of(1, 0)))).at("/items/ids/0").stringValue()).isEqualTo("a");

            assertThat(coordinator.api().get("/list_databases").status()).isEqualTo(401);
            assertThat(coordinator.api().get("/list_databases").headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"LynseDB\"");
            assertThat(coordinator.api().withKey(SHARD_KEY).get("/cluster_info").status()).isEqualTo(401);
            assertThat(coordinator.api().get("/metrics").status()).isEqualTo(401);
            assertThat(coordinator.api().post("/search", rows).status()).isEqualTo(401);
            assertHealthPathsAreOpen(coordinator.api());
            assertThat(client.get("/cluster_info").orFail("info").text()).doesNotContain(SHARD_KEY, CLIENT_KEY);
            assertNoKeyIsPrinted(coordinator.output());
        }
        assertNoKeyIsPrinted(shard.output());
        try (var files = Files.list(folder)) {
            for (Path state : files.filter(file -> file.toString().endsWith(".cache.json")).toList())
                assertNoKeyIsPrinted(Files.readString(state));
        }
    }

    @Test
    @Order(6)
    void aCoordinatorWithAWrongShardKeyShowsItAndServesNothing() throws IOException {
        try (Node coordinator = Node.coordinator(coordinatorPort, folder, "--shard-api-key", WRONG_KEY)) {
            coordinator.start().awaitReady();
            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode node = coordinator.api().get("/cluster_info").orFail("info").params().at("/shard_groups/0/nodes/0");
                assertThat(node.get("state").stringValue()).isEqualTo("wrong_key");
                assertThat(node.get("reason").stringValue()).contains("--shard-api-key");
            });

            Answer refused = coordinator.api().post("/create_database", Map.of("database_name", "more"));
            assertThat(refused.status()).as("%s", refused).isEqualTo(503);
            assertThat(refused.error()).contains(shard.uri() + " refuses this coordinator's key");
            Answer unread = coordinator.api().post("/search", Map.of("database_name", "keys", "collection_name", "rows", "vector", List.of(1, 0)));
            assertThat(unread.status()).as("%s", unread).isEqualTo(503);
            assertThat(unread.error()).contains("sg0").contains("key");
            assertNoKeyIsPrinted(coordinator.output());
        }
    }

    private static void assertHealthPathsAreOpen(Api api) throws IOException {
        for (String path : List.of("/", "/healthz", "/health", "/readyz"))
            assertThat(api.get(path).status()).as(path).isEqualTo(200);
    }

    private static void assertNoKeyIsPrinted(String text) {
        assertThat(text).isNotBlank().doesNotContain(SHARD_KEY, WRONG_KEY, CLIENT_KEY);
    }

    private void probe(Metadata headers) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", shard.port() + 10_000).usePlaintext()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers)).build();
        try {
            ShardGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS).probe(ProbeRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }

    private static Metadata bearer(String key) {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        return headers;
    }
}
