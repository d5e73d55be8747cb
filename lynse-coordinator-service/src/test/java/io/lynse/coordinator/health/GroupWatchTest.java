package io.lynse.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.failover.FailoverDecision.Disputed;
import io.lynse.coordinator.failover.FailoverDecision.HandOver;
import io.lynse.coordinator.failover.FailoverDecision.Keep;
import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.coordinator.health.GroupWatch.Action;
import io.lynse.coordinator.health.GroupWatch.Event;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Group sg0, epoch 7: a is primary, b is active. Probed every 1,000 ms, three failures open a breaker. Times are milliseconds. */
class GroupWatchTest {

    private static final MemberImage A = new MemberImage("http://a:1", new NodeId("node-a"));
    private static final MemberImage B = new MemberImage("http://b:1", new NodeId("node-b"));
    private static final Optional<LeaseEpoch> LEADS = Optional.of(new LeaseEpoch(4));
    private static final Optional<LeaseEpoch> FOLLOWS = Optional.empty();
    private static final Sighting REFUSED = new Sighting.Refused("nobody listens");
    private static final Sighting SILENT = new Sighting.Silent("no answer");

    private final ShardGroupImage group = group(7, A, new ReplicaImage(B, ReplicaState.ACTIVE));
    private final GroupWatch watch = watch(true);

    @Test
    void membersAreProbedEveryInterval() {
        calm(watch, LEADS);
        assertThat(watch.decision()).isEqualTo(new Keep(A));
        assertThat(tick(999, LEADS)).isEmpty();
        assertThat(tick(1000, LEADS)).containsExactly(new Action.Probe(A), new Action.Probe(B));
        assertThat(tick(2000, LEADS)).as("one at a time").isEmpty();
    }

    @Test
    void aDeadProcessIsReplacedAfterThreeQuickRefusals() {
        calm(watch, LEADS);
        tick(1000, LEADS);
        probed(B, hearing(), 1001, LEADS);
        probed(A, REFUSED, 1001, LEADS);
        assertThat(tick(1100, LEADS)).containsExactly(new Action.Probe(A));
        probed(A, REFUSED, 1101, LEADS);
        assertThat(tick(1200, LEADS)).containsExactly(new Action.Probe(A));
        // The candidate has not noticed yet, and is asked at the same pace.
        assertThat(probed(A, REFUSED, 1201, LEADS)).contains(new Action.Probe(B));
        assertThat(probed(B, missing(), 1202, LEADS)).contains(new Action.Lead(new Promote(group.id(), B, new Epoch(7), new Epoch(7), false)));
    }

    @Test
    void aSilentOneIsGivenItsIntervals() {
        calm(watch, LEADS);
        tick(1000, LEADS);
        probed(B, missing(), 1001, LEADS);
        probed(A, SILENT, 1900, LEADS);
        assertThat(tick(1999, LEADS)).isEmpty();
        for (long at = 2000; at <= 3000; at += 1000) {
            tick(at, LEADS);
            probed(B, missing(), at + 1, LEADS);
            assertThat(watch.decision()).isEqualTo(new Keep(A));
            probed(A, SILENT, at + 900, LEADS);
        }
        assertThat(watch.decision()).isInstanceOf(Promote.class);
    }

    @Test
    void whoWasNotSeenHealthyUnderThisLeaseIsLookedAtSlowly() {
        calm(watch, Optional.of(new LeaseEpoch(3)));
        tick(1000, LEADS);
        probed(A, REFUSED, 1001, LEADS);
        assertThat(tick(1999, LEADS)).isEmpty();
    }

    @Test
    void theFastPathCanBeSwitchedOff() {
        GroupWatch strict = watch(false);
        calm(strict, LEADS);
        strict.on(new Event.Tick(), group, LEADS, at(1000));
        strict.on(new Event.Probed(A.uri(), REFUSED), group, LEADS, at(1001));
        assertThat(strict.on(new Event.Tick(), group, LEADS, at(1999))).isEmpty();
    }

