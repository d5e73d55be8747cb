package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnersHealthTest {

    private static final NodeAddress A = NodeAddress.parse("http://a:1");
    private static final NodeAddress B = NodeAddress.parse("http://b:1");
    private static final NodeAddress C = NodeAddress.parse("http://c:1");
    private static final NodeAddress D = NodeAddress.parse("http://d:1");
    private static final List<NodeAddress> NODES = List.of(A, B, C, D);
    private static final UUID GROUP = new UUID(1, 1);

    @Test
    void allAreWell() {
        OwnersHealth health = health(List.of(A, B, C), owner(A, "b", 7), owner(B, "b", 7), owner(C, "b", 6));
        assertThat(health.addresses()).containsExactly(A, B, C);
        assertThat(health.healthy()).isEqualTo(3);
        assertThat(health.quorum()).isEqualTo(2);
        assertThat(health.decides()).isTrue();
        assertThat(health.troubles()).isEmpty();
    }

    @Test
    void oneMayBeMissing() {
        OwnersHealth health = health(List.of(A, B, C), owner(A, "a", 7), owner(B, "a", 7), silent(C));
        assertThat(health.healthy()).isEqualTo(2);
        assertThat(health.decides()).isTrue();
        assertThat(health.owners().getLast().error()).contains("cannot be reached");
        assertThat(health.troubles()).isEmpty();
    }

    @Test
    void withoutAMajorityTheLastOneHearsNoLeader() {
        OwnersHealth health = health(List.of(A, B, C), owner(A, null, 7), silent(B), silent(C));
        assertThat(health.decides()).isFalse();
        assertThat(health.troubles()).anyMatch(trouble -> trouble.contains("2 of 3"));
        assertThat(health.undecided()).contains("http://a:1: it hears no leader", "http://b:1: b cannot be reached", "http://c:1", "go on", "2 of 3", "start those that are missing");
    }

    @Test
    void whoTheyAreIsHeardFromTheNewest() {
        OwnersHealth health = health(List.of(A, B, C), owner(A, "a", 9, "a", "b", "d"), owner(B, "a", 9, "a", "b", "d"), owner(C, "a", 5, "a", "b", "c"));
        assertThat(health.addresses()).as("C was replaced by D").containsExactly(A, B, D);
    }

    @Test
    void whoWasNeverHeardStaysKnown() {
        OwnersHealth health = health(List.of(A, B, C), silent(A), silent(B), silent(C));
        assertThat(health.addresses()).containsExactly(A, B, C);
        assertThat(health.decides()).isFalse();
    }

    @Test
    void anOwnerAtAnAddressThatNobodyConfiguredIsFoundByItsPort() {
        OwnersHealth health = health(List.of(A), owner(A, "a", 9, "a", "elsewhere"));
        assertThat(health.addresses()).containsExactly(A, NodeAddress.parse("http://elsewhere:1"));
    }

    @Test
    void anotherDiskDoesNotCount() {
        OwnerState wiped = new OwnerState(new NodeId("new"), null, null, "", List.of(), null, 0, 0, 1, false, null);
        OwnersHealth health = health(List.of(A, B, C), owner(A, "a", 7), owner(B, "a", 7), new Heard(C, wiped));
        assertThat(health.owners().getLast().error()).contains("another disk");
        assertThat(health.healthy()).isEqualTo(2);
    }

    @Test
    void aSingleOwnerIsNamed() {
        OwnersHealth health = health(List.of(A), owner(A, "a", 7, "a"));
        assertThat(health.replicated()).isFalse();
        assertThat(health.decides()).isTrue();
        assertThat(health.troubles()).singleElement().asString().contains("http://a:1 alone", "its loss stops failover");
    }

    private record Heard(NodeAddress node, @Nullable OwnerState state) {}

    private static OwnersHealth health(List<NodeAddress> known, Heard... heard) {
        Map<NodeAddress, @Nullable OwnerState> answers = new LinkedHashMap<>();
        Map<NodeAddress, String> silence = new LinkedHashMap<>();
        for (Heard each : heard) {
            answers.put(each.node(), each.state());
            if (each.state() == null) silence.put(each.node(), each.node().host() + " cannot be reached");
        }
        return OwnersHealth.of(new Survey(answers, silence), known, NODES, "one", null);
    }

    private static Heard silent(NodeAddress node) {
        return new Heard(node, null);
    }

    private static Heard owner(NodeAddress node, @Nullable String leader, long applied) {
        return owner(node, leader, applied, "a", "b", "c");
    }

    private static Heard owner(NodeAddress node, @Nullable String leader, long applied, String... owners) {
        var all = List.of(owners).stream().map(id -> new OwnerState.Owner(new NodeId(id), id + ":10001")).toList();
        return new Heard(node, new OwnerState(
                new NodeId(node.host()), GROUP, "one", "follower", all, leader == null ? null : new NodeId(leader), applied, applied, 1, false, null));
    }
}
