package io.lynse.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.failover.Switchover;
import io.lynse.coordinator.health.Alarms;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.Heartbeat;
import io.lynse.coordinator.health.KeeperMeans;
import io.lynse.coordinator.health.NodeBreaker;
import io.lynse.coordinator.health.NodeProbe;
import io.lynse.coordinator.health.Peers;
import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.LateAuthority;
import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.peer.CoordinatorKeys;
import io.lynse.coordinator.peer.ForwardPolicy;
import io.lynse.coordinator.peer.HttpPeers;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.http.Databases;
import io.lynse.http.app.HttpApi;
import io.lynse.http.app.ServiceFace;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.Deadline;
import io.lynse.model.HybridClock;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two coordinators with the HTTP API as wired, over one metadata in memory and one shard that is not there. Of the databases only creating
 * and listing is done; the lease is short.
 */
class CoordinatorsIT {

    private static final String API_KEY = "sesame";
    private static final String SHARD_KEY = "cave";
    private static final String SHARD = "http://127.0.0.1:" + freePort();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final MemoryAuthority metadata = new MemoryAuthority(
            ClusterConfigFile.parse(Path.of("cluster.json"), "{\"bucket_count\": 8, \"shard_groups\": [{\"primary\": \"" + SHARD + "\"}]}").firstImage("cluster"));
    private static volatile CountDownLatch listing = new CountDownLatch(0);
    private static volatile boolean entered;

    @TempDir Path folder;
    private Coordinator leader;
    private Coordinator standby;

    @BeforeEach
    void start() {
        listing = new CountDownLatch(0);
        entered = false;
        leader = new Coordinator("c1", metadata, folder);
        standby = new Coordinator("c2", metadata, folder);
        await().until(() -> leader.status().at("/role").asString().equals("leader") && standby.status().at("/role").asString().equals("standby"));
    }

    @AfterEach
    void stop() {
        standby.close();
        leader.close();
    }

    @Test
    void eachSaysWhoLeads() {
        for (Coordinator coordinator : List.of(leader, standby)) {
            JsonNode status = coordinator.status();
            assertThat(status.at("/lease_enabled").asBoolean()).isTrue();
            assertThat(status.at("/leader/format").asString()).isEqualTo("lynsedb-coordinator-lease");
            assertThat(status.at("/leader/leader_id").asString()).isEqualTo("c1");
            assertThat(status.at("/leader/leader_uri").asString()).isEqualTo(leader.uri);
            assertThat(status.at("/leader/lease_epoch").asInt()).isOne();
            assertThat(status.at("/leader/expires_at").asDouble() - status.at("/leader/updated_at").asDouble()).isBetween(1.99, 2.01);
        }
        assertThat(standby.status().at("/other_coordinators/0/uri").asString()).isEqualTo(leader.uri);
    }