    @Test
    void aSuspicionBringsTheProbeForward() {
        calm(watch, LEADS);
        assertThat(watch.on(new Event.Suspected(A.uri()), group, LEADS, at(300))).containsExactly(new Action.Probe(A));
        probed(A, leading(), 301, LEADS);
        assertThat(watch.on(new Event.Suspected(A.uri()), group, LEADS, at(302))).as("not as often as somebody complains").isEmpty();
        assertThat(tick(400, LEADS)).containsExactly(new Action.Probe(A));
    }

    @Test
    void aPrimaryThatIsBeingStoppedIsSwitchedOverOnceAndLeadsMeanwhile() {
        calm(watch, LEADS);
        tick(1000, LEADS);
        var stopping = met("node-a", new MemberReport(true, new Epoch(7), new Epoch(7), new Lsn(41), false, CopyState.WHOLE, true, ""));
        var next = new Promote(group.id(), B, new Epoch(7), new Epoch(7), true);
        assertThat(probed(A, stopping, 1001, LEADS)).contains(new Action.SwitchOver(next));
        assertThat(watch.decision()).isEqualTo(new HandOver(next));
        assertThat(tick(1500, LEADS)).as("one at a time").doesNotContain(new Action.SwitchOver(next));
        watch.on(new Event.Settled(), group, LEADS, at(1600));
        assertThat(tick(2100, LEADS)).as("one that failed is tried again").contains(new Action.SwitchOver(next));
    }

    @Test
    void whoDoesNotLeadDecidesNothing() {
        calm(watch, FOLLOWS);
        lose(A, SILENT, missing(), FOLLOWS);
        assertThat(watch.decision()).isInstanceOf(Promote.class);
        assertThat(tick(5000, FOLLOWS)).doesNotHaveAnyElementsOfTypes(Action.Lead.class, Action.AskOthers.class, Action.Bind.class);
    }

    @Test
    void aLeaderThatAloneMissesThePrimaryAsksAndGivesUp() {
        calm(watch, LEADS);
        assertThat(lose(A, SILENT, hearing(), LEADS)).contains(new Action.AskOthers(List.of(A.uri())));
        assertThat(tick(3901, LEADS)).as("once an interval").isEmpty();
        assertThat(watch.on(new Event.ReachedByOther(A.uri()), group, LEADS, at(3910))).contains(new Action.GiveUpLease(A.uri()));
    }

    @Test
    void aLeaderThatReachesADamagedPrimaryAndNobodyElseAsksAndGivesUp() {
        var damaged = met("node-a", new MemberReport(true, new Epoch(7), new Epoch(7), new Lsn(41), false, CopyState.DAMAGED, "a row is not what was written"));
        var asked = new ArrayList<Action>();
        for (long at = 0; at <= 3000; at += 1000) {
            tick(at, LEADS);
            asked.addAll(probed(A, damaged, at + 1, LEADS));
            asked.addAll(probed(B, SILENT, at + 900, LEADS));
        }
        assertThat(watch.decision()).isEqualTo(new Keep(A));
        assertThat(asked).contains(new Action.AskOthers(List.of(B.uri())));
        assertThat(watch.on(new Event.ReachedByOther(B.uri()), group, LEADS, at(3910))).contains(new Action.GiveUpLease(B.uri()));
    }

    @Test
    void aLeaderThatReachesAWholePrimaryDoesNotGiveUpForASilentReplica() {
        calm(watch, LEADS);
        for (long at = 1000; at <= 4000; at += 1000) {
            tick(at, LEADS);
            probed(A, leading(), at + 1, LEADS);
            assertThat(probed(B, SILENT, at + 900, LEADS)).doesNotHaveAnyElementsOfTypes(Action.AskOthers.class);
        }
        assertThat(watch.on(new Event.ReachedByOther(B.uri()), group, LEADS, at(4910))).doesNotHaveAnyElementsOfTypes(Action.GiveUpLease.class);
    }

    @Test
    void aPrimaryThatAnswersAgainIsNoReasonToGiveUp() {
        calm(watch, LEADS);
        lose(A, SILENT, hearing(), LEADS);
        tick(4000, LEADS);
        probed(A, leading(), 4001, LEADS);
        assertThat(watch.on(new Event.ReachedByOther(A.uri()), group, LEADS, at(4002))).isEmpty();
    }

