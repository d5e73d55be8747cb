package io.lynse.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.http.app.HttpApi;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A coordinator as wired, whose one shard node is not there: it knows the cluster from its cache. */
class CoordinatorNodeIT {

    @TempDir
    private static Path folder;

    private static int shardPort;
    private static ConfigurableApplicationContext coordinator;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        try (var free = new ServerSocket(0)) {
            shardPort = free.getLocalPort();
        }
        var cluster = ClusterConfigFile.parse(folder.resolve("cluster.json"), """
                {"databases": ["db"], "bucket_count": 8, "shard_groups": [{"primary": "http://127.0.0.1:%d"}]}""".formatted(shardPort));
        try (var cache = StateFile.open(folder.resolve("state.json"))) {
            cache.write(cluster.firstImage("cluster"));
        }
        var settings = new CoordinatorSettings(
                cluster, folder.resolve("state.json"), null, "c", "http://c:7637", Duration.ofSeconds(5), cluster.inferredOwners(), Duration.ofSeconds(60));
        coordinator = CoordinatorNode.start(
                HttpApi.application(CoordinatorNode.class, Map.of(
                        "server.port", 0, "lynse.http.api-key", "sesame", "lynse.health.interval", "100ms", "lynse.health.failures", 2)),
                settings);
    }

    @AfterAll
    static void stop() {
        coordinator.close();
    }

    @Test
    void openPathsAreWrapped() {
        assertThat(get("/", "").at("/params/message").asString()).isEqualTo("LynseDB cluster coordinator");
        assertThat(get("/healthz", "").at("/params/status").asString()).isEqualTo("healthy");
    }

    /** The only shard is away, and the coordinator says so where it is asked; it does its own part all the same. */
    @Test
    void readinessDependsOnNoPeer() {
        await().until(() -> send("/readyz", "").statusCode() == 200);
        assertThat(get("/readyz", "").at("/params/status").asString()).isEqualTo("ready");
    }

    @Test
    void theOtherPagesNeedTheKey() {
        for (String path : List.of("/cluster_info", "/coordinator_status", "/metrics")) assertThat(send(path, "").statusCode()).isEqualTo(401);
    }

    @Test
    void clusterInfoShowsTheDocumentTheNodesAndWhatIsWrong() {
        JsonNode params = get("/cluster_info?tables=false", "sesame").at("/params");
        assertThat(params.at("/format").asString()).isEqualTo("lynsedb-cluster-state");
        assertThat(params.at("/databases/0").asString()).isEqualTo("db");
        assertThat(params.at("/shard_groups/0/primary").asString()).isEqualTo("http://127.0.0.1:" + shardPort);
        assertThat(params.at("/shard_groups/0/primary_epoch").asInt()).isOne();
        assertThat(params.at("/shard_groups/0/leads").asBoolean()).isFalse();
        assertThat(params.at("/shard_groups/0/nodes/0/state").asString()).isIn("suspect", "unhealthy");
        assertThat(params.at("/degraded").asBoolean()).isTrue();
        assertThat(params.at("/degraded_reasons/0").asString()).startsWith("shard group sg0 has no leading primary");
    }

    @Test
    void aQueryParameterOfTheWrongTypeIsTheCallersMistake() {
        HttpResponse<String> answer = send("/cluster_info?tables=abc", "sesame");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error").asString()).contains("tables", "abc");
    }

    @Test
    void coordinatorStatusSaysWhereTheMetadataIs() {
        JsonNode params = get("/coordinator_status", "sesame").at("/params");
        assertThat(params.at("/role").asString()).isEqualTo("single");
        assertThat(params.at("/coordinator_id").asString()).isEqualTo("c");
        assertThat(params.at("/coordinator_uri").asString()).isEqualTo("http://c:7637");
        assertThat(params.at("/metadata/mode").asString()).isEqualTo("single");
        assertThat(params.at("/metadata/replicated").asBoolean()).isFalse();
        assertThat(params.at("/metadata/owners/0").asString()).isEqualTo("http://127.0.0.1:" + shardPort);
        assertThat(params.at("/metadata/rpc_client").asString()).isEqualTo("grpc");
        assertThat(params.at("/metadata/cache_path").asString()).isEqualTo(folder.resolve("state.json").toString());
        assertThat(params.at("/metadata/configured_owners/0").asString()).isEqualTo("http://127.0.0.1:" + shardPort);
        await().untilAsserted(() -> {
            JsonNode metadata = get("/coordinator_status", "sesame").at("/params/metadata");
            assertThat(metadata.at("/decides").asBoolean()).isFalse();
            assertThat(metadata.at("/healthy_owners").asInt()).isZero();
            assertThat(metadata.at("/degraded").asBoolean()).isTrue();
            assertThat(metadata.at("/owner_states/0/error").asString()).contains("cannot be reached");
            assertThat(metadata.at("/degraded_reasons/0").asString()).contains("1 of 1");
            assertThat(get("/cluster_info", "sesame").at("/params/degraded_reasons").toString()).contains("the cluster's metadata cannot change");
        });
    }

    @Test
    void metricsTellOfOwnersGroupsNodesAndBreakers() {
        await().untilAsserted(() -> assertThat(send("/metrics", "sesame").body())
                .contains("lynse_meta_owners 1.0", "lynse_meta_owners_healthy 0.0", "lynse_meta_decides 0.0", "lynse_group_leads{group=\"sg0\"} 0.0", "lynse_node_healthy{group=\"sg0\",node=\"http://127.0.0.1:" + shardPort + "\"} 0.0",
                        "resilience4j_circuitbreaker_state{name=\"http://127.0.0.1:" + shardPort + "\""));
    }

    @Test
    void theOwnersThatAreAwayAreTold() {
        await().untilAsserted(() -> {
            JsonNode metadata = get("/coordinator_status", "sesame").at("/params/metadata");
            assertThat(metadata.at("/degraded").asBoolean()).isTrue();
            assertThat(metadata.at("/degraded_reasons").toString()).contains("no owner");
        });
        assertThat(send("/metrics", "sesame").body()).contains("lynse_metadata_degraded 1.0");
    }

    @Test
    void aChoiceOfOwnersThatSaysNothingIsTheCallersMistake() {
        HttpResponse<String> answer = post("/cluster/change-owners", "{\"owners\": [\"http://a:1\", \"nonsense\"]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error").asString()).contains("owners[1]", "nonsense");
        assertThat(post("/cluster/change-owners", "{\"owners\": \"http://a:1\"}").statusCode()).isEqualTo(400);
        assertThat(post("/cluster/change-owners", "{}").body()).contains("missing field");
    }

    @ParameterizedTest
    @ValueSource(strings = {"switchover", "add-replica", "remove-replica", "mark-stale", "rebuild", "force-promote"})
    void anOperatorsRequestNeedsTheKeyAndNamesWhatItLacks(String verb) {
        String path = "/cluster/" + verb;
        assertThat(postAs("not the key", path, "{\"group\": \"sg0\"}").statusCode()).isEqualTo(401);
        assertThat(post(path, "{}").statusCode()).isEqualTo(400);
        assertThat(post(path, "{}").body()).contains("missing field", "group");
        assertThat(post(path, "{\"group\": \" \"}").statusCode()).isEqualTo(400);
        String address = verb.equals("switchover") || verb.equals("force-promote") ? "to" : "uri";
        HttpResponse<String> nonsense = post(path, "{\"group\": \"sg0\", \"" + address + "\": \"nonsense\"}");
        assertThat(nonsense.statusCode()).isEqualTo(400);
        assertThat(json(nonsense).at("/error").asString()).contains(address + ": ", "nonsense");
    }

    /** It may have changed something: whoever looks for who did what must find it. */
    @Test
    void anOperatorsChangeThatFailedIsAuditedToo() {
        var logger = (Logger) LoggerFactory.getLogger(Operation.class);
        var told = new ListAppender<ILoggingEvent>();
        told.start();
        logger.addAppender(told);
        try {
            assertThat(post("/cluster/change-owners", "{\"owners\": [\"http://a:1\"]}").statusCode()).isEqualTo(503);
        } finally {
            logger.detachAppender(told);
        }
        assertThat(told.list).extracting(event -> event.getKeyValuePairs().toString()).satisfiesExactly(
                begun -> assertThat(begun).contains("change_owners", "http://a:1", "begun"),
                failed -> assertThat(failed).contains("change_owners", "http://a:1", "failed: "));
    }

    @Test
    void whatOnlyTheMetadataCanAnswerIsUnavailableAndNamesItsOwners() {
        HttpResponse<String> answer = post("/required_collection", "{\"database_name\": \"db\", \"collection_name\": \"c\", \"dim\": 2}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).at("/error").asString()).contains("owners of the cluster's metadata cannot decide", "http://127.0.0.1:" + shardPort + ": ", "nobody listens there", "go on", "1 of 1")
                .doesNotContain("io exception", "finishConnect", ": /127.0.0.1");
    }

    private static JsonNode get(String path, String key) {
        HttpResponse<String> answer = send(path, key);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/status").asString()).isEqualTo("success");
        return json(answer);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpResponse<String> send(String path, String key) {
        return sent(request(path, key).build());
    }

    private static HttpResponse<String> post(String path, String body) {
        return postAs("sesame", path, body);
    }

    private static HttpResponse<String> postAs(String key, String path, String body) {
        return sent(request(path, key).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private static HttpRequest.Builder request(String path, String key) {
        String port = coordinator.getEnvironment().getRequiredProperty("local.server.port");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
        return request;
    }

    private static HttpResponse<String> sent(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }
}
