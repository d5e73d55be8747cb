package io.lynse.coordinator.health;

import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the last probes told: one status per member address and per shard group. Written by the heartbeat alone, read by anyone. */
public final class ClusterHealth {

    private final Map<String, NodeStatus> nodes = new ConcurrentHashMap<>();
    private final Map<ShardGroupId, GroupStatus> groups = new ConcurrentHashMap<>();
    private final Map<ShardGroupId, ReplicationLag> lags = new ConcurrentHashMap<>();

    void put(NodeStatus status) {
        nodes.put(status.member().uri(), status);
    }

    /** What a member of that group said, in the group's epoch or not. @param nanos monotonic, when it said it */
    void heard(ShardGroupImage group, NodeStatus status, long nanos) {
        NodeReport report = status.report();
        if (report == null || !status.healthy()) return;
        ReplicationLag lag = lags.computeIfAbsent(group.id(), _ -> new ReplicationLag());
        lag.keepOnly(group.members());
        lag.memberAt(status.member(), report.lastLsn());
        if (report.canLead() && status.member().equals(group.primary())) lag.primaryAt(report.lastLsn(), nanos);
    }

    void put(GroupStatus status) {
        groups.put(status.group(), status);
    }

    /** Empty until the member was probed once. */
    public Optional<NodeStatus> node(String uri) {
        return Optional.ofNullable(nodes.get(uri));
    }

    /** How far a member is behind its primary now. Empty until both were heard. */
    public Optional<Behind> behind(ShardGroupId group, MemberImage member) {
        return Optional.ofNullable(lags.get(group)).flatMap(lag -> lag.of(member, System.nanoTime()));
    }

    /** Empty until the group was judged once. */
    public Optional<GroupStatus> group(ShardGroupId group) {
        return Optional.ofNullable(groups.get(group));
    }
}
