package io.lynse.coordinator.failover;

import io.lynse.coordinator.failover.FailoverDecision.Disputed;
import io.lynse.coordinator.failover.FailoverDecision.HandOver;
import io.lynse.coordinator.failover.FailoverDecision.Keep;
import io.lynse.coordinator.failover.FailoverDecision.NoSafeMember;
import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who becomes primary, and when it is safe. One coordinator that cannot reach a primary proves nothing: the candidate must miss
 * it too. A primary that was restarted is promoted anew, into an epoch it has not led. One whose copy is damaged, or that is being stopped, is
 * followed by any other active member, and leads as long as there is none.
 */
public final class FailoverPolicy {

    private FailoverPolicy() {}

    /** @param reports by member; only members that count as healthy, and are who the image says they are */
    public static FailoverDecision decide(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
        MemberReport primary = reports.get(group.primary());
        if (primary != null && primary.leads() && primary.isWhole()) {
            if (!primary.draining()) return new Keep(group.primary());
            return heir(group, reports).<FailoverDecision>map(HandOver::new).orElse(new Keep(group.primary()));
        }
        Optional<Candidate> best = best(group, reports);
        if (best.isEmpty()) return new NoSafeMember(group.id(), waitsFor(group, reports));
        Candidate chosen = best.get();
        if (chosen.wasPrimary() && chosen.report().leads()) return new Keep(group.primary());
        if (primary == null && !chosen.report().misses()) return new Disputed(group.id(), group.primary() + " is silent, and no member can confirm that it is gone");
        if (chosen.wasPrimary() && !chosen.report().needsNewEpoch(group.epoch())) {
            return new NoSafeMember(group.id(), group.primary() + " does not lead: " + chosen.report().trouble());
        }
        boolean oldStays = primary != null && primary.isWhole() && !chosen.wasPrimary();
        return new Promote(group.id(), chosen.member(), group.epoch(), chosen.report().seen(), oldStays);
    }

    /** Who follows a primary that leads and could go on: any other active member has every acknowledged write. */
    public static Optional<Promote> heir(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
        var others = new HashMap<>(reports);
        others.remove(group.primary());
        return best(group, others).map(heir -> new Promote(group.id(), heir.member(), group.epoch(), heir.report().seen(), true));
    }

    private static Optional<Candidate> best(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
        return group.activeMembers().stream() // any other member may lack an acknowledged write
                .filter(MemberImage::bound)
                .flatMap(member -> Stream.ofNullable(reports.get(member)).map(report -> new Candidate(member, report, member.equals(group.primary()))))
                .filter(Candidate::mayLead)
                // Each of them has all acknowledged writes; the longest log also keeps the most of those in doubt.
                .max(Comparator.comparing((Candidate candidate) -> candidate.report().isWhole())
                        .thenComparing(candidate -> candidate.report().seen())
                        .thenComparing(candidate -> candidate.report().lastLsn())
                        .thenComparing(Candidate::wasPrimary)
                        .thenComparing(candidate -> candidate.member().uri()));
    }

    private static String waitsFor(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
        List<String> damaged = group.activeMembers().stream()
                .flatMap(member -> Stream.ofNullable(reports.get(member)).filter(report -> !report.isWhole()).map(report -> member + ": " + report.trouble()))
                .toList();
        if (!damaged.isEmpty()) return "no active member has a copy that may lead: " + String.join("; ", damaged);
        return "waits for " + group.primary() + ", no other member is active";
    }

    private record Candidate(MemberImage member, MemberReport report, boolean wasPrimary) {

        /** A damaged copy is not promoted, nor one that is about to stop; the primary's own leads on, because its log is whole and there may be no other. */
        boolean mayLead() {
            return report.isWhole() && !report.draining() || wasPrimary && report.copy() != CopyState.LOST && report.copy() != CopyState.UNCERTAIN;
        }
    }
}
