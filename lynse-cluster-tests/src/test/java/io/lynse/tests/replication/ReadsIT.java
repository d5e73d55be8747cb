package io.lynse.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.tests.processes.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be read, and what a reader sees there, on real nodes. */
class ReadsIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<RealGroup> groups = new ArrayList<>();

    @AfterEach
    void end() {
        groups.forEach(RealGroup::close);
    }

    @Test
    void whatWasAcknowledgedIsSeenAtEveryConfirmedMember() {
        RealGroup group = started(3);
        RealNode primary = group.nodes.getFirst();
        for (int id = 0; id < 200; id++) {
            Lsn lsn = group.add(primary, id).join().lsn();
            for (RealNode node : group.nodes) {
                node.read(group.fence(), Consistency.DEFAULT);
                assertThat(node.engine().appliedLsn()).as(node.uri).isGreaterThanOrEqualTo(lsn);
            }
        }
        for (RealNode node : group.nodes) assertThat(node.ids(RealGroup.COLLECTION)).as(node.uri).hasSize(200);
    }

    @Test
    void aReplicaWhosePrimaryDoesNotConfirmAnswersOnlyWhoAsksForNoConfirmation() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        group.add(primary, 0).join();
        primary.cutTowards(replica, true);
        assertThatThrownBy(() -> replica.read(group.fence(), Consistency.DEFAULT)).isInstanceOfSatisfying(LynseException.class, refused ->
                assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class));
        replica.read(group.fence(), Consistency.UNCONFIRMED);
        replica.read(new Fence(RealGroup.ID, group.fence().epoch().next()), Consistency.UNCONFIRMED);
    }

    @Test
    void aReplicaIsNoPrimaryForStrongReads() {
        RealGroup group = started(2);
        assertThatThrownBy(() -> group.nodes.getLast().read(group.fence(), Consistency.STRONG)).isInstanceOfSatisfying(LynseException.class, refused ->
                assertThat(refused.error()).isInstanceOf(LynseError.NotPrimary.class));
    }

    /** The one exception of default reads, and none of strong ones. */
    @Test
    void aPrimaryThatWasFollowedUnawaresTellsNoStrongRead() {
        RealGroup group = started(2);
        RealNode first = group.nodes.getFirst();
        RealNode second = group.nodes.getLast();
        Fence old = group.fence();
        first.read(old, Consistency.STRONG);
        first.cutTowards(second, true);
        second.cutTowards(first, true);
        group.promote(second);
        second.see(group.view());
        first.read(old, Consistency.DEFAULT);
        assertThatThrownBy(() -> first.read(old, Consistency.STRONG)).isInstanceOf(LynseException.class);
        assertThatThrownBy(() -> second.read(old, Consistency.STRONG)).isInstanceOf(LynseException.class);
    }

    /** Nothing is written, so nobody else notices that it is gone. */
    @Test
    void aStrongReadGoesOnWithoutAReplicaThatIsGone() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        replica.stop();
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> primary.read(group.fence(), Consistency.STRONG));
        assertThat(group.state(replica)).isEqualTo(ReplicaState.STALE);
    }

    private RealGroup started(int nodes) {
        var group = new RealGroup(folder.resolve("group" + groups.size()), FreePorts.find(nodes), settings -> settings);
        groups.add(group);
        group.show();
        group.create(group.nodes.getFirst());
        ReplicationIT.active(group);
        return group;
    }
}
