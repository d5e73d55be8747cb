package io.lynse.shard.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Compare;
import io.lynse.shard.replication.ReplicationMessage.Compared;
import io.lynse.shard.replication.ReplicationMessage.Confirmed;
import io.lynse.shard.replication.ReplicationMessage.Damaged;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Outvoted;
import io.lynse.shard.replication.ReplicationMessage.Report;
import io.lynse.shard.replication.ReplicationMessage.TakeFiles;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member whose copy is not what was written. A is the primary, B a replica; the test plays whom it does not run. */
class DamagedCopyTest {

    private static final ShardGroupId GROUP = new ShardGroupId("sg0");
    private static final MemberImage A = new MemberImage("http://a", new NodeId("a"));
    private static final MemberImage B = new MemberImage("http://b", new NodeId("b"));
    private static final Epoch E1 = new Epoch(1);
    private static final Fence F1 = new Fence(GROUP, E1);
    private static final Event DAMAGED = new Event.CopyDamaged(CopyState.DAMAGED, "a row was altered");
    private static final Event LOST = new Event.CopyDamaged(CopyState.LOST, "the log is damaged");

    private record Text(String text) implements Payload {}

    private record Sum(long value) implements Checksum {}

    private long now;

    @Test
    void itIsGivenUpOnDiskBeforeThePrimaryIsTold() {
        MemberCore b = follower();
        assertThat(on(b, DAMAGED)).containsExactly(
                new Effect.GiveUp(CopyState.DAMAGED, "a row was altered"), new Effect.Send(A, new Damaged(F1, 1)));
        assertThat(b.report(now).copy()).isEqualTo(CopyState.DAMAGED);
        assertThat(b.report(now).trouble()).isEqualTo("a row was altered");
    }

    @Test
    void itTakesNothingButFilesAndWithThemIsWholeAgain() {
        MemberCore b = follower();
        on(b, DAMAGED);
        assertThat(on(b, from(A, frame(1)))).isEmpty();
        assertThat(on(b, from(A, new Hello(F1, 2, B)))).containsExactly(new Effect.Send(A, new Damaged(F1, 2)));
        assertThat(on(b, from(A, new Accept(F1, 2, Lsn.NONE)))).isEmpty();
        assertThat(on(b, from(A, new TakeFiles(F1, 2)))).containsExactly(new Effect.FetchFiles(A, E1, 2));
        assertThat(on(b, new Event.FilesFetched(E1, 2, MemberLog.Found.NOTHING)))
                .containsExactly(new Effect.InstallFiles(E1, 2), new Effect.Send(A, new Report(F1, 2, EpochHistory.EMPTY, Lsn.NONE)));
        assertThat(b.report(now).copy()).isEqualTo(CopyState.WHOLE);
    }

    @Test
    void filesAreWantedForOneStreamUntilTheyAreInstalledOrAnotherBegins() {
        MemberCore b = follower();
        on(b, DAMAGED);
        assertThat(b.takesFiles()).isNull();
        on(b, from(A, new Hello(F1, 2, B)));
        on(b, from(A, new TakeFiles(F1, 2)));
        assertThat(b.takesFiles()).isEqualTo(new MemberCore.FilesWanted(E1, 2));
        on(b, from(A, new Hello(F1, 3, B)));
        assertThat(b.takesFiles()).isNull();
        on(b, from(A, new TakeFiles(F1, 3)));
        assertThat(b.takesFiles()).isEqualTo(new MemberCore.FilesWanted(E1, 3));
        on(b, new Event.FilesFetched(E1, 3, MemberLog.Found.NOTHING));
        assertThat(b.takesFiles()).isNull();
    }

