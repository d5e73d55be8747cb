package io.lynse.shard.grpc;

import static io.lynse.shard.grpc.OwnerCluster.eventually;
import static io.lynse.shard.grpc.OwnerCluster.leader;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.Command;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.wire.v1.MissesLeaderRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerElectionIT {

    /** Longer than a test waits for anything. */
    private static final OwnerSettings PATIENT = new OwnerSettings(Duration.ofMinutes(5), 50);

    @TempDir Path folder;
    private OwnerCluster cluster;

    @BeforeEach
    void make() {
        cluster = new OwnerCluster(folder);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void aLeaderThatRefusesConnectionsIsFollowedAtOnce() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var rest = nodes.stream().filter(node -> node != leader).toList();
        for (var node : rest) {
            node.stop();
            node.start(PATIENT);
            eventually(() -> node.propose(new Command.CreateDatabase("seen by " + node.id)));
        }
        leader.stop();
        assertThat(eventually(() -> rest.getFirst().propose(new Command.CreateDatabase("after it"))).hasAccepted()).isTrue();
    }

    @Test
    void nobodyMissesALeaderThatIsThere() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var other = nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        var report = eventually(() -> other.report().hasLeader() ? other.report() : null);
        var asked = MissesLeaderRequest.newBuilder().setGroupId(report.getGroupId()).setLeaderId(leader.id).setTerm(report.getTerm()).build();
        assertThat(other.stub().missesLeader(asked).getMissed()).isFalse();
    }
}