    @Test
    void aStandbySendsControlRequestsOn() {
        HttpResponse<String> answer = standby.post("/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer " + API_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(metadata.image().databases()).containsExactly("db");
        assertThat(metadata.commands()).contains(new Command.Led(metadata.image().lease().epoch(), new Command.CreateDatabase("db")));
    }

    /** Else it would answer the next request by an image that lacks it. */
    @Test
    void whatALateStandbySentOnItShowsWhenItAnswers() {
        var late = new LateAuthority(metadata, Duration.ofMillis(300));
        try (late; var c3 = new Coordinator("c3", late, folder)) {
            await().until(() -> c3.status().at("/leader/leader_uri").asString().equals(leader.uri));
            HttpResponse<String> answer = c3.post("/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer " + API_KEY);
            var shown = late.image().databases();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(shown).containsExactly("db");
            assertThat(answer.body()).isEqualTo(leader.post("/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer " + API_KEY).body());
        }
    }

    @Test
    void theLeadersRefusalComesBackAsItIs() {
        String wrong = "{\"database_name\": \"no such / name\"}";
        HttpResponse<String> there = leader.post("/create_database", wrong, "Authorization", "Bearer " + API_KEY);
        HttpResponse<String> here = standby.post("/create_database", wrong, "Authorization", "Bearer " + API_KEY);
        assertThat(there.statusCode()).isEqualTo(400);
        assertThat(here.statusCode()).isEqualTo(400);
        assertThat(here.body()).isEqualTo(there.body());
        assertThat(here.headers().firstValue("Content-Type")).isEqualTo(there.headers().firstValue("Content-Type"));
    }

    @Test
    void whatWasSentOnIsNotSentOnAgain() {
        HttpResponse<String> answer = standby.post(
                "/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer " + API_KEY, ForwardPolicy.PROXIED, "1");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(JsonMapper.shared().readTree(answer.body()).at("/error").asString()).isEqualTo("coordinator is standby and cannot proxy this request");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void nobodysRequestIsSentOnWithoutHisKey() {
        assertThat(standby.post("/create_database", "{\"database_name\": \"db\"}").statusCode()).isEqualTo(401);
        assertThat(standby.post("/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(metadata.image().databases()).isEmpty();
    }

    @Test
    void whereNobodyCanLeadItSaysSoInTime() {
        metadata.silence(true);
        // The leader gives up before the standby does: in between the one sends the request on, and the other does not do it.
        await().until(() -> !leader.status().at("/leads").asBoolean());
        long before = System.nanoTime();
        HttpResponse<String> answer = standby.post("/create_database", "{\"database_name\": \"db\"}", "Authorization", "Bearer " + API_KEY);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(JsonMapper.shared().readTree(answer.body()).at("/error").asString()).startsWith("no active coordinator leader is available");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aStopHandsTheLeaseOver() {
        leader.close();
        await().until(() -> standby.status().at("/role").asString().equals("single"));
        assertThat(standby.status().at("/leads").asBoolean()).isTrue();
        assertThat(metadata.image().lease().epoch().value()).isEqualTo(2);
        assertThat(metadata.image().coordinators().keySet()).extracting(LeaseImage.Holder::coordinator).containsExactly("c2");
    }

    /** A slow request is no reason to wait. */
    @Test
    void theLeaseIsHandedOverBeforeTheLastRequestHasEnded() throws InterruptedException {
        var gate = new CountDownLatch(1);
        listing = gate;
        try {
            Thread slow = Thread.ofVirtual().start(() -> leader.get("/list_databases"));
            await().until(() -> entered);
            Thread stopping = Thread.ofVirtual().start(leader::close);
            await().until(() -> standby.status().at("/leads").asBoolean());
            assertThat(slow.isAlive()).isTrue();
            assertThat(stopping.isAlive()).isTrue();
            gate.countDown();
            stopping.join();
        } finally {
            gate.countDown();
        }
    }

    // ---- what they tell each other

    /** The leader does not reach the shard; somebody claims that the other coordinator does. */
    @Test
    void onlyCoordinatorsAreHeard() throws InterruptedException {
        String reached = "{\"group\": \"sg0\", \"kind\": \"reached\", \"uri\": \"" + SHARD + "\"}";
        String authorized = "Bearer " + API_KEY;
        assertThat(leader.post(HttpPeers.PATH, reached).statusCode()).isEqualTo(401);
        assertThat(leader.post(HttpPeers.PATH, reached, "Authorization", authorized).statusCode()).isEqualTo(401);
        assertThat(leader.post(HttpPeers.PATH, reached, "Authorization", authorized, CoordinatorKeys.HEADER, API_KEY).statusCode()).isEqualTo(401);
        assertThat(metadata.image().lease().epoch().value()).isOne();
        await().until(() -> {
            assertThat(leader.post(HttpPeers.PATH, reached, "Authorization", authorized, CoordinatorKeys.HEADER, SHARD_KEY).statusCode()).isEqualTo(204);
            return metadata.image().lease().epoch().value() == 2;
        });
        await().until(() -> standby.status().at("/role").asString().equals("leader"));
    }

    @Test
    void whatIsNoMessageIsRefused() {
        HttpResponse<String> answer = leader.post(HttpPeers.PATH, "{\"group\": \"sg0\"}", "Authorization", "Bearer " + API_KEY, CoordinatorKeys.HEADER, SHARD_KEY);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("kind");
    }

    // ---- a coordinator in this JVM

    private static int freePort() {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        } catch (IOException none) {
            throw new AssertionError(none);
        }
    }

    private static final class Coordinator implements AutoCloseable {

        final String uri;
        private final ConfigurableApplicationContext context;

        Coordinator(String id, MetadataAuthority metadata, Path folder) {
            int port = freePort();
            uri = "http://127.0.0.1:" + port;
            var cluster = ClusterConfigFile.parse(Path.of("cluster.json"), "{\"shard_groups\": [{\"primary\": \"" + SHARD + "\"}]}");
            var settings = new CoordinatorSettings(cluster, folder.resolve(id), SHARD_KEY, id, uri, Duration.ofSeconds(2), cluster.inferredOwners(), Duration.ofSeconds(5));
            var application = HttpApi.application(Wiring.class, Map.of("server.port", port, "lynse.http.api-key", API_KEY));
            application.addInitializers(starting -> {
                starting.getBeanFactory().registerSingleton("coordinatorSettings", settings);
                starting.getBeanFactory().registerSingleton("authority", metadata);
            });
            context = application.run();
        }

        JsonNode status() {
            return JsonMapper.shared().readTree(get("/coordinator_status").body()).at("/params");
        }

        HttpResponse<String> get(String path) {
            return send(request(path, "Authorization", "Bearer " + API_KEY));
        }

        HttpResponse<String> post(String path, String body, String... headers) {
            return send(request(path, headers).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)));
        }

        private HttpRequest.Builder request(String path, String... headers) {
            var request = HttpRequest.newBuilder(URI.create(uri + path));
            return headers.length == 0 ? request : request.headers(headers);
        }

        private static HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException | InterruptedException failed) {
                throw new AssertionError(failed);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({HttpApi.class, Coordination.class})
    static class Wiring {

        @Bean
        StateFile cache(CoordinatorSettings settings) {
            return StateFile.open(settings.statePath());
        }

        @Bean
        ClusterHealth health() {
            return new ClusterHealth();
        }

        @Bean(initMethod = "start")
        Heartbeat heartbeat(MetadataAuthority authority, LeaseKeeper lease, Peers peers, ClusterHealth health, CoordinatorSettings settings) {
            ShardClients shards = ShardClients.overNetwork(SHARD_KEY);
            var means = new KeeperMeans(authority, lease, peers, NodeProbe.over(shards), new Switchover(authority, shards, settings.coordinatorUri()), health,
                    new HybridClock(System::currentTimeMillis), new Alarms(health), settings.coordinatorUri(), Duration.ofMillis(200));
            return new Heartbeat(means, NodeBreaker.registry(2), _ -> {}, new GroupWatch.Settings(Duration.ofMillis(100), true));
        }

        @Bean
        ClusterController clusterController(CoordinatorSettings settings, MetadataAuthority authority, ClusterHealth health, LeaseKeeper lease) {
            var noOwners = new OwnerKeeper(authority::image, List.of(), List.of(), _ -> {
                throw new UnsupportedOperationException("there are none");
            }, Optional::empty, Duration.ofDays(1));
            return new ClusterController(settings, authority, health, lease, noOwners);
        }

        @Bean
        ServiceFace face(MetadataAuthority authority, ClusterHealth health) {
            return new CoordinatorFace(authority, health);
        }

        @Bean
        Databases databases(LedCommands commands) {
            return (Databases) Proxy.newProxyInstance(Databases.class.getClassLoader(), new Class<?>[] {Databases.class}, (_, method, arguments) -> {
                switch (method.getName()) {
                    case "create" -> commands.propose(new Command.CreateDatabase((String) arguments[0]), (Deadline) arguments[2]);
                    case "databases" -> {
                        entered = true;
                        listing.await();
                        return List.of();
                    }
                    default -> throw new UnsupportedOperationException(method.toString());
                }
                return null;
            });
        }
    }
}
