package io.lynse.metadata;

import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.function.UnaryOperator;
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

    ShardGroupImage withMembers(UnaryOperator<MemberImage> change) {
        return new ShardGroupImage(
                id,
                change.apply(primary),
                epoch,
                version + 1,
                replicas.stream().map(replica -> new ReplicaImage(change.apply(replica.member()), replica.state())).toList());
    }

    /** This group under a new primary. A primary that was replaced is a stale replica; one that was promoted anew keeps its place. */
    ShardGroupImage promoted(MemberImage next, Epoch nextEpoch) {
        if (next.equals(primary)) return new ShardGroupImage(id, primary, nextEpoch, version + 1, replicas);
        var others = Stream.concat(
                replicas.stream().filter(replica -> !replica.member().equals(next)),
                Stream.of(new ReplicaImage(primary, ReplicaState.STALE)));
        return new ShardGroupImage(id, next, nextEpoch, version + 1, others.toList());
    }

    /** Whether this node, at whatever address, is a member. */
    public boolean has(NodeId node) {
        return members().stream().anyMatch(member -> member.is(node));
    }
}
