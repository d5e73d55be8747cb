package io.lynse.coordinator.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.failover.FailoverDecision.Disputed;
import io.lynse.coordinator.failover.FailoverDecision.HandOver;
import io.lynse.coordinator.failover.FailoverDecision.Keep;
import io.lynse.coordinator.failover.FailoverDecision.NoSafeMember;
import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class FailoverPolicyTest {

    static final ShardGroupId SG0 = new ShardGroupId("sg0");
    static final MemberImage A = member("a");
    static final MemberImage B = member("b");
    static final MemberImage C = member("c");

    // Group sg0, epoch 7: a is primary, b and c are stale.
    static final ShardGroupImage IDLE = group(ReplicaState.STALE);
    // The same, but b and c are active.
    static final ShardGroupImage REPLICATED = group(ReplicaState.ACTIVE);

    static final List<Arguments> TABLE = List.of(
            arguments("the primary leads", IDLE, Map.of(A, leading(7, 41), B, following(7, 0)), new Keep(A)),
            arguments("a restarted primary is promoted anew", IDLE, Map.of(A, restarted(7, 41)), new Promote(SG0, A, new Epoch(7), new Epoch(7), false)),
            arguments("above whatever it has seen", IDLE, Map.of(A, restarted(9, 41)), new Promote(SG0, A, new Epoch(7), new Epoch(9), false)),
            arguments("a new epoch is no cure for another trouble", IDLE, Map.of(A, new MemberReport(false, new Epoch(7), new Epoch(6), new Lsn(41), false, CopyState.WHOLE, "its disk is full")),
                    new NoSafeMember(SG0, "http://a:1 (node node-a) does not lead: its disk is full")),
            arguments("only stale replicas are left", IDLE, Map.of(B, following(7, 99), C, following(7, 99)),
                    new NoSafeMember(SG0, "waits for http://a:1 (node node-a), no other member is active")),
            arguments("nobody is left", REPLICATED, Map.of(), new NoSafeMember(SG0, "waits for http://a:1 (node node-a), no other member is active")),
            arguments("a silent primary is not replaced on one coordinator's word", REPLICATED, Map.of(B, following(7, 41)),
                    new Disputed(SG0, "http://a:1 (node node-a) is silent, and no member can confirm that it is gone")),
            arguments("a silent primary that the candidate misses too is replaced", REPLICATED, Map.of(B, missing(7, 41), C, missing(7, 40)),
                    new Promote(SG0, B, new Epoch(7), new Epoch(7), false)),
            arguments("it is the candidate that must miss it", REPLICATED, Map.of(B, following(7, 41), C, missing(7, 40)),
                    new Disputed(SG0, "http://a:1 (node node-a) is silent, and no member can confirm that it is gone")),
            arguments("a longer active log wins over a restarted primary's, which stays active", REPLICATED, Map.of(A, restarted(7, 40), B, following(7, 41)),
                    new Promote(SG0, B, new Epoch(7), new Epoch(7), true)),
            arguments("on a tie the old primary stays", REPLICATED, Map.of(A, restarted(7, 41), B, following(7, 41), C, following(7, 41)),
                    new Promote(SG0, A, new Epoch(7), new Epoch(7), false)),
            arguments("a damaged primary is followed by a whole member, however short its log, and does not stay active", REPLICATED,
                    Map.of(A, damaged(leading(7, 41)), B, following(7, 40)), new Promote(SG0, B, new Epoch(7), new Epoch(7), false)),
            arguments("a damaged primary leads on while it is alone", IDLE, Map.of(A, damaged(leading(7, 41)), B, following(7, 41)), new Keep(A)),
            arguments("a damaged primary that was restarted is promoted anew while it is alone", IDLE, Map.of(A, damaged(restarted(7, 41))),
                    new Promote(SG0, A, new Epoch(7), new Epoch(7), false)),
            arguments("a whole member goes before a damaged one with a longer log", REPLICATED, Map.of(B, damaged(missing(7, 42)), C, missing(7, 41)),
                    new Promote(SG0, C, new Epoch(7), new Epoch(7), false)),
            arguments("a damaged replica is not promoted, even alone", REPLICATED, Map.of(B, damaged(missing(7, 41))),
                    new NoSafeMember(SG0, "no active member has a copy that may lead: http://b:1 (node node-b): a row was altered")),
            arguments("a primary that is being stopped hands over to the longest log", REPLICATED, Map.of(A, stopping(leading(7, 41)), B, following(7, 40), C, following(7, 41)),
                    new HandOver(new Promote(SG0, C, new Epoch(7), new Epoch(7), true))),
            arguments("but to nobody who is stale", IDLE, Map.of(A, stopping(leading(7, 41)), B, following(7, 41)), new Keep(A)),
            arguments("nor to one that is being stopped, too, or damaged", REPLICATED,
                    Map.of(A, stopping(leading(7, 41)), B, stopping(following(7, 41)), C, damaged(following(7, 41))), new Keep(A)),
            arguments("nobody who is being stopped follows a silent primary", REPLICATED, Map.of(B, stopping(missing(7, 42)), C, missing(7, 41)),
                    new Promote(SG0, C, new Epoch(7), new Epoch(7), false)),
            arguments("a lost copy leads nobody", REPLICATED, Map.of(A, lost(7)),
                    new NoSafeMember(SG0, "no active member has a copy that may lead: http://a:1 (node node-a): its log is damaged")));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, ShardGroupImage group, Map<MemberImage, MemberReport> reports, FailoverDecision expected) {
        assertThat(FailoverPolicy.decide(group, reports)).isEqualTo(expected);
    }

    private static MemberReport leading(long epoch, long lsn) {
        return new MemberReport(true, new Epoch(epoch), new Epoch(epoch), new Lsn(lsn), false, CopyState.WHOLE, "");
    }

    private static MemberReport restarted(long epoch, long lsn) {
        return new MemberReport(false, new Epoch(epoch), new Epoch(epoch), new Lsn(lsn), false, CopyState.WHOLE, "it was restarted");
    }

    private static MemberReport damaged(MemberReport report) {
        return new MemberReport(report.leads(), report.seen(), report.led(), report.lastLsn(), report.misses(), CopyState.DAMAGED, "a row was altered");
    }

    private static MemberReport stopping(MemberReport report) {
        return new MemberReport(report.leads(), report.seen(), report.led(), report.lastLsn(), report.misses(), report.copy(), true, "");
    }

    private static MemberReport lost(long epoch) {
        return new MemberReport(false, new Epoch(epoch), new Epoch(epoch), Lsn.NONE, false, CopyState.LOST, "its log is damaged");
    }

    private static MemberReport missing(long epoch, long lsn) {
        return new MemberReport(false, new Epoch(epoch), new Epoch(0), new Lsn(lsn), true, CopyState.WHOLE, "");
    }

    private static MemberReport following(long epoch, long lsn) {
        return new MemberReport(false, new Epoch(epoch), new Epoch(0), new Lsn(lsn), false, CopyState.WHOLE, "");
    }

    private static MemberImage member(String name) {
        return new MemberImage("http://" + name + ":1", new NodeId("node-" + name));
    }

    private static ShardGroupImage group(ReplicaState state) {
        return new ShardGroupImage(SG0, A, new Epoch(7), 1, List.of(new ReplicaImage(B, state), new ReplicaImage(C, state)));
    }
}
