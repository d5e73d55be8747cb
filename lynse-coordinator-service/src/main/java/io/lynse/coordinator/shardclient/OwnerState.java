package io.lynse.coordinator.shardclient;

import io.lynse.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node said it is to the cluster's metadata.
 *
 * @param group     the Raft group whose owner it is; null: none
 * @param clusterId the cluster that the group decides; null: no owner, or the group has not been given its first image
 * @param role      leader, follower, candidate or listener; empty: no owner
 * @param owners    the committed ones, by node id
 * @param leader    null: unknown
 * @param applied   position in the group's log up to which its image is built
 * @param metaEpoch of that image
 * @param term      Raft's; who answers from a later one knows more
 * @param closed    whether Raft has ended there: an owner must then be restarted, one that has left is told of the group again
 * @param memberOf  the cluster in which it has its place, on its disk, owner or not; null: none
 */
public record OwnerState(
        NodeId node, @Nullable UUID group, @Nullable String clusterId, String role, List<Owner> owners, @Nullable NodeId leader, long applied, long metaEpoch,
        long term, boolean closed, @Nullable String memberOf) {

    /** @param address host:port of its gRPC */
    public record Owner(NodeId node, String address) {}

    public OwnerState {
        owners = List.copyOf(owners);
    }

    public Optional<UUID> keeps() {
        return Optional.ofNullable(group);
    }

    /** Whether it has the group's folder and the group counts it in. */
    public boolean isOwner() {
        return owners.stream().anyMatch(owner -> owner.node().equals(node));
    }
}
