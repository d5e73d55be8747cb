package io.lynse.coordinator.health;

import io.lynse.model.ShardGroupId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the last probes told: one status per member address and per shard group. Written by the heartbeat alone, read by anyone. */
public final class ClusterHealth {

    private final Map<String, NodeStatus> nodes = new ConcurrentHashMap<>();
    private final Map<ShardGroupId, GroupStatus> groups = new ConcurrentHashMap<>();

    void put(NodeStatus status) {
        nodes.put(status.member().uri(), status);
    }

    void put(GroupStatus status) {
        groups.put(status.group(), status);
    }

    /** Empty until the member was probed once. */
    public Optional<NodeStatus> node(String uri) {
        return Optional.ofNullable(nodes.get(uri));
    }

    /** Empty until the group was judged once. */
    public Optional<GroupStatus> group(ShardGroupId group) {
        return Optional.ofNullable(groups.get(group));
    }
}
