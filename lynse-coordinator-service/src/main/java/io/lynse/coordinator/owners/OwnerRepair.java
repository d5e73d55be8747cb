package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.OwnerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the owners, and the next change that mends something. One change at a time, and only while a majority is well: it is they
 * who decide the change. An owner that is only silent stays one, for it catches up by itself when it is back.
 */
final class OwnerRepair {

    static final String RECOVER = "bin/lynse metadata recover --from-cache";

    private OwnerRepair() {}

    /**
     * @param troubles for people; none: all is well
     * @param change   null: there is nothing to do, or nothing can be done from here
     */
    record Finding(List<String> troubles, @Nullable OwnerChange change) {
        Finding {
            troubles = List.copyOf(troubles);
        }
    }

    /**
     * @param now     who the owners are, as far as anybody knows
     * @param heard   every node that answered, by the address of its gRPC
     * @param addable addresses of nodes that may become owners where one is missing, the best first
     */
    static Finding decide(Committed now, Map<String, OwnerState> heard, List<String> addable) {
        Map<OwnerState.Owner, OwnerCondition> conditions = new LinkedHashMap<>();
        for (OwnerState.Owner owner : now.owners()) conditions.put(owner, OwnerCondition.of(owner, now, heard));
        var troubles = new ArrayList<String>();
        conditions.forEach((owner, condition) -> trouble(owner, condition, now.isSingle()).ifPresent(troubles::add));
        boolean incomplete = now.owners().size() % 2 == 0;
        if (incomplete) troubles.add("there are " + now.owners().size() + " owners of the metadata, an even number: one is missing");
        long well = conditions.values().stream().filter(OwnerCondition.Well.class::isInstance).count();
        if (well <= now.owners().size() / 2) {
            if (!now.isSingle()) troubles.add("no majority of the owners of the metadata is well: nothing can be changed, what is known is still served");
            return new Finding(troubles, null);
        }
        for (var entry : conditions.entrySet()) {
            Optional<OwnerChange> change = mend(now, entry.getKey(), entry.getValue());
            if (change.isPresent()) return new Finding(troubles, change.get());
        }
        return new Finding(troubles, incomplete ? completed(now, heard, addable).orElse(null) : null);
    }

    private static Optional<String> trouble(OwnerState.Owner owner, OwnerCondition condition, boolean single) {
        String whose = "the metadata owner at " + owner.address() + " (node " + owner.node() + ") ";
        String lost = single ? ": the only copy of the metadata is lost. Nothing is formed anew by itself. Stop the coordinators and run " + RECOVER : "";
        return switch (condition) {
            case OwnerCondition.Well _ -> Optional.empty();
            case OwnerCondition.Silent _ -> Optional.of(whose + "does not answer");
            case OwnerCondition.Ended _ -> Optional.of(whose + "has ended its part in it: restart that node");
            case OwnerCondition.Emptied _ -> Optional.of(whose + "has lost its copy" + lost);
            case OwnerCondition.Replaced(var by, _) -> Optional.of(whose + "was replaced by node " + by.node() + ", whose disk has no copy" + lost);
            case OwnerCondition.Moved(var to) -> Optional.of(whose + "is at " + to.address() + " now");
            case OwnerCondition.Wrong(String why) -> Optional.of(whose + "is not there: " + why);
        };
    }

    private static Optional<OwnerChange> mend(Committed now, OwnerState.Owner owner, OwnerCondition condition) {
        return switch (condition) {
            case OwnerCondition.Replaced(var by, boolean knowsGroup) -> Optional.of(OwnerChange.swap(now, owner, by, !knowsGroup));
            case OwnerCondition.Moved(var to) -> Optional.of(OwnerChange.swap(now, owner, to, false));
            // Under its old id it would never catch up: it leaves, and comes again where an owner is missing then.
            case OwnerCondition.Emptied _ -> Optional.of(OwnerChange.swap(now, owner, null, false));
            case OwnerCondition.Well _, OwnerCondition.Silent _, OwnerCondition.Ended _, OwnerCondition.Wrong _ -> Optional.empty();
        };
    }

    /** An even number is always a change that did not get through, or an owner that left to come again: nobody may ask for one. */
    private static Optional<OwnerChange> completed(Committed now, Map<String, OwnerState> heard, List<String> addable) {
        for (String address : addable) {
            OwnerState there = heard.get(address);
            if (there == null) continue;
            var candidate = new OwnerState.Owner(there.node(), address);
            if (now.has(candidate) || (there.group() != null && !now.group().equals(there.group()))) continue;
            // Raft ended where an owner has left; told of the group once more, the node waits for it again.
            return Optional.of(OwnerChange.swap(now, null, candidate, there.group() == null || there.closed()));
        }
        return Optional.empty();
    }
}