    @Test
    void whoIsAskedAnswersWithAProbeThatWasSentSince() {
        calm(watch, FOLLOWS);
        tick(1000, FOLLOWS);
        watch.on(new Event.Asked("c2", List.of(A.uri())), group, FOLLOWS, at(1001));
        assertThat(probed(A, leading(), 1002, FOLLOWS)).containsExactly(new Action.Probe(A));
        assertThat(probed(A, leading(), 1003, FOLLOWS)).containsExactly(new Action.TellReached("c2", A.uri()));
        watch.on(new Event.Asked("c2", List.of(A.uri())), group, FOLLOWS, at(1500));
        assertThat(probed(A, SILENT, 1501, FOLLOWS)).isEmpty();
    }

    @Test
    void anotherNodeAtAReplicasAddressIsBoundAndARefusalIsNotRepeatedAtOnce() {
        tick(0, LEADS);
        probed(A, leading(), 1, LEADS);
        assertThat(probed(B, met("node-x", hearingReport()), 2, LEADS)).containsExactly(new Action.Bind(B.uri(), new NodeId("node-x")));
        assertThat(tick(3, LEADS)).isEmpty();
        assertThat(watch.on(new Event.Settled(), group, LEADS, at(4))).isEmpty();
        assertThat(tick(1002, LEADS)).contains(new Action.Bind(B.uri(), new NodeId("node-x")));
    }

    @Test
    void anotherNodeAtThePrimarysAddressIsNotThePrimary() {
        tick(0, LEADS);
        probed(A, met("node-x", hearingReport()), 1, LEADS);
        assertThat(probed(B, missing(), 2, LEADS)).containsExactly(new Action.Lead(new Promote(group.id(), B, new Epoch(7), new Epoch(7), false)));
    }

    @Test
    void aNodeThatOnlyAnotherCoordinatorReachesJoinsAllTheSame() {
        tick(0, FOLLOWS);
        assertThat(probed(B, met("node-x", hearingReport()), 1, FOLLOWS)).containsExactly(new Action.TellLeader(B.uri(), new NodeId("node-x")));
        GroupWatch leader = watch(true);
        leader.on(new Event.Tick(), group, LEADS, at(0));
        assertThat(leader.on(new Event.MetByOther(B.uri(), new NodeId("node-x")), group, LEADS, at(2))).containsExactly(new Action.Bind(B.uri(), new NodeId("node-x")));
    }

    @Test
    void aNodeThatIsNotBoundKeepsNobodyElseWaiting() {
        MemberImage c = new MemberImage("http://c:1", null);
        ShardGroupImage three = group(7, A, new ReplicaImage(B, ReplicaState.ACTIVE), new ReplicaImage(c, ReplicaState.STALE));
        watch.on(new Event.Tick(), three, LEADS, at(0));
        watch.on(new Event.Probed(A.uri(), leading()), three, LEADS, at(1));
        var copied = new Event.Probed(B.uri(), met("node-x", hearingReport()));
        assertThat(watch.on(copied, three, LEADS, at(1))).containsExactly(new Action.Bind(B.uri(), new NodeId("node-x")));
        watch.on(new Event.Probed(c.uri(), met("node-c", hearingReport())), three, LEADS, at(2));
        watch.on(new Event.Settled(), three, LEADS, at(10)); // refused: it is a copy of another node
        assertThat(watch.on(new Event.Tick(), three, LEADS, at(1001))).contains(new Action.Bind(c.uri(), new NodeId("node-c"))).doesNotContain(new Action.Bind(B.uri(), new NodeId("node-x")));
    }

