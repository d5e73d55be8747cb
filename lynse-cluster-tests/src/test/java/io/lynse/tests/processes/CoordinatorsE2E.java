package io.lynse.tests.processes;

import static io.lynse.tests.processes.Coordinators.awaitLeading;
import static io.lynse.tests.processes.Coordinators.awaitRole;
import static io.lynse.tests.processes.Coordinators.leads;
import static io.lynse.tests.processes.Coordinators.leaseEpoch;
import static io.lynse.tests.processes.Coordinators.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.processes.Coordinators.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * The leading coordinator is killed, stopped, and put to sleep; another process takes its name. A lease lasts {@code -Dlynse.lease} seconds
 * (5). Prints how long things took; what is asserted leaves room for a machine that does much else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CoordinatorsE2E {

    private static final String LEASE_SECS = System.getProperty("lynse.lease", "5");
    private static final Duration LEASE = Duration.ofMillis((long) (1000 * Double.parseDouble(LEASE_SECS)));
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Map<String, Object> ROWS = Map.of("database_name", "ha", "collection_name", "rows");

    private Coordinators cluster;
    private Node first;
    private Node second;

    @BeforeAll
    void start() throws IOException {
        cluster = new Coordinators("coordinators", "--coordinator-lease-secs", LEASE_SECS);
        first = cluster.start("c1", "c1");
        assertThat(status(first).path("role").asString()).isEqualTo("single");
        second = cluster.start("c2", "c2");
        awaitRole(first, "leader");
        awaitRole(second, "standby");
    }

    @AfterAll
    void stop() {
        if (cluster != null) cluster.close();
    }

    @Test
    @Order(1)
    void aStandbyServesDataAndSendsControlRequestsOn() throws IOException {
        second.api().call("/create_database", Map.of("database_name", "ha"));
        second.api().call("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 2)));
        second.api().call("/upsert", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(1_000_000), "vectors", List.of(List.of(1, 1)))));
        assertThat(first.api().call("/search", QuickLocalClusterE2E.with(ROWS, Map.of("vector", List.of(1, 1), "k", 1))).at("/items/ids/0").asInt()).isEqualTo(1_000_000);
        assertThat(status(second).at("/leader/leader_uri").asString()).isEqualTo(first.uri());
    }

    @Test
    @Order(2)
    void whenTheLeaderIsKilledAStandbyLeadsAndDataRequestsGoOn() throws IOException {
        long before = leaseEpoch(second);
        Duration takeover;
        Traffic traffic = new Traffic(second, ROWS);
        try (traffic) {
            await().atMost(PATIENCE).until(() -> traffic.requests() > 20);
            first.kill();
            takeover = awaitLeading(second);
        }
        print("leader killed: led after %d ms of a lease of %d; %d data requests, none failed, the longest %d ms",
                takeover.toMillis(), LEASE.toMillis(), traffic.requests(), traffic.longest().toMillis());
        assertThat(leaseEpoch(second)).isEqualTo(before + 1);
        assertThat(traffic.longest()).isLessThan(LEASE);
        second.api().call("/create_database", Map.of("database_name", "after_the_kill"));
        awaitRole(second, "single");
    }

    @Test
    @Order(3)
    void whenTheLeaderIsStoppedAStandbyLeadsAtOnce() throws IOException {
        first = cluster.start("c1-again", "c1");
        awaitRole(first, "standby");
        await().atMost(PATIENCE).until(() -> !status(first).has("warning")); // the killed one of its name may live, for a lease
        long before = leaseEpoch(first);
        CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(second::stop);
        Duration takeover = awaitLeading(first);
        print("leader stopped: led after %d ms", takeover.toMillis());
        assertThat(takeover).isLessThan(LEASE);
        assertThat(leaseEpoch(first)).isEqualTo(before + 1);
        assertThat(stopped.join()).isIn(0, 143);
        awaitRole(first, "single"); // it said that it goes
    }

    @Test
    @Order(4)
    void aLeaderThatSleptChangesNothingWhenItWakesUp() throws IOException {
        second = cluster.start("c2-again", "c2");
        awaitRole(second, "standby");
        long before = leaseEpoch(second);
        first.pause();
        // It is asked while it sleeps, and finds that in its ear when it wakes up.
        CompletableFuture<Answer> late = CompletableFuture.supplyAsync(() -> create(first, "late"));
        Duration takeover = awaitLeading(second);
        print("leader paused: led after %d ms of a lease of %d", takeover.toMillis(), LEASE.toMillis());
        second.api().call("/create_database", Map.of("database_name", "meanwhile"));
        JsonNode led = info(second);
        first.resume();
        awaitRole(first, "standby");
        // As any other request it is sent on to the one that leads.
        assertThat(late.join().status()).as("%s", late.join()).isIn(200, 503);
        assertThat(leads(second)).isTrue();
        assertThat(leaseEpoch(second)).isEqualTo(before + 1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(info(first).at("/databases")).contains(Api.JSON.getNodeFactory().stringNode("meanwhile")));
        for (int group = 0; group < 3; group++) {
            assertThat(info(second).at("/shard_groups/" + group + "/primary_epoch")).isEqualTo(led.at("/shard_groups/" + group + "/primary_epoch"));
        }
        assertThat(first.output()).contains("this coordinator leads no more");
    }

    @Test
    @Order(5)
    void aSecondProcessOfOneIdNeverLeads() throws IOException {
        Node twin = cluster.start("c1-twin", "c1");
        awaitRole(twin, "standby");
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(status(twin).path("warning").asString()).contains("another process with coordinator id c1", first.uri(), "--coordinator-id"));
        assertThat(twin.output()).contains("another process with this --coordinator-id is running");
        second.kill();
        awaitLeading(first);
        assertThat(leads(twin)).isFalse();
        assertThat(status(twin).at("/leader/leader_uri").asString()).isEqualTo(first.uri());
        twin.api().call("/create_database", Map.of("database_name", "by_the_twin"));
        // It was dead, and not only silent: now there is one process of that id.
        first.kill();
        awaitLeading(twin);
        assertThat(status(twin).has("warning")).isFalse();
        long before = leaseEpoch(twin);
        twin.kill();
        twin.start().awaitReady();
        // Its cache says that the one before is dead, so it has led since before it answered.
        print("the only coordinator killed and started again: it leads, %b, when it is ready", leads(twin));
        awaitLeading(twin);
        assertThat(leaseEpoch(twin)).isEqualTo(before + 1);
        assertThat(status(twin).has("warning")).isFalse();
    }

    private static Answer create(Node coordinator, String database) {
        try {
            return coordinator.api().post("/create_database", Map.of("database_name", database));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static JsonNode info(Node coordinator) throws IOException {
        return coordinator.api().get("/cluster_info?tables=false").orFail("cluster_info").params();
    }

    private static void print(String text, Object... figures) {
        System.out.printf(text + "%n", figures);
    }
}
