package io.lynse.coordinator.owners;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What an operator's choice of owners comes to. */
final class OwnerChoice {

    static final String FIELD = "owners";

    private OwnerChoice() {}

    /**
     * @param nodes of the cluster
     * @param heard every node that answered, by the address of its gRPC
     * @throws LynseException InvalidArgument if the choice cannot be made, with what is wrong about it; Conflict if a node belongs elsewhere
     */
    static OwnerChange of(List<NodeAddress> chosen, Committed now, Set<NodeAddress> nodes, Map<String, OwnerState> heard) {
        if (chosen.isEmpty()) throw invalid("owners must name at least one shard node");
        try {
            ClusterConfig.checkOwners(chosen);
        } catch (IllegalArgumentException useless) {
            throw invalid(String.valueOf(useless.getMessage()));
        }
        var wanted = new ArrayList<OwnerState.Owner>();
        var joining = new ArrayList<OwnerState.Owner>();
        for (NodeAddress address : chosen) {
            if (!nodes.contains(address)) throw invalid(address + " is no node of this cluster: its nodes are " + nodes.stream().map(NodeAddress::uri).sorted().toList());
            OwnerState there = heard.get(address.grpcAddress());
            if (there == null) throw invalid(address + " does not answer: a node becomes an owner while it runs");
            var owner = new OwnerState.Owner(there.node(), address.grpcAddress());
            boolean ended = there.closed();
            if (ended && now.has(owner)) throw invalid(address + " has ended its part in the metadata: restart it first");
            UUID kept = there.group();
            if (kept != null && !kept.equals(now.group())) {
                throw new LynseException(new LynseError.Conflict(address + " keeps the metadata of another group, " + kept));
            }
            wanted.add(owner);
            // Raft ended where an owner has left; told of the group once more, the node waits for it again.
            if (kept == null || ended) joining.add(owner);
        }
        return OwnerChange.of(now, wanted, joining);
    }

    private static LynseException invalid(String reason) {
        return new LynseException(LynseError.invalid(FIELD, reason));
    }
}
