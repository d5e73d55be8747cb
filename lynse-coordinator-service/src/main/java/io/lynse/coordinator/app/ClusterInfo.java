package io.lynse.coordinator.app;

import io.lynse.coordinator.health.Behind;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupStatus;
import io.lynse.coordinator.health.NodeStatus;
import io.lynse.coordinator.metadata.StateDocument;
import io.lynse.coordinator.shardclient.FilesTaken;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /cluster_info}: the metadata, and beside it how every group and node is now, and what is wrong. */
final class ClusterInfo {

    private ClusterInfo() {}

    /** @param metadataTroubles what is wrong with the keepers of the metadata */
    static Map<String, @Nullable Object> of(ClusterImage image, ClusterHealth health, List<String> metadataTroubles, boolean withTables) {
        Map<String, @Nullable Object> document = StateDocument.of(image, withTables);
        var groups = new ArrayList<Map<String, @Nullable Object>>();
        for (ShardGroupImage group : image.groups().values()) groups.add(group(group, image.durability(), health));
        document.put("shard_groups", groups);
        List<String> troubles = troubles(image, health);
        troubles.addAll(metadataTroubles);
        document.put("degraded", !troubles.isEmpty());
        document.put("degraded_reasons", troubles);
        return document;
    }

    private static Map<String, @Nullable Object> group(ShardGroupImage group, Durability durability, ClusterHealth health) {
        var out = new TreeMap<String, @Nullable Object>(StateDocument.group(group, durability));
        var status = health.group(group.id());
        out.put("leads", status.map(GroupStatus::leads).orElse(false));
        out.put("reason", status.map(GroupStatus::reason).orElse("not probed yet"));
        out.put("nodes", group.members().stream().map(member -> node(group, member, health)).toList());
        return out;
    }

    private static Map<String, @Nullable Object> node(ShardGroupImage group, MemberImage member, ClusterHealth health) {
        var out = new TreeMap<String, @Nullable Object>();
        out.put("uri", member.uri());
        out.put("node_id", member.nodeId() == null ? null : member.nodeId().value());
        NodeStatus status = health.node(member.uri()).orElse(null);
        out.put("state", status == null ? "unknown" : status.state());
        if (status == null) return out;
        out.put("reason", status.reason());
        out.put("breaker", status.breaker());
        Behind behind = health.behind(group.id(), member).orElse(null);
        out.put("lag", behind == null ? null : behind.entries());
        out.put("lag_seconds", behind == null ? null : behind.time().toMillis() / 1000.0);
        NodeReport report = status.report();
        out.put("transport", report != null ? "grpc" : status.state().equals("grpc_unreachable") ? "http" : null);
        if (report == null) return out;
        out.put("answers_as", report.nodeId().value());
        out.put("role", report.role());
        out.put("release", report.release());
        out.put("seen_epoch", report.seenEpoch().value());
        out.put("last_lsn", report.lastLsn().value());
        out.put("committed_lsn", report.committedLsn().value());
        out.put("copy", report.copy().text());
        FilesTaken files = report.files();
        out.put("catch_up", files == null ? null : Map.of(
                "phase", files.phase(), "bytes_done", files.bytesDone(), "bytes_total", files.bytesTotal(), "trouble", files.trouble()));
        return out;
    }

    private static List<String> troubles(ClusterImage image, ClusterHealth health) {
        var troubles = new ArrayList<String>();
        for (ShardGroupImage group : image.groups().values()) {
            GroupStatus status = health.group(group.id()).orElse(null);
            if (status == null || !status.leads()) {
                troubles.add("shard group " + group.id() + " has no leading primary: " + (status == null ? "not probed yet" : status.reason()));
            }
            for (MemberImage member : group.members()) {
                health.node(member.uri()).filter(node -> !node.healthy()).ifPresent(node ->
                        troubles.add(member.uri() + " is " + node.state() + (node.reason().isEmpty() ? "" : ": " + node.reason())));
            }
            int active = group.activeMembers().size();
            int minimum = image.durability().minActiveMembers();
            if (active < minimum) {
                troubles.add("shard group " + group.id() + " takes no writes: it has " + active + " active members, min_active_members is " + minimum);
            } else if (image.durability().mirrors() && active == 1 && !group.replicas().isEmpty()) {
                troubles.add("shard group " + group.id() + " has no active replica: its newest rows are on one disk");
            }
        }
        return troubles;
    }
}
