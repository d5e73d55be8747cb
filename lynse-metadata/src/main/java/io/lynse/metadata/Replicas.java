package io.lynse.metadata;

import io.lynse.error.LynseError;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;

/**
 * Who is a replica of a group. Its primary learns of a change as it learns of any other: until then it waits for whom it has counted,
 * which is more than it need, and never less.
 */
final class Replicas {

    private Replicas() {}

    static Decision add(ClusterImage image, ShardGroupId id, String uri) {
        ShardGroupImage group = image.groups().get(id);
        if (group == null) return Decision.refused(new LynseError.NotFound("shard group", id.value()));
        for (ShardGroupImage other : image.groups().values()) {
            for (MemberImage member : other.members()) {
                if (!member.uri().equals(uri)) continue;
                return other.equals(group) ? Decision.nothing() : Decision.refused(new LynseError.Conflict(uri + " is a member of shard group " + other.id()));
            }
        }
        if (group.replicas().size() >= Decision.REPLICAS_MAX) {
            return Decision.refused(new LynseError.Conflict("a shard group has at most " + Decision.REPLICAS_MAX + " replicas"));
        }
        var more = new ArrayList<>(group.replicas());
        more.add(new ReplicaImage(new MemberImage(uri, null), ReplicaState.STALE));
        return Decision.accepted(new MetadataRecord.ReplicasChanged(id, more));
    }

    static Decision remove(ClusterImage image, ShardGroupId id, String uri) {
        ShardGroupImage group = image.groups().get(id);
        if (group == null) return Decision.refused(new LynseError.NotFound("shard group", id.value()));
        if (group.primary().uri().equals(uri)) {
            return Decision.refused(new LynseError.Conflict(uri + " is the primary of shard group " + id + ": switch over to another member first"));
        }
        var left = group.replicas().stream().filter(replica -> !replica.member().uri().equals(uri)).toList();
        if (left.size() == group.replicas().size()) return Decision.nothing();
        int min = image.durability().minActiveMembers();
        ShardGroupImage after = group.withReplicas(left);
        if (after.activeMembers().size() < Math.min(min, group.activeMembers().size())) {
            return Decision.refused(new LynseError.Conflict("shard group " + id + " would have " + after.activeMembers().size()
                    + " active members, min_active_members is " + min + ": add another one first"));
        }
        return Decision.accepted(new MetadataRecord.ReplicasChanged(id, left));
    }
}
