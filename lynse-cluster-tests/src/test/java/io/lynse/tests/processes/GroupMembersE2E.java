package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** A group of one member becomes one of two while it is written to, and its members come and go as an operator asks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GroupMembersE2E {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private ReplicatedGroup group;
    private Node first;
    private Node second;
    private Node loner;
    private Map<String, ?> rows;

    @BeforeAll
    void start() throws IOException {
        group = new ReplicatedGroup("group-members", 1).start();
        first = group.member(0);
        second = Node.shard("second", FreePorts.find(1).getFirst(), group.folder()).start();
        loner = Node.shard("loner", FreePorts.find(1).getFirst(), group.folder()).start();
        second.awaitReady();
        loner.awaitReady();
        rows = group.collection("rows");
    }

    @AfterAll
    void stop() {
        second.close();
        loner.close();
        group.close();
    }

    @Test
    @Order(1)
    void whatCannotBeDoneIsRefusedAndChangesNothing() throws IOException {
        loner.api().call("/create_database", Map.of("database_name", "own"));
        assertRefused(409, group.operate("add-replica", named(loner)), "was written to by itself");
        assertRefused(409, group.operate("add-replica", Map.of("group", "sg1", "uri", first.uri())), "is a member of shard group sg0");
        assertRefused(400, group.operate("add-replica", Map.of("group", "sg0", "uri", "http://127.0.0.1:1")), "uri: http://127.0.0.1:1 does not answer");
        assertRefused(404, group.operate("add-replica", Map.of("group", "sg9", "uri", second.uri())), "sg9");
        assertRefused(409, group.operate("remove-replica", named(first)), "is the primary");
        assertRefused(409, group.operate("mark-stale", named(first)), "is the primary");
        assertRefused(409, group.operate("rebuild", named(first)), "is the primary");
        assertRefused(400, group.operate("rebuild", named(second)), "uri: " + second.uri() + " is no member");
        assertRefused(409, group.operate("switchover", Map.of("group", "sg0")), "no other active member");
        assertRefused(409, group.operate("force-promote", Map.of("group", "sg0", "to", first.uri(), "accept_data_loss", true)), "switch over");
        assertThat(group.state(second)).isEmpty();
        assertThat(group.state(loner)).isEmpty();
    }

    @Test
    @Order(2)
    void aGroupOfOneBecomesAGroupOfTwoWhileItIsWrittenTo() throws IOException {
        underLoad(() -> {
            group.done("add-replica", named(second));
            group.done("add-replica", named(second));
            group.awaitState(second, "active");
        });
    }

    @Test
    @Order(3)
    void aReplicaIsRebuiltWhileTheGroupIsWrittenTo() throws IOException {
        underLoad(() -> {
            group.done("rebuild", named(second));
            await().atMost(PATIENCE).until(() -> second.output().contains("an operator has it rebuilt"));
            group.awaitState(second, "active");
            group.done("mark-stale", named(second));
            group.awaitState(second, "active");
        });
    }

    @Test
    @Order(4)
    void aMemberThatWasTakenOutCanComeBack() throws IOException {
        underLoad(() -> {
            group.done("switchover", Map.of("group", "sg0", "to", second.uri()));
            group.done("remove-replica", named(first));
            assertThat(group.state(first)).isEmpty();
            group.done("remove-replica", named(first));
        });
        underLoad(() -> {
            group.done("add-replica", named(first));
            group.awaitState(first, "active");
        });
    }

    @Test
    @Order(5)
    void aStaleMemberIsPromotedByForceAloneAndOnlyByWhomAcceptsTheLoss() throws IOException {
        first.kill();
        underLoad(() -> group.awaitState(first, "stale"));
        second.kill();
        first.start().awaitReady();
        Map<String, ?> forced = Map.of("group", "sg0", "to", first.uri());
        await().atMost(PATIENCE).untilAsserted(() -> assertRefused(400, group.operate("force-promote", forced), "accept_data_loss", "LSN", "lost for good"));
        assertThat(group.state(first)).isEqualTo("stale");
        JsonNode done = group.done("force-promote", QuickLocalClusterE2E.with(forced, Map.of("accept_data_loss", true)));
        assertThat(done.path("primary").asString()).isEqualTo(first.uri());
        assertThat(done.path("unconfirmed").toString()).contains(second.uri());
        assertThat(group.coordinator().output()).contains("was promoted to epoch");
        underLoad(() -> {
            second.start().awaitReady();
            group.awaitState(second, "active");
        });
    }

    private static Map<String, ?> named(Node node) {
        return Map.of("group", "sg0", "uri", node.uri());
    }

    private static void assertRefused(int status, Answer answer, String... words) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.error()).contains(words);
    }

    /** No request fails meanwhile, and at the end all that was acknowledged is there. */
    private void underLoad(ReplicatedGroup.Steps steps) throws IOException {
        var traffic = new Coordinators.Traffic(group.coordinator(), rows);
        try (traffic) {
            steps.run();
        }
        assertThat(group.count(rows)).isGreaterThanOrEqualTo(traffic.requests() / 2);
    }
}
