package io.lynse.shard.ship;

import io.lynse.engine.CommitRule;
import io.lynse.engine.Engine;
import io.lynse.model.CopyState;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.MembershipPolicy;
import io.lynse.shard.membership.MembershipPolicy.ViewDecision;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.MemberReport;
import java.time.Duration;
import java.util.Optional;

/** A node that has not adopted a view of any group yet: its own authority, and asked to join. */
record Newcomer(Engine engine, NodeMembership membership) {

    /** It may have ended on its way into a group. */
    void stayAlone() {
        if (engine.quarantine() == null && engine.log().rule() instanceof CommitRule.WhenTold) engine.log().commitBy(new CommitRule.WhenDurable());
    }

    /** A node that has a log of its own is no member: the others would not have what is in it. @return why it does not join; empty: it is about to */
    Optional<String> prepareToJoin(GroupView view, String uri) {
        membership.beginJoining();
        boolean holdsData = engine.quarantine() != null || !engine.lastLsn().equals(Lsn.NONE);
        if (!(MembershipPolicy.onView(membership.situation(), view, uri, holdsData) instanceof ViewDecision.Refuse(String reason))) return Optional.empty();
        membership.giveUpJoining();
        return Optional.of(reason);
    }

    MemberReport report() {
        Standing standing = membership.situation().standing();
        MembershipPolicy.Report told = membership.report();
        boolean lost = engine.quarantine() != null;
        return new MemberReport(
                told.role(), false, standing.seen(), standing.led(), standing.led(), engine.lastLsn(), engine.appliedLsn(), Duration.ZERO, false, false,
                lost ? CopyState.LOST : CopyState.WHOLE, null, lost ? String.valueOf(engine.quarantine()) : told.trouble());
    }
}
