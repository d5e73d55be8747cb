package io.lynse.shard.membership;

import io.lynse.metadata.Durability;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView.Member;
import io.lynse.shard.membership.GroupView.Replica;
import io.lynse.wire.v1.MemberRef;

/** {@link GroupView} as it travels in probes and lies on disk. */
public final class ViewWire {

    private ViewWire() {}

    /** @throws IllegalArgumentException if the message is no view: no cluster, no group, no primary */
    public static GroupView view(io.lynse.wire.v1.GroupView view) {
        return new GroupView(
                view.getClusterId(),
                new ShardGroupId(view.getGroup()),
                new Epoch(view.getPrimaryEpoch()),
                view.getMetaEpoch(),
                view.getGroupVersion(),
                member(view.getPrimary()),
                view.getReplicasList().stream().map(replica -> new Replica(member(replica.getMember()), replica.getState())).toList(),
                view.getCoordinatorUri(),
                view.getOwnersList(),
                new Durability(!view.getAsync(), Math.max(1, view.getMinActiveMembers())));
    }

    static io.lynse.wire.v1.GroupView message(GroupView view) {
        var out = io.lynse.wire.v1.GroupView.newBuilder()
                .setClusterId(view.clusterId())
                .setGroup(view.group().value())
                .setPrimaryEpoch(view.primaryEpoch().value())
                .setMetaEpoch(view.metaEpoch())
                .setGroupVersion(view.version())
                .setPrimary(message(view.primary()))
                .setCoordinatorUri(view.coordinatorUri())
                .addAllOwners(view.owners())
                .setAsync(!view.durability().mirrors())
                .setMinActiveMembers(view.durability().minActiveMembers());
        for (Replica replica : view.replicas()) {
            out.addReplicasBuilder().setMember(message(replica.member())).setState(replica.state());
        }
        return out.build();
    }

    private static Member member(MemberRef ref) {
        if (ref.getUri().isBlank()) throw new IllegalArgumentException("a view names the address of every member");
        return new Member(ref.getUri(), ref.getNodeId().isEmpty() ? null : new NodeId(ref.getNodeId()));
    }

    private static MemberRef message(Member member) {
        NodeId id = member.nodeId();
        return MemberRef.newBuilder().setUri(member.uri()).setNodeId(id == null ? "" : id.value()).build();
    }
}
