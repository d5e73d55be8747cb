package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.OwnerState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who the owners are by the word of one of them. */
record Committed(UUID group, List<OwnerState.Owner> owners) {

    Committed {
        owners = List.copyOf(owners);
    }

    /** The newest that was told: of a later term, and there the leader's. */
    static Optional<Committed> newest(String clusterId, Collection<OwnerState> told) {
        return told.stream()
                .filter(state -> clusterId.equals(state.clusterId()) && state.isOwner())
                .max(Comparator.comparingLong(OwnerState::term).thenComparing(state -> state.role().equals("leader")))
                .flatMap(state -> state.keeps().map(group -> new Committed(group, state.owners())));
    }

    boolean has(OwnerState.Owner owner) {
        return owners.stream().anyMatch(known -> known.node().equals(owner.node()));
    }

    boolean isSingle() {
        return owners.size() == 1;
    }
}
