package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The lease of coordinators, the fence it gives their commands, and the sets and primaries of groups. */
class LeadershipTest {

    private static final LeaseImage.Holder C1 = new LeaseImage.Holder("c1", "x");
    private static final LeaseImage.Holder C1_AGAIN = new LeaseImage.Holder("c1", "y");
    private static final LeaseImage.Holder C2 = new LeaseImage.Holder("c2", "z");
    private static final LeaseEpoch FIRST = LeaseEpoch.NONE.next();
    private static final LeaseEpoch SECOND = FIRST.next();

    private static final ShardGroupId SG0 = new ShardGroupId("sg0");
    private static final MemberImage A = new MemberImage("http://a:1", new NodeId("node-a"));
    private static final MemberImage B = new MemberImage("http://b:1", new NodeId("node-b"));
    private static final MemberImage C = new MemberImage("http://c:1", new NodeId("node-c"));
    private static final MemberImage D = new MemberImage("http://d:1", null);
    private static final Epoch SEVEN = new Epoch(7);

    // sg0, epoch 7, version 3: a is primary, b is active, c is stale, d was never seen. Nobody ever led the coordinators.
    static final ClusterImage ALONE = ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(new ShardGroupImage(SG0, A, SEVEN, 3, List.of(
            new ReplicaImage(B, ReplicaState.ACTIVE), new ReplicaImage(C, ReplicaState.STALE), new ReplicaImage(D, ReplicaState.STALE)))));
    // The same: c1 took the lease and renewed it once.
    static final ClusterImage HELD = ALONE.apply(new MetadataRecord.LeaseChanged(new LeaseImage(FIRST, C1, 1)));
    // c1 gave it back.
    static final ClusterImage GIVEN_BACK = ALONE.apply(new MetadataRecord.LeaseChanged(new LeaseImage(FIRST, null, 2)));

    static final List<Arguments> TABLE = List.of(
            arguments("what nobody held is taken", ALONE, new Command.AcquireLease(C1, LeaseEpoch.NONE, 0), lease(FIRST, C1, 0)),
            arguments("what was given back is taken", GIVEN_BACK, new Command.AcquireLease(C2, FIRST, 2), lease(SECOND, C2, 0)),
            arguments("a takeover names what it saw", HELD, new Command.AcquireLease(C2, FIRST, 1), lease(SECOND, C2, 0)),
            arguments("the holder itself may take it anew", HELD, new Command.AcquireLease(C1, FIRST, 1), lease(SECOND, C1, 0)),
            arguments("a renewal that was not seen stops a takeover", HELD, new Command.AcquireLease(C2, FIRST, 0),
                    conflict("the lease is at epoch 1 and 1 renewals, not at 1 and 0")),
            arguments("another holder that was not seen stops a takeover", HELD, new Command.AcquireLease(C2, LeaseEpoch.NONE, 1),
                    conflict("the lease is at epoch 1 and 1 renewals, not at 0 and 1")),
            arguments("the holder renews", HELD, new Command.RenewLease(C1, FIRST), lease(FIRST, C1, 2)),
            arguments("another does not", HELD, new Command.RenewLease(C2, FIRST), conflict("the lease is held by c1 (x) in epoch 1")),
            arguments("nor a second process of the same name", HELD, new Command.RenewLease(C1_AGAIN, FIRST), conflict("the lease is held by c1 (x) in epoch 1")),
            arguments("nor the holder of an earlier epoch", HELD, new Command.RenewLease(C1, LeaseEpoch.NONE), conflict("the lease is held by c1 (x) in epoch 1")),
            arguments("what was given back is not renewed", GIVEN_BACK, new Command.RenewLease(C1, FIRST), conflict("the lease is held by null in epoch 1")),
            arguments("the holder gives it back", HELD, new Command.ReleaseLease(C1, FIRST), lease(FIRST, null, 2)),
            arguments("another does not", HELD, new Command.ReleaseLease(C2, FIRST), conflict("the lease is held by c1 (x) in epoch 1")),

            arguments("a led command needs the present lease", HELD, new Command.Led(LeaseEpoch.NONE, new Command.CreateDatabase("db")),
                    conflict("lease 0 was followed by lease 1: another coordinator leads")),
            arguments("and has it", HELD, new Command.Led(FIRST, new Command.CreateDatabase("db")), accepted(new MetadataRecord.DatabaseCreated("db"))),
            arguments("one of a lease that never was", ALONE, new Command.Led(FIRST, new Command.CreateDatabase("db")),
                    conflict("lease 1 was followed by lease 0: another coordinator leads")),
            arguments("where somebody leads, nobody else creates", HELD, new Command.CreateDatabase("db"), conflict("only the leading coordinator may do this")),
            arguments("nor after the lease was given back", GIVEN_BACK, new Command.CreateDatabase("db"), conflict("only the leading coordinator may do this")),
            arguments("nor promotes", HELD, new Command.Promote(SG0, B, SEVEN, SEVEN), conflict("only the leading coordinator may do this")),
            arguments("nor binds", HELD, new Command.BindNode(SG0, D.uri(), new NodeId("node-d")), conflict("only the leading coordinator may do this")),
            arguments("a primary changes its set without a lease", HELD, new Command.MarkStale(SG0, B, SEVEN, 3), marked(B, ReplicaState.STALE)),

            arguments("the primary counts a replica in", ALONE, new Command.MarkActive(SG0, C, SEVEN, 3), marked(C, ReplicaState.ACTIVE)),
            arguments("where nobody waits for replicas: not", ClusterImage.initial("cluster-1", 8, Durability.ASYNC, List.copyOf(ALONE.groups().values())),
                    new Command.MarkActive(SG0, C, SEVEN, 3), conflict("write_mirror_replicas is false: no replica of shard group sg0 is waited for")),
            arguments("of another epoch: not", ALONE, new Command.MarkActive(SG0, C, new Epoch(6), 3), refused(new LynseError.StaleEpoch(new Epoch(6), SEVEN))),
            arguments("on another version: not", ALONE, new Command.MarkActive(SG0, C, SEVEN, 2), conflict("shard group sg0 is at version 3, not 2")),
            arguments("another node at its address: not", ALONE, new Command.MarkActive(SG0, new MemberImage(C.uri(), new NodeId("other")), SEVEN, 3),
                    conflict("http://c:1 (node other) is no replica of shard group sg0")),
            arguments("a node that was never seen: not", ALONE, new Command.MarkActive(SG0, D, SEVEN, 3), conflict("http://d:1 is no replica of shard group sg0")),
            arguments("the primary is no replica", ALONE, new Command.MarkActive(SG0, A, SEVEN, 3), conflict("http://a:1 (node node-a) is no replica of shard group sg0")),
            arguments("one that is stale already: only the version rises", ALONE, new Command.MarkStale(SG0, C, SEVEN, 3), marked(C, ReplicaState.STALE)),
            arguments("of an unknown group", ALONE, new Command.MarkStale(new ShardGroupId("sg9"), C, SEVEN, 3), refused(new LynseError.NotFound("shard group", "sg9"))),

            arguments("an active member is promoted, the old primary is stale", ALONE, new Command.Promote(SG0, B, SEVEN, SEVEN),
                    promoted(B, 8, stale(C), stale(D), stale(A))),
            arguments("a planned one leaves it active", ALONE, new Command.SwitchOver(SG0, B, SEVEN, SEVEN),
                    promoted(B, 8, stale(C), stale(D), new ReplicaImage(A, ReplicaState.ACTIVE))),
            arguments("a planned one takes no stale member", ALONE, new Command.SwitchOver(SG0, C, SEVEN, SEVEN),
                    conflict("http://c:1 (node node-c) is no active member of shard group sg0")),
            arguments("an operator may take a stale one, and all others are stale", ALONE, new Command.ForcePromote(SG0, C, SEVEN, SEVEN),
                    promoted(C, 8, stale(B), stale(D), stale(A))),
            arguments("but none that was never seen", ALONE, new Command.ForcePromote(SG0, D, SEVEN, SEVEN), conflict("http://d:1 is no member of shard group sg0")),
            arguments("nor on an old epoch", ALONE, new Command.ForcePromote(SG0, C, new Epoch(6), SEVEN), refused(new LynseError.StaleEpoch(new Epoch(6), SEVEN))),
            arguments("the new epoch is above what the candidate has seen", ALONE, new Command.Promote(SG0, B, SEVEN, new Epoch(11)),
                    promoted(B, 12, stale(C), stale(D), stale(A))));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, ClusterImage image, Command command, Decision expected) {
        assertThat(Decision.decide(image, command)).isEqualTo(expected);
    }

    private static Decision lease(LeaseEpoch epoch, LeaseImage.@Nullable Holder holder, long renewals) {
        return accepted(new MetadataRecord.LeaseChanged(new LeaseImage(epoch, holder, renewals)));
    }

    private static Decision marked(MemberImage member, ReplicaState state) {
        return accepted(new MetadataRecord.ReplicaMarked(SG0, member, state));
    }

    private static Decision promoted(MemberImage primary, long epoch, ReplicaImage... others) {
        return accepted(new MetadataRecord.PrimaryPromoted(SG0, primary, new Epoch(epoch), List.of(others)));
    }

    private static ReplicaImage stale(MemberImage member) {
        return new ReplicaImage(member, ReplicaState.STALE);
    }

    private static Decision accepted(MetadataRecord record) {
        return new Decision.Accepted(List.of(record));
    }

    private static Decision refused(LynseError error) {
        return new Decision.Refused(error);
    }

    private static Decision conflict(String reason) {
        return refused(new LynseError.Conflict(reason));
    }
}
