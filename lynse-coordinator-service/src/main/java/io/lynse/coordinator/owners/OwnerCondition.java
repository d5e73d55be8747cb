package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is found at an owner's address, held against the node id that the group has for it. */
sealed interface OwnerCondition {

    record Well() implements OwnerCondition {}

    record Silent() implements OwnerCondition {}

    /** The node itself, but Raft has ended there. */
    record Ended() implements OwnerCondition {}

    /** The node itself, without the group: what it kept of the metadata is lost. */
    record Emptied() implements OwnerCondition {}

    /** Another node that keeps nothing, or has been told of the group already: a wiped or exchanged disk. */
    record Replaced(OwnerState.Owner by, boolean knowsGroup) implements OwnerCondition {}

    /** Another node is there, and the owner itself is at another address. */
    record Moved(OwnerState.Owner to) implements OwnerCondition {}

    /** What only an operator can mend. */
    record Wrong(String why) implements OwnerCondition {}

    /** @param heard what answered, by the address of its gRPC */
    static OwnerCondition of(OwnerState.Owner owner, Committed now, Map<String, OwnerState> heard) {
        OwnerState there = heard.get(owner.address());
        if (there == null) return new Silent();
        UUID kept = there.group();
        boolean knowsGroup = now.group().equals(kept);
        if (kept != null && !knowsGroup) return new Wrong("node " + there.node() + " there keeps the metadata of another group, " + kept);
        if (there.node().equals(owner.node())) return kept == null ? new Emptied() : there.closed() ? new Ended() : new Well();
        Optional<OwnerState.Owner> elsewhere = elsewhere(owner, now, heard);
        Optional<OwnerState.Owner> other = now.owners().stream().filter(known -> known.node().equals(there.node())).findFirst();
        if (other.isPresent()) {
            boolean atHome = there.node().equals(nodeAt(other.get().address(), heard));
            return new Wrong(atHome
                    ? "node " + there.node() + " answers there and at " + other.get().address() + ": one of both is a copied data directory. Stop it, empty it, start it again"
                    : "node " + there.node() + " answers there, whose own address is " + other.get().address() + ": owners exchanged their addresses. Exchange them back");
        }
        if (elsewhere.isPresent()) return new Moved(elsewhere.get());
        return new Replaced(new OwnerState.Owner(there.node(), owner.address()), knowsGroup);
    }

    private static @Nullable NodeId nodeAt(String address, Map<String, OwnerState> heard) {
        OwnerState state = heard.get(address);
        return state == null ? null : state.node();
    }

    private static Optional<OwnerState.Owner> elsewhere(OwnerState.Owner owner, Committed now, Map<String, OwnerState> heard) {
        return heard.entrySet().stream()
                .filter(met -> met.getValue().node().equals(owner.node()) && now.group().equals(met.getValue().group()))
                .map(met -> new OwnerState.Owner(owner.node(), met.getKey()))
                .findFirst();
    }
}
