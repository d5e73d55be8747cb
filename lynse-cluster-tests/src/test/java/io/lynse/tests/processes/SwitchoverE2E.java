package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A group of two whose primary changes while clients write and read: as an operator asks, because it is stopped, and because it is killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwitchoverE2E {

    private static final int CLIENTS = 3;
    private static final int ROUNDS = 3;
    private static final int WARM_REQUESTS = 500;

    private ReplicatedGroup group;

    @BeforeAll
    void start() throws IOException {
        group = new ReplicatedGroup("switchover", 2).start();
    }

    @AfterAll
    void stop() {
        group.close();
    }

    @Test
    void anOperatorSwitchesOverAndNoRequestFails() throws IOException {
        group.awaitState(replica(), "active");
        underLoad("operator", () -> {
            for (int round = 0; round < ROUNDS; round++) {
                Node next = replica();
                JsonNode done = group.done("switchover", round == 0 ? Map.of("group", "sg0") : Map.of("group", "sg0", "to", next.uri()));
                assertThat(done.path("primary").asString()).isEqualTo(next.uri());
                assertThat(done.at("/replicas/0/state").asString()).as("the old primary has every acknowledged write").isEqualTo("active");
                group.awaitState(replica(), "active");
            }
        });
    }

    @Test
    void aPrimaryThatIsStoppedHandsOverAndIsActiveAgainWhenItIsBack() throws IOException {
        underLoad("sigterm", () -> {
            for (int round = 0; round < ROUNDS; round++) {
                Node old = primary();
                Node next = replica();
                group.awaitState(next, "active");
                old.stop();
                group.awaitState(next, "primary");
                old.start().awaitReady();
                group.awaitState(old, "active");
            }
        });
    }

    @Test
    void aKilledPrimaryComesBackAsAReplicaAndFollowsItsSuccessorWhenThatIsKilled() throws IOException {
        underLoad("killed", () -> {
            for (int round = 0; round < 2; round++) {
                Node old = primary();
                Node next = replica();
                group.awaitState(next, "active");
                old.kill();
                group.awaitState(next, "primary");
                old.start();
                group.awaitState(old, "active");
            }
        });
    }

    /** What is acknowledged meanwhile is there at the end. */
    private void underLoad(String name, ReplicatedGroup.Steps steps) throws IOException {
        var clients = new ArrayList<Coordinators.Traffic>();
        var collections = new ArrayList<Map<String, ?>>();
        for (int i = 0; i < CLIENTS; i++) collections.add(group.collection(name + i));
        for (Map<String, ?> collection : collections) clients.add(new Coordinators.Traffic(group.coordinator(), collection));
        try {
            // Code that has hardly run takes longer than a switchover does.
            await().atMost(Duration.ofSeconds(180)).until(() -> clients.stream().allMatch(client -> client.requests() >= WARM_REQUESTS || !client.isAlive()));
            steps.run();
        } finally {
            for (Coordinators.Traffic client : clients) client.close();
        }
        for (int i = 0; i < CLIENTS; i++) assertThat(group.count(collections.get(i))).isEqualTo(clients.get(i).requests() / 2);
        System.out.printf("%s: %d requests, none failed, the longest waited %s%n", name,
                clients.stream().mapToInt(Coordinators.Traffic::requests).sum(), List.copyOf(clients).stream().map(Coordinators.Traffic::longest).toList());
    }

    private Node primary() throws IOException {
        return group.state(group.member(0)).equals("primary") ? group.member(0) : group.member(1);
    }

    private Node replica() throws IOException {
        return group.state(group.member(0)).equals("primary") ? group.member(1) : group.member(0);
    }
}
