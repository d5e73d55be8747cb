package io.lynse.shard.owner;

import io.lynse.wire.v1.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * From one set of owners to another, by steps that Ratis takes: one owner leaves and one comes, at most, and newcomers are never the
 * majority. An owner under a new address leaves first and comes again, for Ratis answers a change of the address alone with success and
 * does nothing.
 */
final class OwnerSteps {

    private OwnerSteps() {}

    /**
     * The owners after the next step, sorted by node id; empty when those wanted are the owners.
     *
     * @param leader node id of the one that makes the steps: it leaves last, for a step that it is no part of would be its last one
     * @throws IllegalArgumentException if nobody or somebody twice is wanted, or the only owner under another address
     */
    static Optional<List<Owner>> next(List<Owner> current, List<Owner> wanted, String leader) {
        List<Owner> goal = sorted(wanted);
        if (goal.isEmpty()) throw new IllegalArgumentException("there must be an owner");
        if (goal.stream().map(Owner::getNodeId).distinct().count() != goal.size()) throw new IllegalArgumentException("an owner is named twice");
        if (sorted(current).equals(goal)) return Optional.empty();
        Optional<Owner> leaves = current.stream().filter(owner -> !goal.contains(owner)).min(Comparator.comparing(owner -> owner.getNodeId().equals(leader)));
        Optional<Owner> comes = goal.stream().filter(owner -> !knows(current, owner)).findFirst();
        var next = new ArrayList<>(current);
        comes.ifPresent(next::add);
        boolean alone = current.size() == 1;
        if (leaves.isPresent() && !(alone && comes.isPresent())) next.remove(leaves.get());
        if (next.isEmpty()) throw new IllegalArgumentException("the only owner " + current.getFirst().getNodeId() + " cannot change its address");
        return Optional.of(sorted(next));
    }

    private static boolean knows(List<Owner> owners, Owner owner) {
        return owners.stream().anyMatch(known -> known.getNodeId().equals(owner.getNodeId()));
    }

    static List<Owner> sorted(List<Owner> owners) {
        return owners.stream().sorted(Comparator.comparing(Owner::getNodeId)).toList();
    }
}
