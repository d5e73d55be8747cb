package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the owners of the metadata are, as this coordinator heard them last.
 *
 * @param owners   as committed; as they were known before while none of them was heard
 * @param followed whose word the image here is built from; null: nobody's at the moment
 */
public record OwnersHealth(List<Owner> owners, @Nullable NodeAddress followed) {

    /**
     * @param node     null: unknown
     * @param role     leader, follower, candidate or listener; empty: it was not heard, or is no owner any more
     * @param position in the owners' log up to which its image is built
     * @param error    why it does not count; null: it counts
     */
    public record Owner(NodeAddress address, @Nullable NodeId node, String role, long position, long metaEpoch, @Nullable String error) {
        public boolean healthy() {
            return error == null;
        }
    }

    public OwnersHealth {
        owners = List.copyOf(owners);
    }

    /**
     * @param known     the owners as they were known before
     * @param nodes     who may be behind an owner's address
     * @param followed  null: nobody
     */
    static OwnersHealth of(Survey survey, List<NodeAddress> known, Collection<NodeAddress> nodes, String clusterId, @Nullable NodeAddress followed) {
        Optional<OwnerState> newest = survey.heard().values().stream()
                .filter(Objects::nonNull)
                .filter(state -> clusterId.equals(state.clusterId()) && state.isOwner())
                .max(Comparator.comparingLong(OwnerState::term).thenComparingLong(OwnerState::applied));
        var owners = new ArrayList<Owner>();
        if (newest.isEmpty()) {
            for (NodeAddress address : known) owners.add(owner(address, null, survey, clusterId));
        } else {
            for (OwnerState.Owner owner : newest.get().owners()) owners.add(owner(address(owner, nodes), owner.node(), survey, clusterId));
        }
        return new OwnersHealth(owners, followed);
    }

    private static NodeAddress address(OwnerState.Owner owner, Collection<NodeAddress> nodes) {
        return nodes.stream().filter(node -> owner.address().equals(node.grpcAddress())).findFirst().orElseGet(() -> NodeAddress.ofGrpc(owner.address()));
    }

    private static Owner owner(NodeAddress address, @Nullable NodeId node, Survey survey, String clusterId) {
        OwnerState state = survey.heard().get(address);
        if (state == null) return new Owner(address, node, "", 0, 0, survey.silence().getOrDefault(address, "not asked yet"));
        return new Owner(address, node == null ? state.node() : node, state.role(), state.applied(), state.metaEpoch(), error(state, node, clusterId));
    }

    private static @Nullable String error(OwnerState state, @Nullable NodeId node, String clusterId) {
        if (node != null && !state.node().equals(node)) return "another disk is there, that of node " + state.node();
        if (state.group() == null) return "it keeps no metadata";
        if (state.clusterId() == null) return "it does not know yet what its group holds";
        if (!state.clusterId().equals(clusterId)) return "it keeps the metadata of cluster " + state.clusterId();
        if (state.closed()) return "Raft has ended there: restart it";
        return state.leader() == null ? "it hears no leader" : null;
    }

    public List<NodeAddress> addresses() {
        return owners.stream().map(Owner::address).toList();
    }

    public boolean replicated() {
        return owners.size() > 1;
    }

    public int healthy() {
        return (int) owners.stream().filter(Owner::healthy).count();
    }

    public int quorum() {
        return owners.size() / 2 + 1;
    }

    /**
     * Whether they can decide now. One that hears a leader is enough to know it, also while the others are out of this coordinator's
     * reach: a leader without a majority gives up, and its followers turn away from it, both within a second.
     */
    public boolean decides() {
        return owners.stream().anyMatch(Owner::healthy);
    }

    /** What is wrong with them together, or would be after one more loss; in words for an operator. */
    public List<String> troubles() {
        if (!decides()) {
            return List.of("the cluster's metadata cannot change: no majority of its owners is heard (" + quorum() + " of " + owners.size() + " are needed);"
                    + " failover waits for them");
        }
        if (replicated()) return List.of();
        return List.of("the cluster's metadata is kept by " + owners.getFirst().address() + " alone: its loss stops failover; three owners would bear it");
    }

    /** Why nobody can tell whether the image here is the newest; empty: it is followed. */
    public Optional<String> whyImageMayBeOld() {
        if (owners.isEmpty() || decides()) return Optional.empty();
        return Optional.of("no majority of the owners of the cluster's metadata is heard, so what is known here may be old");
    }

    /** Why nothing was decided: who is heard, what goes on, what to do. */
    String undecided() {
        var told = new ArrayList<String>();
        for (Owner owner : owners) told.add(owner.address() + (owner.healthy() ? " is " + owner.role() : ": " + owner.error()));
        return "the owners of the cluster's metadata cannot decide (" + String.join("; ", told) + "). Reads and writes of the collections known here go on;"
                + " databases, collections and primaries cannot change until a majority, " + quorum() + " of " + owners.size() + " owners, run and reach each other: start those that are missing";
    }
}
