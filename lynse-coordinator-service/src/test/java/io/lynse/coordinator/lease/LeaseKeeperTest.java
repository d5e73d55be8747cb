package io.lynse.coordinator.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Coordinators of one metadata, on one clock that the test sets. A lease lasts 5 s, of which its holder counts 4. */
class LeaseKeeperTest {

    private static final LeaseEpoch FIRST = LeaseEpoch.NONE.next();

    private long now;
    private final MemoryAuthority metadata = new MemoryAuthority(ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(
            new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of()))));
    private final LeaseKeeper c1 = keeper("c1", "x");
    private final LeaseKeeper c2 = keeper("c2", "y");

    @Test
    void whoIsAloneAnnouncesItselfAndLeads() {
        looks(c1);
        assertThat(metadata.commands()).containsExactly(
                new Command.AnnounceCoordinator(holder("c1", "x"), "http://c1:1"), new Command.AcquireLease(holder("c1", "x"), LeaseEpoch.NONE, 0));
        assertThat(c1.leads()).contains(FIRST);
        assertThat(c1.status().role()).isEqualTo("single");
        assertThat(c1.status().leader()).isNotNull().satisfies(leader -> {
            assertThat(leader.id()).isEqualTo("c1");
            assertThat(leader.uri()).isEqualTo("http://c1:1");
            assertThat(leader.self()).isTrue();
            assertThat(Duration.between(leader.updatedAt(), leader.expiresAt())).isEqualTo(Duration.ofSeconds(5));
        });
    }

    /** Nobody would know where the leader is. But once the others are long silent it takes the place of one. */
    @Test
    void whoHasNoPlaceAmongTheCoordinatorsDoesNotLead() {
        for (int i = 0; i < Decision.COORDINATORS_MAX; i++) metadata.propose(new Command.AnnounceCoordinator(holder("other" + i, "x"), "http://other:1"), soon());
        looks(c1);
        assertThat(c1.leads()).isEmpty();
        assertThat(metadata.image().lease()).isEqualTo(LeaseImage.NONE);
        assertThat(c1.noLeader().message()).contains("there are " + Decision.COORDINATORS_MAX + " coordinators already");
        pass(49.9);
        looks(c1);
        assertThat(c1.leads()).isEmpty();
        assertThat(metadata.image().coordinators()).hasSize(Decision.COORDINATORS_MAX);
        pass(0.1);
        looks(c1);
        pass(2);
        looks(c1);
        assertThat(c1.leads()).isPresent();
        assertThat(c1.noLeader().message()).isEqualTo("no active coordinator leader is available");
    }

    @Test
    void theSecondStandsByAndKnowsWhereTheLeaderIs() {
        looks(c1, c2, c1);
        assertThat(c1.status().role()).isEqualTo("leader");
        assertThat(c2.status().role()).isEqualTo("standby");
        assertThat(c2.awaitLeader(Deadline.after(Duration.ZERO))).isNotNull().satisfies(leader -> {
            assertThat(leader.uri()).isEqualTo("http://c1:1");
            assertThat(leader.self()).isFalse();
        });
    }

    @Test
    void aRunningPairSaysLittle() {
        looks(c1, c2);
        int before = metadata.commands().size();
        for (int tenth = 0; tenth < 150; tenth++) {
            pass(0.1);
            looks(c1, c2);
        }
        assertThat(c1.leads()).contains(FIRST);
        // In 15 s a renewal each second, and from the standby three announcements a lease.
        assertThat(metadata.commands().size() - before).isBetween(20, 25);
    }

    /** However its thread is doing: nobody looks here. */
    @Test
    void aLeaseEndsByTheClock() {
        looks(c1);
        pass(3.9);
        assertThat(c1.leads()).contains(FIRST);
        pass(0.1);
        assertThat(c1.leads()).isEmpty();
    }

    @Test
    void aStandbyTakesWhatWasNotRenewedForALease() {
        looks(c1, c2);
        for (int tenth = 0; tenth < 49; tenth++) {
            pass(0.1);
            looks(c2);
        }
        assertThat(c2.leads()).isEmpty();
        pass(0.1);
        looks(c2);
        assertThat(c2.leads()).contains(FIRST.next());
        assertThat(c1.leads()).isEmpty();
        looks(c1);
        assertThat(c1.status().role()).isEqualTo("standby");
    }

    @Test
    void whatIsGivenUpIsTakenAtOnce() {
        looks(c1, c2);
        c1.giveUp("another coordinator reaches the primary");
        assertThat(c1.leads()).isEmpty();
        looks(c1, c2, c1);
        assertThat(c2.leads()).contains(FIRST.next());
    }

    @Test
    void aSecondProcessOfOneIdStandsByWhoeverLeads() {
        LeaseKeeper twin = keeper("c2", "again");
        looks(c1, c2, twin);
        assertThat(twin.status().elder()).isNotNull().extracting(CoordinatorImage::process).isEqualTo(holder("c2", "y"));
        assertThat(c2.status().elder()).isNull();
        c1.giveUp("test");
        looks(c1, twin, c1, twin);
        assertThat(twin.leads()).isEmpty();
        looks(c2);
        assertThat(c2.leads()).isPresent();
    }

    @Test
    void theSecondMayLeadWhenTheFirstIsDead() {
        LeaseKeeper twin = keeper("c1", "again");
        looks(c1, twin);
        for (int tenth = 0; tenth < 51; tenth++) {
            pass(0.1);
            looks(twin);
        }
        assertThat(twin.leads()).contains(FIRST.next());
        assertThat(twin.status().elder()).isNull();
    }

    @Test
    void aStopGivesTheLeaseBackAndTakesItselfOut() {
        LeaseKeeper alone = new LeaseKeeper(metadata, holder("c1", "started"), null, "http://c1:1", LeaseCore.Settings.DEFAULT);
        alone.start();
        assertThat(alone.leads()).contains(FIRST);
        alone.close();
        assertThat(alone.leads()).isEmpty();
        assertThat(metadata.image().lease().holder()).isNull();
        assertThat(metadata.image().coordinators()).isEmpty();
        looks(c2);
        assertThat(c2.leads()).contains(FIRST.next());
    }

    @Test
    void whoDiedIsForgotten() {
        looks(c1, c2);
        for (int second = 0; second < 51; second++) {
            pass(1);
            looks(c1);
        }
        assertThat(metadata.image().coordinators().keySet()).containsExactly(holder("c1", "x"));
        looks(c2);
        assertThat(metadata.image().coordinators().keySet()).containsExactly(holder("c1", "x"), holder("c2", "y"));
    }

    @Test
    void listenersHearThatItLeadsAndThatItNoLongerDoes() {
        var heard = new AtomicInteger();
        c1.whenChanged(heard::incrementAndGet);
        looks(c1);
        assertThat(heard).hasValue(1);
        metadata.silence(true);
        pass(4);
        c1.look();
        assertThat(heard).hasValue(2);
    }

    // ---- commands of a leader

    /** It was killed, and is started again on the same machine with the same cache. */
    @Test
    void whoKnowsThatItsPredecessorIsDeadDoesNotWaitForIt() {
        looks(c1);
        LeaseKeeper again = new LeaseKeeper(metadata, holder("c1", "again"), holder("c1", "x"), "http://c1:1", LeaseCore.Settings.DEFAULT, () -> now);
        looks(again);
        assertThat(again.leads()).contains(FIRST.next());
        assertThat(again.status().role()).isEqualTo("single");
        assertThat(metadata.image().coordinators()).containsOnlyKeys(holder("c1", "again"));
    }

    @Test
    void whereAnotherOneLedMeanwhileThePredecessorIsOfNoUse() {
        looks(c1, c2);
        c1.giveUp("test");
        looks(c1, c2);
        LeaseKeeper again = new LeaseKeeper(metadata, holder("c1", "again"), holder("c1", "x"), "http://c1:1", LeaseCore.Settings.DEFAULT, () -> now);
        looks(again);
        assertThat(again.leads()).isEmpty();
        assertThat(c2.leads()).contains(FIRST.next());
    }

    /** Of the two one runs and the other is started beside it with another cache: that one knows of no predecessor. */
    @Test
    void aThirdProcessWithTheIdNeverLeadsBesideTheRestartedOne() {
        looks(c1);
        LeaseKeeper again = new LeaseKeeper(metadata, holder("c1", "again"), holder("c1", "x"), "http://c1:1", LeaseCore.Settings.DEFAULT, () -> now);
        looks(again);
        LeaseKeeper beside = keeper("c1", "beside");
        looks(beside);
        again.giveUp("test");
        looks(again, beside);
        assertThat(beside.leads()).isEmpty();
        assertThat(beside.status().elder()).isNotNull();
    }

    @Test
    void aCommandIsDecidedUnderTheLease() {
        looks(c1);
        new LedCommands(metadata, c1).propose(new Command.CreateDatabase("db"), soon());
        assertThat(metadata.commands()).endsWith(new Command.Led(FIRST, new Command.CreateDatabase("db")));
    }

    /** Else nobody would know what to mend. */
    @Test
    void whereTheMetadataIsSilentItSaysSo() {
        metadata.silence(true);
        c1.look();
        assertThat(c1.noLeader().message()).isEqualTo("no active coordinator leader is available: silenced by the test");
        metadata.silence(false);
        pass(2);
        looks(c1);
        assertThat(c1.noLeader().message()).isEqualTo("no active coordinator leader is available");
    }

    @Test
    void whoDoesNotLeadProposesNothing() {
        looks(c1, c2);
        List<Command> before = metadata.commands();
        assertNoLeader(() -> new LedCommands(metadata, c2).propose(new Command.CreateDatabase("db"), soon()));
        assertThat(metadata.commands()).isEqualTo(before);
    }

    /** It looked at the clock, was stopped for a minute, and goes on where it was. */
    @Test
    void aCommandOfAnEarlierLeaseChangesNothing() {
        looks(c1, c2);
        c1.giveUp("test");
        looks(c1, c2);
        ClusterImage before = metadata.image();
        assertNoLeader(() -> new LedCommands(metadata, new FixedLeadership(FIRST)).propose(new Command.CreateDatabase("db"), soon()));
        assertThat(metadata.image()).isEqualTo(before);
    }

    @Test
    void aRefusalOfTheCommandItselfIsTheCallers() {
        looks(c1);
        assertThatThrownBy(() -> new LedCommands(metadata, c1).propose(new Command.Promote(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), new Epoch(1)), soon()))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Conflict.class));
    }

    /** Nobody can tell whether the lease is over; that the command was refused is known. */
    @Test
    void aRefusalStaysOneWhereTheMetadataCannotBeReadAfterIt() {
        looks(c1, c2);
        metadata.confirmNothing();
        assertThatThrownBy(() -> new LedCommands(metadata, new FixedLeadership(FIRST.next())).propose(new Command.CreateDatabase("db"), soon()))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Conflict.class));
    }

    private static void assertNoLeader(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error().message()).isEqualTo("no active coordinator leader is available"));
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(5));
    }

    private LeaseKeeper keeper(String id, String incarnation) {
        return new LeaseKeeper(metadata, holder(id, incarnation), null, "http://" + id + ":1", LeaseCore.Settings.DEFAULT, () -> now);
    }

    private static LeaseImage.Holder holder(String id, String incarnation) {
        return new LeaseImage.Holder(id, incarnation);
    }

    /** Until there is nothing left to do, one after the other. */
    private static void looks(LeaseKeeper... keepers) {
        for (LeaseKeeper keeper : keepers) {
            int looks = 0;
            while (keeper.look()) assertThat(++looks).isLessThan(Decision.COORDINATORS_MAX + 10);
        }
    }

    private void pass(double seconds) {
        now += (long) (seconds * Duration.ofSeconds(1).toNanos());
    }
}
