package io.lynse.shard.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.log.EpochEnd;
import io.lynse.error.LynseError;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
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
import io.lynse.shard.replication.ReplicationMessage.Fenced;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Gap;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Report;
import io.lynse.shard.replication.ReplicationMessage.StillPrimary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One member, event by event, a scenario to a rule. Its neighbours are played by the test. */
class MemberCoreTest {

    private static final ShardGroupId GROUP = new ShardGroupId("sg0");
    private static final MemberImage A = new MemberImage("http://a", new NodeId("a"));
    private static final MemberImage B = new MemberImage("http://b", new NodeId("b"));
    private static final MemberImage C = new MemberImage("http://c", new NodeId("c"));
    private static final Epoch E1 = new Epoch(1);
    private static final Epoch E2 = new Epoch(2);
    private static final Fence F1 = new Fence(GROUP, E1);
    private static final Fence F2 = new Fence(GROUP, E2);
    private static final long SECOND = 1_000_000_000L;
    private static final WriteId W = new WriteId(1, 1);

    private record Text(String text) implements Payload {}

    private record Done() implements Outcome {}

    private long now;

    @Test
    void aWriteIsAnsweredWhenItIsOnEveryCountedDiskAndApplied() {
        MemberCore a = primary("active");
        assertThat(on(a, write(1, W))).contains(new Effect.Append(lsn(1), E1, W, new Text("x"), 1), new Effect.Force(lsn(1)));
        assertThat(on(a, new Event.Forced(lsn(1)))).noneMatch(effect -> effect instanceof Effect.Apply);
        reconcile(a, 1);
        assertThat(on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0)))).contains(new Effect.Apply(lsn(1)));
        assertThat(on(a, new Event.Applied(lsn(1), W, new Done()))).contains(new Effect.Reply(1, new Answer.Written(lsn(1), new Done())));
    }

    @Test
    void rule1aPrimaryThatWasRestartedDoesNotLeadItsEpochAgain() {
        MemberCore a = primary("active");
        Standing kept = new Standing(new Standing.Place(view(E1, 1, "active"), A.uri()), E1, E1);
        MemberCore restarted = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("a"), kept, MemberLog.Found.NOTHING, now);
        on(restarted, new Event.ViewSeen(view(E1, 5, "active"), A.uri()));
        assertThat(a.leading()).isNotNull();
        assertThat(restarted.leading()).isNull();
        assertThat(restarted.report(now).led()).isEqualTo(E1);
    }

    @Test
    void rule2aMemberThatIsSlowIsWaitedForUntilTheMetadataHasLeftItOut() {
        MemberCore a = primary("active");
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.Propose(new Command.MarkStale(GROUP, B, E1, 1)));
        assertThat(on(a, new Event.GroupUnknown())).isEmpty();
        assertThat(on(a, new Event.GroupRead(group(1, ReplicaState.ACTIVE)))).noneMatch(effect -> effect instanceof Effect.Apply);
        assertThat(on(a, new Event.GroupRead(group(2, ReplicaState.STALE)))).contains(new Effect.Apply(lsn(1)));
    }

    @Test
    void aReadThatWasUnderWayWhenANewerVersionWasShownIsRepeated() {
        MemberCore a = primary("stale");
        on(a, new Event.ViewSeen(view(E1, 2, "stale", 2, Durability.DEFAULT), A.uri()));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.ReadGroup());
        on(a, new Event.ViewSeen(view(E1, 3, "stale", 3, Durability.DEFAULT), A.uri()));
        on(a, new Event.GroupRead(group(2, ReplicaState.STALE)));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.ReadGroup());
        on(a, new Event.GroupRead(group(3, ReplicaState.STALE)));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).doesNotContain(new Effect.ReadGroup());
    }

    @Test
    void rule3aLevelReplicaIsCountedBeforeItIsProposed() {
        MemberCore a = primary("stale");
        assertThat(on(a, from(B, new Report(F1, 1, EpochHistory.EMPTY, Lsn.NONE)))).contains(new Effect.Send(B, new Accept(F1, 1, Lsn.NONE)));
        assertThat(on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)))).contains(new Effect.Propose(new Command.MarkActive(GROUP, B, E1, 1)));
        on(a, write(1, W));
        assertThat(on(a, new Event.Forced(lsn(1)))).noneMatch(effect -> effect instanceof Effect.Apply);
    }

    @Test
    void aMemberThatWaitsForAnEntryThatIsNoLongerInTheLogIsGreetedAnew() {
        MemberCore a = primary("stale");
        for (int i = 1; i <= 3; i++) on(a, write(i, new WriteId(0, i)));
        on(a, new Event.Forced(lsn(3)));
        reconcile(a, 1);
        on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)));
        on(a, new Event.Trimmed(lsn(2)));
        assertThat(on(a, new Event.Tick())).contains(new Effect.StopShipping(B), new Effect.Send(B, new Hello(F1, 2, B)));
        assertThat(on(a, from(B, new Report(F1, 2, EpochHistory.EMPTY, Lsn.NONE)))).contains(new Effect.Send(B, new ReplicationMessage.TakeFiles(F1, 2)));
    }

    @Test
    void aWriteWithoutAnIdIsNeverTakenForAnother() {
        MemberCore a = primary("stale");
        for (int i = 1; i <= 2; i++) {
            assertThat(on(a, new Event.Write(i, F1, null, new Text("x"), 1, SECOND))).contains(new Effect.Append(lsn(i), E1, null, new Text("x"), 1));
        }
        on(a, new Event.Forced(lsn(2)));
        assertThat(on(a, new Event.Applied(lsn(1), null, new Done()))).containsExactly(new Effect.Reply(1, new Answer.Written(lsn(1), new Done())));
    }

    @Test
    void whatIsNotToBeRememberedIsDoneAgain() {
        record CameTooEarly() implements Outcome {
            @Override
            public boolean isRemembered() {
                return false;
            }
        }
        MemberCore a = primary("stale");
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        on(a, new Event.Applied(lsn(1), W, new CameTooEarly()));
        assertThat(on(a, write(2, W))).contains(new Effect.Append(lsn(2), E1, W, new Text("x"), 1));
    }

    @Test
    void itServesReadsWhenItsInheritedLogIsApplied() {
        MemberCore follower = follower();
        assertThat(follower.serves()).isNull();
        on(follower, from(A, frame(1)));
        on(follower, new Event.Forced(lsn(1)));
        on(follower, new Event.ViewSeen(new GroupView("c", GROUP, E2, 2, 2, new GroupView.Member(B.uri(), B.nodeId()), List.of(), ""), B.uri()));
        assertThat(follower.leading()).isNotNull();
        assertThat(follower.serves()).as("it may hold what was acknowledged").isNull();
        on(follower, new Event.Applied(lsn(1), W, new Done()));
        assertThat(follower.serves()).isEqualTo(new Fence(GROUP, E2));
        on(follower, from(A, new Fenced(new Fence(GROUP, new Epoch(3)))));
        assertThat(follower.serves()).isNull();
    }

    @Test
    void rule5aSecondCutOnOneStreamIsNotObeyed() {
        MemberCore b = follower();
        on(b, from(A, frame(1)));
        assertThat(on(b, from(A, new Accept(F1, 1, Lsn.NONE)))).noneMatch(effect -> effect instanceof Effect.Truncate);
    }

    @Test
    void rule6anotherNodeAtTheAddressOfAMemberIsNotHeard() {
        MemberCore a = primary("active");
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        reconcile(a, 1);
        var other = new MemberImage(B.uri(), new NodeId("b2"));
        assertThat(on(a, from(other, new Ack(F1, 1, lsn(1), lsn(2), 0)))).isEmpty();
    }

    @Test
    void rule7anAcknowledgementBeforeTheReportDoesNotCount() {
        MemberCore a = primary("active");
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        assertThat(on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0)))).isEmpty();
    }

    @Test
    void rule8aFollowerAppliesWhatIsAnnouncedAndOnItsOwnDisk() {
        MemberCore b = follower();
        on(b, from(A, frame(1)));
        assertThat(on(b, from(A, new Commit(F1, 1, lsn(1))))).noneMatch(effect -> effect instanceof Effect.Apply);
        assertThat(on(b, new Event.Forced(lsn(1)))).contains(new Effect.Apply(lsn(1)), new Effect.Send(A, new Ack(F1, 1, lsn(1), lsn(2), 0)));
    }

    @Test
    void rule9aRepeatedWriteWaitsForItsEntry() {
        MemberCore a = primary("active");
        on(a, write(1, W));
        assertThat(on(a, write(2, W))).isEmpty();
        on(a, new Event.Forced(lsn(1)));
        reconcile(a, 1);
        on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0)));
        assertThat(on(a, new Event.Applied(lsn(1), W, new Done())))
                .contains(new Effect.Reply(1, new Answer.Written(lsn(1), new Done())), new Effect.Reply(2, new Answer.Written(lsn(1), new Done())));
        assertThat(on(a, write(3, W))).containsExactly(new Effect.Reply(3, new Answer.Written(lsn(1), new Done())));
    }

    @Test
    void rule12aLaterEpochIsKeptBeforeTheAnswerToIt() {
        MemberCore b = follower();
        List<Effect> effects = on(b, from(A, new Hello(F2, 1, B)));
        assertThat(effects.getFirst()).isInstanceOfSatisfying(Effect.Persist.class, kept -> assertThat(kept.standing().seen()).isEqualTo(E2));
        assertThat(effects).contains(new Effect.Send(A, new Report(F2, 1, EpochHistory.EMPTY, Lsn.NONE)));
        assertThat(on(b, from(A, frame(1)))).contains(new Effect.Send(A, new Fenced(F2)));
    }

    @Test
    void aPrimaryThatHearsOfALaterEpochLeavesItsWritesOpen() {
        MemberCore a = primary("active");
        on(a, write(1, W));
        assertThat(on(a, from(B, new Fenced(F2)))).anyMatch(effect -> effect instanceof Effect.Reply(long request, Answer.Unknown _) && request == 1);
        assertThat(a.leading()).isNull();
    }

    @Test
    void whatIsMissingIsAskedForOnceUntilItComesOrATimeIsOver() {
        MemberCore b = follower();
        assertThat(on(b, from(A, frame(2)))).containsExactly(new Effect.Send(A, new Gap(F1, 1, lsn(1))));
        assertThat(on(b, from(A, frame(3)))).isEmpty();
        now += SECOND;
        assertThat(on(b, from(A, frame(4)))).containsExactly(new Effect.Send(A, new Gap(F1, 1, lsn(1))));
    }

    @Test
    void withTooFewMembersAWriteIsRefusedBeforeItIsAppended() {
        MemberCore a = primary("stale", new Durability(true, 2));
        assertThat(on(a, write(1, W))).hasSize(1).first().isInstanceOfSatisfying(Effect.Reply.class, reply ->
                assertThat(reply.answer()).isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class)));
    }

    @Test
    void belowTheMinimumASlowMemberIsWaitedFor() {
        MemberCore a = primary("active", new Durability(true, 2));
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).noneMatch(effect -> effect instanceof Effect.Propose);
    }

    @Test
    void whereWritesWaitForNobodyTheyAreCommittedHereAndNobodyIsProposed() {
        MemberCore a = primary("stale", Durability.ASYNC);
        reconcile(a, 1);
        assertThat(on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)))).noneMatch(effect -> effect instanceof Effect.Propose);
        assertThat(on(a, write(1, W))).noneMatch(effect -> effect instanceof Effect.Apply);
        assertThat(on(a, new Event.Forced(lsn(1)))).contains(new Effect.Apply(lsn(1)));
        now += 2 * SECOND;
        assertThat(on(a, new Event.Tick())).as("nobody is slow").noneMatch(effect -> effect instanceof Effect.Propose);
    }

    @Test
    void whileItHandsOverItTakesNoNewWriteAndThenDoesAgain() {
        MemberCore a = primary("active");
        on(a, new Event.HandOver(true));
        assertThat(a.report(now).handedOver()).isTrue();
        assertThat(on(a, write(1, W))).noneMatch(effect -> effect instanceof Effect.Append);
        now += ReplicationSettings.DEFAULT.handOverTimeout().toNanos();
        on(a, new Event.Tick());
        assertThat(on(a, write(2, W))).anyMatch(effect -> effect instanceof Effect.Append);
    }

    @Test
    void aNodeWhoseDiskFailedSaysNothingMore() {
        MemberCore b = follower();
        on(b, new Event.DiskFailed("a force failed"));
        assertThat(on(b, from(A, frame(1)))).isEmpty();
        assertThat(b.report(now).trouble()).isEqualTo("a force failed");
        assertThat(b.report(now).copy()).as("no coordinator promotes it").isEqualTo(CopyState.UNCERTAIN);
    }

    @Test
    void aCopyOfAnotherMembersDiskFollowsNobody() {
        MemberCore b = follower();
        assertThat(on(b, from(A, new Hello(F1, 9, new MemberImage("http://elsewhere", new NodeId("b")))))).isEmpty();
        assertThat(on(b, from(A, new Hello(F1, 9, B)))).anyMatch(effect -> effect instanceof Effect.Send(var to, Report report) && report.stream() == 9);
    }

    /** Its epochs and streams are not this group's: a node on a copied disk would depose a primary, or cut another's log. */
    @Test
    void whatAnotherGroupSaysIsNotHeard() {
        var later = new Fence(new ShardGroupId("sg1"), E2);
        MemberCore a = primary("active");
        assertThat(on(a, from(B, new Fenced(later)))).allMatch(effect -> effect instanceof Effect.Note);
        assertThat(a.report(now).leads()).isTrue();
        MemberCore b = follower();
        assertThat(on(b, from(A, new Hello(later, 9, B)))).allMatch(effect -> effect instanceof Effect.Note);
        assertThat(b.report(now).seen()).isEqualTo(E1);
    }

    @Test
    void aPrimaryWhoseDiskFailedRefusesToBeRead() {
        MemberCore a = primary("stale");
        on(a, new Event.DiskFailed("a force failed"));
        var read = new Event.Read(1, new Fence(GROUP, E1), Event.Consistency.DEFAULT, now + SECOND);
        assertThat(on(a, read)).containsExactly(new Effect.Reply(1, new Answer.Refused(new LynseError.NotPrimary(GROUP, "a force failed"))));
    }

    /** After a forced promotion the next primary may lack what was committed: what is on its way into the rows here can be cut no more. */
    @Test
    void whatIsOrderedToBeAppliedIsNeverCut() {
        MemberCore b = follower();
        on(b, from(A, frame(1)));
        on(b, new Event.Forced(lsn(1)));
        assertThat(on(b, from(A, new Commit(F1, 1, lsn(1))))).contains(new Effect.Apply(lsn(1)));
        assertThat(on(b, from(C, new Hello(F2, 1, B)))).contains(new Effect.Send(C, new Report(F2, 1, new EpochHistory(List.of(new EpochEnd(E1, lsn(1)))), lsn(1))));
        assertThat(on(b, from(C, new Accept(F2, 1, Lsn.NONE)))).isEmpty();
    }

    @Test
    void onlyWhoWasActiveAnswersWithoutConfirmation() {
        MemberCore b = follower();
        assertThat(on(b, unconfirmed("sg0"))).containsExactly(new Effect.Reply(1, new Answer.Readable(Lsn.NONE)));
        assertThat(on(b, unconfirmed("sg1"))).singleElement().isInstanceOfSatisfying(Effect.Reply.class, refused -> assertThat(refused.answer()).isInstanceOf(Answer.Refused.class));
        on(b, new Event.ViewSeen(view(E1, 2, "stale"), B.uri()));
        assertThat(on(b, unconfirmed("sg0"))).singleElement().isInstanceOfSatisfying(Effect.Reply.class, refused -> assertThat(refused.answer()).isInstanceOf(Answer.Refused.class));
    }

    /** While nothing is written it owes no entry: only the read finds out that it is gone. */
    @Test
    void aStrongReadWaitsNoLongerForAMemberThatIsSilentOnceThatIsLeftOut() {
        MemberCore a = primary("active");
        reconcile(a, 1);
        on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)));
        assertThat(on(a, new Event.Read(7, F1, Event.Consistency.STRONG, now + 60 * SECOND))).contains(new Effect.Send(B, new StillPrimary(F1, 1, 1)));
        now += SECOND / 2;
        assertThat(on(a, new Event.Tick())).noneMatch(effect -> effect instanceof Effect.Propose);
        now += SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.Propose(new Command.MarkStale(GROUP, B, E1, 1)));
        List<Effect> left = on(a, new Event.GroupRead(group(2, ReplicaState.STALE)));
        assertThat(left).contains(new Effect.Reply(7, new Answer.Readable(Lsn.NONE)));
        assertThat(left).as("it is level, but nobody has heard of it").noneMatch(effect -> effect instanceof Effect.Propose);
        assertThat(on(a, from(B, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)))).contains(new Effect.Propose(new Command.MarkActive(GROUP, B, E1, 2)));
    }

    @Test
    void aCountedMemberThatLacksWhatIsCommittedIsLeftOutFirst() {
        MemberCore a = primary("active");
        reconcile(a, 1);
        on(a, write(1, W));
        on(a, new Event.Forced(lsn(1)));
        assertThat(on(a, from(B, new Ack(F1, 1, lsn(1), lsn(2), 0)))).contains(new Effect.Apply(lsn(1)));
        now += 3 * SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.Send(B, new Hello(F1, 2, B)));
        assertThat(on(a, from(B, new Report(F1, 2, EpochHistory.EMPTY, Lsn.NONE)))).containsExactly(new Effect.Propose(new Command.MarkStale(GROUP, B, E1, 1)));
        on(a, new Event.GroupRead(group(2, ReplicaState.STALE)));
        now += 3 * SECOND;
        assertThat(on(a, new Event.Tick())).contains(new Effect.Send(B, new Hello(F1, 3, B)));
        assertThat(on(a, from(B, new Report(F1, 3, EpochHistory.EMPTY, Lsn.NONE)))).contains(new Effect.Send(B, new Accept(F1, 3, Lsn.NONE)));
    }

    private List<Effect> on(MemberCore core, Event event) {
        var effects = new ArrayList<>(core.on(event, now));
        effects.removeIf(effect -> effect instanceof Effect.Note);
        return effects;
    }

    private MemberCore primary(String stateOfB) {
        return primary(stateOfB, Durability.DEFAULT);
    }

    private MemberCore primary(String stateOfB, Durability durability) {
        var core = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("a"), Standing.NEW, MemberLog.Found.NOTHING, now);
        assertThat(on(core, new Event.ViewSeen(view(E1, 1, stateOfB, 1, durability), A.uri()))).contains(new Effect.Send(B, new Hello(F1, 1, B)));
        return core;
    }

    /** B, on a running stream of A. */
    private MemberCore follower() {
        var core = new MemberCore(ReplicationSettings.DEFAULT, new NodeId("b"), Standing.NEW, MemberLog.Found.NOTHING, now);
        on(core, new Event.ViewSeen(view(E1, 1, "active"), B.uri()));
        on(core, from(A, new Hello(F1, 1, B)));
        assertThat(on(core, from(A, new Accept(F1, 1, Lsn.NONE)))).contains(new Effect.Send(A, new Ack(F1, 1, Lsn.NONE, lsn(1), 0)));
        return core;
    }

    private void reconcile(MemberCore a, long stream) {
        on(a, from(B, new Report(F1, stream, EpochHistory.EMPTY, Lsn.NONE)));
    }

    private static Event.Write write(long request, WriteId id) {
        return new Event.Write(request, new Fence(GROUP, E1), id, new Text("x"), 1, Duration.ofMinutes(1).toNanos());
    }

    private static Event.Read unconfirmed(String group) {
        return new Event.Read(1, new Fence(new ShardGroupId(group), E1), Event.Consistency.UNCONFIRMED, SECOND);
    }

    private static Event.Received from(MemberImage member, ReplicationMessage message) {
        return new Event.Received(member, message);
    }

    private static Frame frame(long lsn) {
        return new Frame(F1, 1, lsn(lsn), E1, 0, true, new WriteId(9, lsn), new Text("x"), Lsn.NONE);
    }

    private static GroupView view(Epoch epoch, long metaEpoch, String stateOfB) {
        return view(epoch, metaEpoch, stateOfB, 1, Durability.DEFAULT);
    }

    private static GroupView view(Epoch epoch, long metaEpoch, String stateOfB, long version, Durability durability) {
        return new GroupView(
                "c", GROUP, epoch, metaEpoch, version, new GroupView.Member(A.uri(), A.nodeId()),
                List.of(new GroupView.Replica(new GroupView.Member(B.uri(), B.nodeId()), stateOfB)), "", List.of(), durability);
    }

    private static ShardGroupImage group(long version, ReplicaState ofB) {
        return new ShardGroupImage(GROUP, A, E1, version, List.of(new ReplicaImage(B, ofB)));
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }
}
