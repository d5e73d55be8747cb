package io.lynse.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class NodeStatusTest {

    static final MemberImage KNOWN = new MemberImage("http://a:1", new NodeId("node-a"));
    static final MemberImage NEW = new MemberImage("http://a:1", null);

    static final List<Arguments> TABLE = List.of(
            arguments("the member itself", KNOWN, answer("node-a", "c1", 7, ""), "healthy", ""),
            arguments("a node met for the first time", NEW, answer("node-x", "c1", 7, ""), "healthy", ""),
            arguments("a node that has seen a later epoch joins once it is promoted above it", NEW, answer("node-x", "", 9, "it has not adopted a view"), "healthy", "it has not adopted a view"),
            arguments("a node of another cluster", KNOWN, answer("node-a", "c2", 7, ""), "other_cluster", "it belongs to cluster c2, this is c1"),
            arguments("a wiped disk", KNOWN, answer("node-b", "c1", 7, ""), "other_node", "node node-b answers at its address, the cluster waits for node node-a"),
            arguments("a node with data of its own", NEW, answer("node-x", "", 1, "this node holds collections of its own"), "not_joined", "this node holds collections of its own"),
            arguments("a wrong key", KNOWN, new ProbeResult.Refused("wrong_key", "it refuses"), "wrong_key", "it refuses"),
            arguments("only HTTP answers", KNOWN, new ProbeResult.HttpOnly("gRPC fails"), "grpc_unreachable", "gRPC fails"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void judges(String when, MemberImage member, ProbeResult result, String state, String reason) {
        NodeStatus status = NodeStatus.of(member, result, false, "c1", new Epoch(7));
        assertThat(status.state()).isEqualTo(state);
        assertThat(status.reason()).startsWith(reason);
    }

    @Test
    void silenceIsSuspectUntilTheBreakerOpens() {
        var silent = new ProbeResult.Silent("refused");
        assertThat(NodeStatus.of(KNOWN, silent, false, "c1", new Epoch(7)).state()).isEqualTo("suspect");
        assertThat(NodeStatus.of(KNOWN, silent, true, "c1", new Epoch(7)).state()).isEqualTo("unhealthy");
    }

    private static ProbeResult answer(String node, String cluster, long seen, String trouble) {
        return new ProbeResult.Answered(new NodeReport(
                new NodeId(node), "1", cluster, "", new Epoch(seen), Epoch.NONE, false, "primary", Lsn.NONE, Lsn.NONE, 0, 0, CopyState.WHOLE, Duration.ZERO, false, false, trouble, null));
    }
}