    @Test
    void whoTakesFilesSaysSoAsLongAsItTakes() {
        MemberCore b = follower();
        on(b, DAMAGED);
        on(b, from(A, new Hello(F1, 2, B)));
        on(b, from(A, new TakeFiles(F1, 2)));
        for (int minute = 0; minute < 3; minute++) {
            assertThat(on(b, from(A, new Commit(F1, 2, Lsn.NONE)))).isEmpty();
            now += ReplicationSettings.DEFAULT.filesTimeout().dividedBy(4).toNanos();
            assertThat(on(b, from(A, new Commit(F1, 2, Lsn.NONE)))).containsExactly(new Effect.Send(A, new Confirmed(F1, 2, 0)));
        }
    }

    @Test
    void whoSaysSoIsNotGreetedAnewAndWhoDoesNotIs() {
        MemberCore a = primary("stale");
        on(a, from(B, new Damaged(F1, 1)));
        for (int part = 0; part < 8; part++) {
            now += ReplicationSettings.DEFAULT.filesTimeout().dividedBy(4).toNanos();
            on(a, from(B, new Confirmed(F1, 1, 0)));
            assertThat(on(a, new Event.Tick())).doesNotContain(new Effect.Send(B, new Hello(F1, 2, B)));
        }
        now += ReplicationSettings.DEFAULT.filesTimeout().toNanos();
        assertThat(on(a, new Event.Tick())).contains(new Effect.Send(B, new Hello(F1, 2, B)));
    }

    @Test
    void whoseMachineRefusesAConnectionWhileItTakesFilesIsGreetedAnewAtOnce() {
        MemberCore a = primary("stale");
        on(a, from(B, new Damaged(F1, 1)));
        on(a, new Event.ConnectionRefused(B));
        now += ReplicationSettings.DEFAULT.retry().toNanos();
        assertThat(on(a, new Event.Tick())).contains(new Effect.Send(B, new Hello(F1, 2, B)));
    }

