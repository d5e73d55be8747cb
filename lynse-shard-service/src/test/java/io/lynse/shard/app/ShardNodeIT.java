package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.netty.NettyChannelBuilder;
import io.lynse.engine.ParsedEntry;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ShardGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node through its public port. */
class ShardNodeIT {

    private static final String DB = "\"database_name\":\"docs\"";
    private static final String COLLECTION = "{" + DB + ",\"collection_name\":\"articles\"";

    @TempDir
    Path directory;

    @Test
    void rowsAreFoundAndSurviveARestart() {
        try (var node = RunningNode.start(directory)) {
            fill(node);
            assertThat(search(node)).isEqualTo("[2,\"one\"]");
        }
        try (var node = RunningNode.start(directory)) {
            assertThat(node.get("/list_databases").json().at("/params/databases").toString()).isEqualTo("[\"docs\"]");
            assertThat(search(node)).isEqualTo("[2,\"one\"]");
            var head = node.post("/head", COLLECTION + "}").json().at("/params/head");
            assertThat(head.toString()).isEqualTo("[[[1.0,0.0],[0.0,2.0]],[\"one\",2],[{\"n\":1},{}]]");
            assertThat(node.post("/add", COLLECTION + ",\"ids\":[2],\"vectors\":[[1,1]]}").body()).contains("external id 2 already exists");
            assertThat(node.post("/add", COLLECTION + ",\"ids\":[3],\"vectors\":[[1,1]]}").status()).isEqualTo(200);
        }
    }

    @Test
    void aNodeIsNoClusterToItsClients() {
        try (var node = RunningNode.start(directory)) {
            fill(node);
            var config = node.post("/get_collection_config", COLLECTION + "}").json().at("/params/config");
            assertThat(config.has("integer_id_routing")).isFalse();
            assertThat(config.at("/dim").intValue()).isEqualTo(2);
        }
    }

    @Test
    void theOpenPathsAndTheMetricsSayWhatItIs() {
        try (var node = RunningNode.start(directory)) {
            fill(node);
            assertThat(node.get("/readyz").json().at("/root_path").stringValue()).isEqualTo(directory.toString());
            assertThat(node.get("/healthz").json().at("/status").stringValue()).isEqualTo("ok");
            assertThat(node.get("/").json().at("/message").stringValue()).isEqualTo("LynseDB HTTP API");
            assertThat(node.get("/metrics").body())
                    .contains("lynse_rows 2.0", "lynse_last_lsn 3.0", "lynse_primary_epoch 1.0", "lynse_role{role=\"standalone\"} 1.0");
        }
    }

    @Test
    void withAKeyOnlyTheHealthPathsAreOpen() {
        Map<String, Object> key = Map.of("lynse.http.api-key", "sesame");
        try (var stranger = RunningNode.start(directory.resolve("a"), key, null)) {
            assertThat(List.of("/", "/healthz", "/readyz")).allSatisfy(open -> assertThat(stranger.get(open).status()).isEqualTo(200));
            assertThat(List.of("/list_databases", "/metrics", "/nope")).allSatisfy(closed -> assertThat(stranger.get(closed).status()).isEqualTo(401));
        }
        try (var friend = RunningNode.start(directory.resolve("b"), key, "sesame")) {
            assertThat(friend.get("/list_databases").status()).isEqualTo(200);
            assertThat(friend.get("/metrics").status()).isEqualTo(200);
            assertThat(friend.get("/nope").status()).isEqualTo(404);
        }
    }

    @Test
    void aMemberReadsForAnyoneAndWritesForItsCoordinatorOnly() {
        try (var node = RunningNode.start(directory)) {
            var view = new GroupView("c", new ShardGroupId("sg0"), new Epoch(9), 1, 1, new GroupView.Member("http://me", null), List.of(), "http://door:7637");
            assertThat(node.context.getBean(MemberDriver.class).see(view, "http://me", Deadline.after(Duration.ofSeconds(60))).refusal()).isEmpty();
            var create = CreateDatabase.newBuilder().setDatabase("docs").build().toByteString().asReadOnlyByteBuffer();
            node.context.getBean(MemberDriver.class)
                    .write(new Fence(new ShardGroupId("sg0"), new Epoch(9)), ParsedEntry.of(EntryType.CREATE_DATABASE_VALUE, 1, create), RequestMemory.unbounded(),
                            Deadline.after(Duration.ofSeconds(60)))
                    .join();

            assertThat(node.post("/database_exists", "{" + DB + "}").json().at("/params/exists").booleanValue()).isTrue();
            for (String path : List.of("/required_collection", "/create_database")) {
                var refused = node.post(path, "{\"database_name\":\"docs\",\"collection_name\":\"articles\",\"drop_if_exists\":true}");
                assertThat(refused.status()).as(path).isEqualTo(409);
                assertThat(refused.body()).contains("http://door:7637");
            }
        }
    }

