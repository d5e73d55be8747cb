package io.lynse.metadata;

import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The nodes that keep the same buckets.
 *
 * @param epoch   raised by every promotion
 * @param version raised by every accepted change of the set, also by one that changes nothing: an outcome that a primary
 *                could not learn is settled by reading a higher version
 */
public record ShardGroupImage(ShardGroupId id, MemberImage primary, Epoch epoch, long version, List<ReplicaImage> replicas) {

    public ShardGroupImage {
        replicas = List.copyOf(replicas);
    }

    /** The primary first. */
    public List<MemberImage> members() {
        return Stream.concat(Stream.of(primary), replicas.stream().map(ReplicaImage::member)).toList();
    }

    /** The primary and the active replicas: each of them holds every acknowledged write. */
    public List<MemberImage> activeMembers() {
        return Stream.concat(
                        Stream.of(primary),
                        replicas.stream().filter(replica -> replica.state() == ReplicaState.ACTIVE).map(ReplicaImage::member))
                .toList();
    }

    /** This group under a new primary. */
    ShardGroupImage promoted(MemberImage next, Epoch nextEpoch, List<ReplicaImage> others) {
        return new ShardGroupImage(id, next, nextEpoch, version + 1, others);
    }

    /** With other replicas. */
    ShardGroupImage withReplicas(List<ReplicaImage> others) {
        return new ShardGroupImage(id, primary, epoch, version + 1, others);
    }

    /** With one replica in that state, if there is such a replica. */
    ShardGroupImage marked(MemberImage member, ReplicaState state) {
        return new ShardGroupImage(
                id, primary, epoch, version + 1,
                replicas.stream().map(replica -> replica.member().equals(member) ? new ReplicaImage(member, state) : replica).toList());
    }

    /** With the node that was met at an address. What a replica there held before is another node's. */
    ShardGroupImage bound(String uri, NodeId node) {
        var met = new MemberImage(uri, node);
        return new ShardGroupImage(
                id,
                primary.uri().equals(uri) ? met : primary,
                epoch,
                version + 1,
                replicas.stream().map(replica -> replica.member().uri().equals(uri) ? replica.boundTo(met) : replica).toList());
    }

    /** Whether this node, at whatever address, is a member. */
    public boolean has(NodeId node) {
        return members().stream().anyMatch(member -> member.is(node));
    }
}
