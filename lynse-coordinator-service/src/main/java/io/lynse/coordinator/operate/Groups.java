package io.lynse.coordinator.operate;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;

/** Finds what an operator names, in an image that holds every change that was answered before. */
final class Groups {

    private Groups() {}

    /** @throws LynseException NotFound; Unavailable if nobody can tell */
    static ShardGroupImage named(MetadataAuthority authority, ShardGroupId id, Deadline deadline) {
        ShardGroupImage group = authority.confirmed(deadline).groups().get(id);
        if (group == null) throw new LynseException(new LynseError.NotFound("shard group", id.value()));
        return group;
    }

    /** @throws LynseException InvalidArgument naming the field, if it is no member's address */
    static MemberImage member(ShardGroupImage group, String field, NodeAddress node) {
        return group.members().stream()
                .filter(member -> member.uri().equals(node.uri()))
                .findFirst()
                .orElseThrow(() -> new LynseException(LynseError.invalid(field, field + ": " + node + " is no member of shard group " + group.id()
                        + ", which are " + String.join(", ", group.members().stream().map(MemberImage::uri).toList()))));
    }

    /** @param primary what the node at the primary's address said just now */
    static boolean leads(ShardGroupImage group, ProbeOutcome primary) {
        return primary instanceof ProbeOutcome.Answered(NodeReport said)
                && group.primary().is(said.nodeId()) && said.canLead() && said.role().equals("primary") && said.seenEpoch().equals(group.epoch());
    }

    static LynseException conflict(String reason) {
        return new LynseException(new LynseError.Conflict(reason));
    }
}
