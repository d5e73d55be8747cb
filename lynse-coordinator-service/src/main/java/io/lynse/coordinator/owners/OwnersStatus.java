package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the owners were at the last look.
 *
 * @param owners   none: nobody told who they are
 * @param troubles none: all is well
 * @param warnings what is not wrong, but whoever runs the cluster should know
 */
public record OwnersStatus(List<Seen> owners, List<String> troubles, List<String> warnings) {

    static final OwnersStatus UNKNOWN = new OwnersStatus(List.of(), List.of(), List.of());

    /**
     * @param uri    null: its address is none of the cluster's nodes'
     * @param answer node id of whoever answers there; null: nobody
     */
    public record Seen(String address, @Nullable String uri, NodeId node, @Nullable NodeId answer, String role) {}

    public OwnersStatus {
        owners = List.copyOf(owners);
        troubles = List.copyOf(troubles);
        warnings = List.copyOf(warnings);
    }

    /** @param configured whom this coordinator's configuration names @param nodes whose address of gRPC it is */
    static OwnersStatus of(
            Committed now, List<String> troubles, Map<String, OwnerState> heard, List<NodeAddress> configured, Function<String, @Nullable NodeAddress> nodes) {
        var seen = new ArrayList<Seen>();
        for (OwnerState.Owner owner : now.owners()) {
            OwnerState there = heard.get(owner.address());
            NodeAddress node = nodes.apply(owner.address());
            seen.add(new Seen(owner.address(), node == null ? null : node.uri(), owner.node(), there == null ? null : there.node(), there == null ? "" : there.role()));
        }
        return new OwnersStatus(seen, troubles, warnings(now, configured));
    }

    private static List<String> warnings(Committed now, List<NodeAddress> configured) {
        var warnings = new ArrayList<String>();
        Set<String> committed = now.owners().stream().map(OwnerState.Owner::address).collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = configured.stream().map(NodeAddress::grpcAddress).collect(Collectors.toCollection(TreeSet::new));
        if (!listed.equals(committed)) {
            warnings.add("the owners of the metadata are " + committed + " (gRPC); the configuration names " + listed
                    + ", which changes nothing: POST /cluster/change-owners does");
        }
        return warnings;
    }

    public boolean degraded() {
        return !troubles.isEmpty();
    }
}