    @Test
    void theDataPathListensBesideIt() {
        try (var node = RunningNode.start(directory)) {
            var channel = NettyChannelBuilder.forAddress("127.0.0.1", node.grpcPort()).usePlaintext().build();
            var probe = ShardGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS).probe(ProbeRequest.getDefaultInstance());
            assertThat(probe.getRole()).isEqualTo("standalone");
            assertThat(probe.getNodeId()).isNotEmpty();
            channel.shutdownNow();
        }
    }

    @Test
    void orNotAtAll() {
        try (var node = RunningNode.start(directory, Map.of("lynse.grpc.enabled", false), null)) {
            assertThat(node.context.getEnvironment().getProperty("lynse.grpc.local-port")).isNull();
            assertThat(node.get("/readyz").status()).isEqualTo(200);
        }
    }

    @Test
    void aDirectoryInUseIsNamed() {
        try (var node = RunningNode.start(directory)) {
            assertThat(node.get("/readyz").status()).isEqualTo(200);
            Throwable failed = catchThrowable(() -> RunningNode.start(directory));
            assertThat(StartupFailure.explain(failed)).contains(directory.toString()).contains("in use").doesNotContain("\n");
        }
    }

    @Test
    void aDirectoryThatCannotBeOneIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Throwable failed = catchThrowable(() -> RunningNode.start(file));
        assertThat(StartupFailure.explain(failed)).contains(file.toString()).doesNotContain("\n");
    }

    @Test
    void aTakenHttpPortIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Throwable failed = catchThrowable(() -> RunningNode.start(directory, Map.of("server.port", taken.getLocalPort()), null));
            assertThat(StartupFailure.explain(failed)).contains("port " + taken.getLocalPort() + " (HTTP)").contains("--port");
        }
    }

    @Test
    void aTakenGrpcPortIsNamedAndTheEngineIsClosed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Throwable failed = catchThrowable(() -> RunningNode.start(directory, Map.of("lynse.grpc.port", taken.getLocalPort()), null));
            assertThat(StartupFailure.explain(failed)).contains("port " + taken.getLocalPort() + " (gRPC").contains("--port");
        }
        try (var node = RunningNode.start(directory)) {
            assertThat(node.get("/readyz").status()).as("the directory is free again").isEqualTo(200);
        }
    }

    @Test
    void aDamagedFenceIsNamed() throws IOException {
        Path file = directory.resolve("membership");
        try (var node = RunningNode.start(directory)) {
            fill(node);
        }
        assertThat(file).exists();
        Files.writeString(file, "nonsense that is long enough to hold a head and the fixed part of it");
        assertThatThrownBy(() -> RunningNode.start(directory)).satisfies(failed -> assertThat(StartupFailure.explain(failed)).contains(file.toString()));
    }

    private static void fill(RunningNode node) {
        assertThat(node.post("/create_database", "{" + DB + "}").status()).isEqualTo(200);
        assertThat(node.post("/required_collection", COLLECTION + ",\"dim\":2}").status()).isEqualTo(200);
        var added = node.post("/add", COLLECTION + ",\"ids\":[\"one\",2],\"vectors\":[[1,0],[0,2]],\"fields\":[{\"n\":1},{}]}");
        assertThat(added.json().at("/params/ids").toString()).isEqualTo("[\"one\",2]");
    }

    private static String search(RunningNode node) {
        return node.post("/search", COLLECTION + ",\"vector\":[0,1]}").json().at("/params/items/ids").toString();
    }
}
