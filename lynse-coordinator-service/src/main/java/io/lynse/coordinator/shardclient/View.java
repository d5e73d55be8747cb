package io.lynse.coordinator.shardclient;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.NodeId;
import io.lynse.wire.v1.GroupView;
import io.lynse.wire.v1.MemberRef;
import io.lynse.wire.v1.Replica;
import java.util.List;

/**
 * A shard group as its members are told of it.
 *
 * @param coordinatorUri whom a member names to a client that came to the wrong door
 * @param owners         addresses of the nodes that keep the metadata: whom a primary asks to change its set
 */
public record View(ClusterImage image, ShardGroupImage group, String coordinatorUri, List<String> owners) {

    public View {
        owners = List.copyOf(owners);
    }

    GroupView message() {
        return GroupView.newBuilder()
                .setClusterId(image.clusterId())
                .setGroup(group.id().value())
                .setPrimaryEpoch(group.epoch().value())
                .setMetaEpoch(image.metaEpoch())
                .setGroupVersion(group.version())
                .setPrimary(ref(group.primary()))
                .addAllReplicas(group.replicas().stream()
                        .map(replica -> Replica.newBuilder().setMember(ref(replica.member())).setState(replica.state().text()).build())
                        .toList())
                .setCoordinatorUri(coordinatorUri)
                .addAllOwners(owners)
                .setAsync(!image.durability().mirrors())
                .setMinActiveMembers(image.durability().minActiveMembers())
                .build();
    }

    private static MemberRef ref(MemberImage member) {
        NodeId node = member.nodeId();
        return MemberRef.newBuilder().setUri(member.uri()).setNodeId(node == null ? "" : node.value()).build();
    }
}
