package io.lynse.coordinator.failover;

import io.lynse.coordinator.failover.FailoverDecision.Disputed;
import io.lynse.coordinator.failover.FailoverDecision.Keep;
import io.lynse.coordinator.failover.FailoverDecision.NoSafeMember;
import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who becomes primary, and when it is safe. One coordinator that cannot reach a primary proves nothing: the candidate must miss
 * it too. A primary that was restarted is promoted anew, into an epoch it has not led.
 */
public final class FailoverPolicy {

    private FailoverPolicy() {}

    /** @param reports by member; only members that count as healthy, and are who the image says they are */
    public static FailoverDecision decide(ShardGroupImage group, Map<MemberImage, MemberReport> reports) {
        MemberReport primary = reports.get(group.primary());
        if (primary != null && primary.leads()) return new Keep(group.primary());
        Optional<Candidate> best = group.activeMembers().stream() // any other member may lack an acknowledged write
                .filter(MemberImage::bound)
                .flatMap(member -> Stream.ofNullable(reports.get(member)).map(report -> new Candidate(member, report, member.equals(group.primary()))))
                // Each of them has all acknowledged writes; the longest log also keeps the most of those in doubt.
                .max(Comparator.comparing((Candidate candidate) -> candidate.report().seen())
                        .thenComparing(candidate -> candidate.report().lastLsn())
                        .thenComparing(Candidate::wasPrimary)
                        .thenComparing(candidate -> candidate.member().uri()));
        if (best.isEmpty()) return new NoSafeMember(group.id(), "waits for " + group.primary() + ", no other member is active");
        Candidate chosen = best.get();
        if (primary == null && !chosen.report().misses()) return new Disputed(group.id(), group.primary() + " is silent, and no member can confirm that it is gone");
        if (chosen.wasPrimary() && !chosen.report().needsNewEpoch(group.epoch())) {
            return new NoSafeMember(group.id(), group.primary() + " does not lead: " + chosen.report().trouble());
        }
        return new Promote(group.id(), chosen.member(), group.epoch(), chosen.report().seen(), primary != null && !chosen.wasPrimary());
    }

    private record Candidate(MemberImage member, MemberReport report, boolean wasPrimary) {}
}