    @Test
    void nothingThatItAcknowledgedCountsAnyMore() {
        MemberCore a = primary("active");
        on(a, write());
        on(a, from(B, new Report(F1, 1, EpochHistory.EMPTY, Lsn.NONE)));
        on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0)));
        assertThat(on(a, from(B, new Damaged(F1, 1)))).contains(new Effect.Propose(new Command.MarkStale(GROUP, B, E1, 1)));
        on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0))); // late
        assertThat(on(a, new Event.Forced(lsn(1)))).noneMatch(effect -> effect instanceof Effect.Apply);
    }

    @Test
    void thePrimaryFillsItAsSoonAsItNeedNotWaitForIt() {
        MemberCore a = primary("stale");
        assertThat(on(a, from(B, new Damaged(F1, 1)))).containsExactly(new Effect.Send(B, new TakeFiles(F1, 1)));
    }

    @Test
    void theStreamGoesOnBehindTheFiles() {
        MemberCore a = primary("stale");
        on(a, from(B, new Damaged(F1, 1)));
        assertThat(on(a, from(B, new Report(F1, 1, EpochHistory.EMPTY, Lsn.NONE)))).containsExactly(new Effect.Send(B, new Accept(F1, 1, Lsn.NONE)));
        assertThat(on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)))).contains(new Effect.Ship(B, F1, 1, lsn(1)));
    }

    @Test
    void aDamagedPrimaryServesOnAndFillsNobody() {
        MemberCore a = primary("stale");
        assertThat(on(a, DAMAGED)).containsExactly(new Effect.GiveUp(CopyState.DAMAGED, "a row was altered"));
        assertThat(on(a, write())).anyMatch(effect -> effect instanceof Effect.Append);
        assertThat(on(a, from(B, new Damaged(F1, 1)))).isEmpty();
        assertThat(a.report(now).leads()).isTrue();
        assertThat(a.report(now).copy()).isEqualTo(CopyState.DAMAGED);
    }

    @Test
    void fromALostCopyNothingIsServedAndNobodyLeads() {
        var a = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("a"), Standing.NEW, MemberLog.Found.NOTHING, now);
        on(a, LOST);
        on(a, new Event.ViewSeen(view("active"), A.uri()));
        assertThat(a.leading()).isNull();
        assertThat(on(a, write())).singleElement().isInstanceOfSatisfying(Effect.Reply.class, reply -> assertThat(reply.answer()).isInstanceOf(Answer.Refused.class));
    }

    @Test
    void aPrimaryThatLosesItsCopyStepsDown() {
        MemberCore a = primary("active");
        on(a, LOST);
        assertThat(a.leading()).isNull();
        assertThat(a.report(now).copy()).isEqualTo(CopyState.LOST);
    }

    @Test
    void aPrimarySumsUpItsStateNowAndThenAndAsksTheOthers() {
        MemberCore a = primary("active");
        on(a, from(B, new Report(F1, 1, EpochHistory.EMPTY, Lsn.NONE)));
        on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)));
        now += ReplicationSettings.DEFAULT.checksumInterval().toNanos();
        assertThat(on(a, new Event.Tick())).contains(new Effect.AppendChecksum(lsn(1), E1), new Effect.Force(lsn(1)));
        now += ReplicationSettings.DEFAULT.checksumInterval().toNanos();
        assertThat(on(a, new Event.Tick())).noneMatch(effect -> effect instanceof Effect.AppendChecksum); // the last one is not committed
        assertThat(on(a, new Event.Summed(lsn(1), new Sum(1)))).noneMatch(effect -> effect instanceof Effect.Append);
    }

    @Test
    void aReplicaWithAnotherStateReadsItsCopyBeforeItsLastWord() {
        MemberCore b = follower();
        assertThat(on(b, from(A, new Compare(F1, 1, lsn(1), new Sum(1))))).isEmpty(); // not applied yet
        assertThat(on(b, new Event.Summed(lsn(1), new Sum(2))))
                .containsExactly(new Effect.Verify(lsn(1)), new Effect.Send(A, new Compared(F1, 1, lsn(1), new Sum(2), false)));
        assertThat(on(b, new Event.Verified(lsn(1)))).containsExactly(new Effect.Send(A, new Compared(F1, 1, lsn(1), new Sum(2), true)));
    }

    @Test
    void aReplicaThatIsOutvotedGivesItsCopyUpButNotTheNextOne() {
        MemberCore b = follower();
        assertThat(on(b, from(A, new Outvoted(F1, 1, lsn(1))))).isEmpty(); // of another copy
        on(b, new Event.Summed(lsn(1), new Sum(2)));
        assertThat(on(b, from(A, new Outvoted(F1, 1, lsn(1))))).contains(new Effect.Send(A, new Damaged(F1, 1)));
    }

    private List<Effect> on(MemberCore core, Event event) {
        var effects = new ArrayList<>(core.on(event, now));
        effects.removeIf(effect -> effect instanceof Effect.Note);
        return effects;
    }

    private MemberCore primary(String stateOfB) {
        var core = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("a"), Standing.NEW, MemberLog.Found.NOTHING, now);
        on(core, new Event.ViewSeen(view(stateOfB), A.uri()));
        return core;
    }

    /** On a running stream of A. */
    private MemberCore follower() {
        var core = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("b"), Standing.NEW, MemberLog.Found.NOTHING, now);
        on(core, new Event.ViewSeen(view("active"), B.uri()));
        on(core, from(A, new Hello(F1, 1, B)));
        on(core, from(A, new Accept(F1, 1, Lsn.NONE)));
        return core;
    }

    private static Event.Write write() {
        return new Event.Write(1, new Fence(GROUP, E1), new WriteId(1, 1), new Text("x"), 1, Long.MAX_VALUE / 2);
    }

    private static Event.Received from(MemberImage member, ReplicationMessage message) {
        return new Event.Received(member, message);
    }

    private static Frame frame(long lsn) {
        return new Frame(F1, 1, lsn(lsn), E1, 0, true, new WriteId(9, lsn), new Text("x"), Lsn.NONE);
    }

    private static GroupView view(String stateOfB) {
        return new GroupView(
                "c", GROUP, E1, 1, 1, new GroupView.Member(A.uri(), A.nodeId()),
                List.of(new GroupView.Replica(new GroupView.Member(B.uri(), B.nodeId()), stateOfB)), "");
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }
}
