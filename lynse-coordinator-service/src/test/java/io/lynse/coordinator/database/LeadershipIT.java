package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.collection.Reconciler;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.HeardPeers;
import io.lynse.coordinator.health.Peers;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a coordinator does for its groups while it leads, while another one does, and when it has not noticed. */
class LeadershipIT {

    private static final LeaseImage.Holder OTHER = new LeaseImage.Holder("other", "x");

    private final FakeCluster cluster = new FakeCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aStandbyDecidesNothingAndTellsTheLeaderWhomItMet() {
        cluster.leadership.set(null);
        cluster.watched();
        await().until(() -> cluster.peers.told().stream().filter(LeadershipIT::tellsOfANode).map(told -> told.message().group()).distinct().count() == 2);
        assertThat(cluster.peers.told()).allMatch(told -> told.to().equals("leader"));
        assertThat(cluster.authority.commands()).isEmpty();
    }

    @Test
    void whoBeginsToLeadDoesWhatIsDue() {
        cluster.leadership.set(null);
        cluster.watched();
        cluster.leadership.set(LeaseEpoch.NONE);
        cluster.awaitLeading(FakeCluster.SG0);
        cluster.awaitLeading(FakeCluster.SG1);
        assertThat(cluster.authority.commands()).isNotEmpty().allMatch(Command.Led.class::isInstance);
    }

    /** It was stopped for a minute between the look at its lease and what it decided by it. */
    @Test
    void anEarlierLeaderThatWakesUpChangesNothing() {
        LeaseEpoch earlier = lead(LeaseEpoch.NONE);
        lead(earlier);
        ClusterImage before = cluster.authority.image();
        cluster.leadership.set(earlier);
        cluster.watched();
        await().until(() -> cluster.authority.commands().stream().filter(command -> command instanceof Command.Led led && led.lease().equals(earlier)).count() >= 4);
        Deadline deadline = Deadline.after(Duration.ofSeconds(10));
        for (Runnable change : List.<Runnable>of(
                () -> cluster.databases.create("db", false, deadline),
                () -> cluster.databases.drop("db", deadline))) {
            assertThatThrownBy(change::run).isInstanceOf(LynseException.class).hasMessage("no active coordinator leader is available");
        }
        assertThat(cluster.authority.image()).isEqualTo(before);
    }

    /** Its metadata knows nothing of the other one yet, and neither does its clock. The group does. */
    @Test
    void anEarlierLeaderBringsNoGroupInLineThatItsSuccessorHasSeen() {
        cluster.started();
        Deadline deadline = Deadline.after(Duration.ofSeconds(10));
        cluster.databases.create("db", false, deadline);
        cluster.a.forgetCollections();
        cluster.a.metLeader(new LeaseEpoch(1));
        var reconciler = new Reconciler(cluster.authority, cluster.leadership, cluster.groups, cluster.alarms);
        assertThatThrownBy(() -> reconciler.accept(FakeCluster.SG0)).isInstanceOf(LynseException.class).hasMessageContaining("lease 0 was followed by lease 1");
        assertThatThrownBy(() -> cluster.databases.create("db2", false, deadline)).isInstanceOf(LynseException.class).hasMessageContaining("lease 0 was followed by lease 1");
        assertThat(cluster.a.names()).isEmpty();
        cluster.authority.propose(new Command.AcquireLease(OTHER, LeaseEpoch.NONE, 0), deadline);
        cluster.leadership.set(new LeaseEpoch(1));
        reconciler.accept(FakeCluster.SG0);
    }

    @Test
    void aStandbySaysWhatItsRequestsNoticed() {
        cluster.started();
        cluster.leadership.set(null);
        String uri = cluster.authority.image().group(FakeCluster.SG0).primary().uri();
        cluster.alarms.node(uri);
        await().until(() -> cluster.peers.told().contains(
                new HeardPeers.Told("leader", new Peers.Message.ForWatch(FakeCluster.SG0, new GroupWatch.Event.Suspected(uri)))));
        cluster.alarms.catalog(FakeCluster.SG1);
        await().until(() -> cluster.peers.told().contains(new HeardPeers.Told("leader", new Peers.Message.Doubted(FakeCluster.SG1))));
    }

    /** Another coordinator takes the lease. */
    private LeaseEpoch lead(LeaseEpoch seen) {
        cluster.authority.propose(new Command.AcquireLease(OTHER, seen, 0), Deadline.after(Duration.ofSeconds(1)));
        return cluster.authority.image().lease().epoch();
    }

    private static boolean tellsOfANode(HeardPeers.Told told) {
        return told.message() instanceof Peers.Message.ForWatch(_, GroupWatch.Event.MetByOther _);
    }
}