    @Test
    void aPromotionComesBeforeTheBindingOfANode() {
        MemberImage c = new MemberImage("http://c:1", null);
        ShardGroupImage three = group(7, A, new ReplicaImage(c, ReplicaState.STALE), new ReplicaImage(B, ReplicaState.ACTIVE));
        var stranger = new Event.Probed(c.uri(), met("node-c", hearingReport()));
        watch.on(new Event.Tick(), three, FOLLOWS, at(0));
        watch.on(stranger, three, FOLLOWS, at(1));
        watch.on(new Event.Probed(A.uri(), met("node-x", hearingReport())), three, FOLLOWS, at(1));
        watch.on(new Event.Probed(B.uri(), missing()), three, FOLLOWS, at(1));
        assertThat(watch.on(new Event.Tick(), three, LEADS, at(2))).containsExactly(new Action.Lead(new Promote(group.id(), B, new Epoch(7), new Epoch(7), false)));
    }

    @Test
    void whatWasSaidUnderTheEpochBeforeIsNoNews() {
        calm(watch, LEADS);
        lose(A, SILENT, missing(), LEADS);
        watch.on(new Event.Settled(), group, LEADS, at(3905));
        ShardGroupImage promoted = group(8, B, new ReplicaImage(A, ReplicaState.STALE));
        assertThat(watch.on(new Event.Tick(), promoted, LEADS, at(3906))).as("it is shown its view, and not promoted again").contains(new Action.Probe(B)).doesNotHaveAnyElementsOfTypes(Action.Lead.class);
        assertThat(watch.decision()).isNull();
    }

    @Test
    void whoCannotBeAskedIsNotReplaced() {
        calm(watch, LEADS);
        lose(A, new Sighting.Odd("it refuses this coordinator's key"), missing(), LEADS);
        assertThat(tick(5000, LEADS)).doesNotHaveAnyElementsOfTypes(Action.Lead.class);
        assertThat(watch.decision()).as("nor taken for a primary that leads").isInstanceOf(Disputed.class);
        assertThat(watch.unhealthy(A.uri())).isFalse();
    }

    /** Three probes in a row bring that of one, while the other goes on answering. @return what the last one leads to */
    private List<Action> lose(MemberImage one, Sighting loss, Sighting other, Optional<LeaseEpoch> lease) {
        List<Action> last = List.of();
        for (long at = 1000; at <= 3000; at += 1000) {
            tick(at, lease);
            probed(B, other, at + 1, lease);
            last = probed(one, loss, at + 900, lease);
        }
        return last;
    }

    private void calm(GroupWatch calm, Optional<LeaseEpoch> lease) {
        calm.on(new Event.Tick(), group, lease, at(0));
        calm.on(new Event.Probed(A.uri(), leading()), group, lease, at(1));
        calm.on(new Event.Probed(B.uri(), hearing()), group, lease, at(1));
    }

    private List<Action> tick(long millis, Optional<LeaseEpoch> lease) {
        return watch.on(new Event.Tick(), group, lease, at(millis));
    }

    private List<Action> probed(MemberImage member, Sighting sighting, long millis, Optional<LeaseEpoch> lease) {
        return watch.on(new Event.Probed(member.uri(), sighting), group, lease, at(millis));
    }

    private static GroupWatch watch(boolean fast) {
        return new GroupWatch(new GroupWatch.Settings(Duration.ofSeconds(1), fast), NodeBreaker.registry(3));
    }

    private static ShardGroupImage group(long epoch, MemberImage primary, ReplicaImage... replicas) {
        return new ShardGroupImage(new ShardGroupId("sg0"), primary, new Epoch(epoch), epoch, List.of(replicas));
    }

    private static Sighting leading() {
        return met("node-a", new MemberReport(true, new Epoch(7), new Epoch(7), new Lsn(41), false, CopyState.WHOLE, ""));
    }

    private static Sighting hearing() {
        return met("node-b", hearingReport());
    }

    private static Sighting missing() {
        return met("node-b", new MemberReport(false, new Epoch(7), Epoch.NONE, new Lsn(41), true, CopyState.WHOLE, ""));
    }

    private static MemberReport hearingReport() {
        return new MemberReport(false, new Epoch(7), Epoch.NONE, new Lsn(41), false, CopyState.WHOLE, "");
    }

    private static Sighting met(String node, MemberReport report) {
        return new Sighting.Met(new NodeId(node), report);
    }

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
