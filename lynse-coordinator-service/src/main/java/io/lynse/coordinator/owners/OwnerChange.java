package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.OwnerState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of the owners that is to be made.
 *
 * @param expected who they are now
 * @param joining  those among the wanted ones that do not keep the group yet, and must be told of it first
 */
record OwnerChange(UUID group, List<OwnerState.Owner> expected, List<OwnerState.Owner> wanted, List<OwnerState.Owner> joining) {

    OwnerChange {
        expected = List.copyOf(expected);
        wanted = List.copyOf(wanted);
        joining = List.copyOf(joining);
    }

    static OwnerChange of(Committed now, List<OwnerState.Owner> wanted, List<OwnerState.Owner> joining) {
        return new OwnerChange(now.group(), now.owners(), wanted, joining);
    }

    /** Who can be asked for it, one after the other: those that stay, for at the address of one that goes there may be another node. */
    List<OwnerState.Owner> asked() {
        List<OwnerState.Owner> staying = expected.stream().filter(wanted::contains).toList();
        return staying.isEmpty() ? expected : staying;
    }

    /** One owner goes, another comes, or only one of both. */
    static OwnerChange swap(Committed now, OwnerState.@Nullable Owner leaves, OwnerState.@Nullable Owner comes, boolean joins) {
        var wanted = new ArrayList<>(now.owners());
        if (leaves != null) wanted.remove(leaves);
        if (comes != null) wanted.add(comes);
        return of(now, wanted, comes != null && joins ? List.of(comes) : List.of());
    }
}
