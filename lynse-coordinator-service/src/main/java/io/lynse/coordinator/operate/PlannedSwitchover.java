package io.lynse.coordinator.operate;

import io.lynse.coordinator.failover.FailoverDecision.Promote;
import io.lynse.coordinator.failover.FailoverPolicy;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.coordinator.failover.Switchover;
import io.lynse.coordinator.lease.Leadership;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operator's switchover: before a machine is worked on, or to bring a group's primary back to where it was. */
public final class PlannedSwitchover {

    private static final Duration ASK = Duration.ofSeconds(2);

    private final MetadataAuthority authority;
    private final Leadership leadership;
    private final ShardClients shards;
    private final Switchover switchover;
    private final Duration detection;

    /** @param detection after which a member's silent primary counts as missed */
    public PlannedSwitchover(MetadataAuthority authority, Leadership leadership, ShardClients shards, Switchover switchover, Duration detection) {
        this.authority = authority;
        this.leadership = leadership;
        this.shards = shards;
        this.switchover = switchover;
        this.detection = detection;
    }

    /**
     * @param to who leads then; null: the active member with the longest log
     * @return the group as it is then; where {@code to} leads already, as it was
     * @throws LynseException NotFound, InvalidArgument ({@code to} is no member), Conflict (nobody may follow), or why the primary goes on
     */
    public ShardGroupImage run(ShardGroupId id, @Nullable NodeAddress to, Deadline deadline) {
        LeaseEpoch lease = leadership.leads().orElseThrow(() -> new LynseException(leadership.noLeader()));
        ShardGroupImage group = Groups.named(authority, id, deadline);
        MemberImage wanted = to == null ? null : Groups.member(group, "to", to);
        if (group.primary().equals(wanted)) return group;
        if (wanted != null && !group.activeMembers().contains(wanted)) {
            throw Groups.conflict(wanted + " is no active replica of shard group " + id + ": it may lack acknowledged writes");
        }
        List<MemberImage> asked = wanted != null ? List.of(wanted) : group.activeMembers();
        Promote next = FailoverPolicy.heir(group, reports(group, asked, deadline))
                .orElseThrow(() -> Groups.conflict(wanted != null
                        ? wanted + " cannot lead shard group " + id + " now: it does not answer, is being stopped, or its copy is damaged"
                        : "shard group " + id + " has no other active member that could lead it now"));
        return switchover.run(group, next, lease, deadline);
    }

    private Map<MemberImage, MemberReport> reports(ShardGroupImage group, List<MemberImage> members, Deadline deadline) {
        var reports = new HashMap<MemberImage, MemberReport>();
        for (MemberImage member : members) {
            if (member.equals(group.primary())) continue;
            if (shards.at(member.uri()).probe(deadline.atMost(ASK)) instanceof ProbeOutcome.Answered(var said) && member.is(said.nodeId())) {
                reports.put(member, MemberReport.of(said, group.epoch(), detection));
            }
        }
        return reports;
    }
}
