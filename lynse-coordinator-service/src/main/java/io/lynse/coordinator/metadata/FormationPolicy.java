package io.lynse.coordinator.metadata;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the metadata's owners are there, are to be formed, or are waited for. Never a second group: owners are formed only when every
 * configured node was heard, none keeps anything and none is a member of a cluster, and their group's id follows from their node ids, so that
 * two coordinators form the same one.
 */
final class FormationPolicy {

    private FormationPolicy() {}

    /**
     * @param wanted    the owners of a cluster that does not exist yet
     * @param heard     every configured node, owner or not, with what it said; null: it was not heard
     * @param clusterId of the cluster that this coordinator knew before; null: it starts for the first time
     */
    static Formation decide(List<NodeAddress> wanted, Map<NodeAddress, @Nullable OwnerState> heard, @Nullable String clusterId) {
        Map<String, List<NodeAddress>> clusters = new TreeMap<>();
        Map<String, List<NodeAddress>> members = new TreeMap<>();
        Map<UUID, List<NodeAddress>> groups = new TreeMap<>();
        List<NodeAddress> unheard = new ArrayList<>();
        heard.forEach((node, state) -> {
            if (state == null) unheard.add(node);
            if (state != null && state.memberOf() != null) members.computeIfAbsent(state.memberOf(), _ -> new ArrayList<>()).add(node);
            if (state == null || state.group() == null) return;
            groups.computeIfAbsent(state.group(), _ -> new ArrayList<>()).add(node);
            if (state.clusterId() != null) clusters.computeIfAbsent(state.clusterId(), _ -> new ArrayList<>()).add(node);
        });
        if (clusterId != null) return known(clusterId, clusters, heard);
        if (clusters.size() > 1) return new Formation.Refuse("the configured nodes keep the metadata of different clusters: " + told(clusters));
        if (clusters.size() == 1) {
            var only = clusters.entrySet().iterator().next();
            return new Formation.Follow(only.getKey(), withTheSilent(only.getValue(), heard));
        }
        if (groups.size() > 1) return new Formation.Refuse("the configured nodes belong to different groups of metadata owners: " + told(groups));
        // Beside members of a cluster the group is no new one: it was just started.
        if (groups.size() == 1 && !members.isEmpty()) return new Formation.Wait(owing(heard));
        if (groups.size() == 1) return seed(groups.keySet().iterator().next(), heard);
        if (!unheard.isEmpty()) return new Formation.Wait(unheard);
        return members.isEmpty() ? form(wanted, heard) : lost(members);
    }

    /** Why a cluster that was found is not the one that is configured; null: it may be. Groups come and go, so one common member is enough. */
    static @Nullable String foreign(ClusterImage found, ClusterConfig configured) {
        var members = new TreeSet<String>();
        found.groups().values().forEach(group -> group.members().forEach(member -> members.add(member.uri())));
        boolean shared = configured.groups().stream().anyMatch(group -> members.contains(group.primary().uri())
                || group.replicas().stream().anyMatch(replica -> members.contains(replica.address().uri())));
        if (shared) return null;
        return "a configured owner keeps the metadata of cluster " + found.clusterId() + ", whose members are " + members
                + ": none of them is in --cluster-config. Every cluster needs owners of its own: correct the metadata owners or the shard groups";
    }

    private static Formation known(
            String clusterId, Map<String, List<NodeAddress>> clusters, Map<NodeAddress, @Nullable OwnerState> heard) {
        List<NodeAddress> owners = clusters.get(clusterId);
        if (owners != null) return new Formation.Follow(clusterId, withTheSilent(owners, heard));
        if (!clusters.isEmpty()) {
            return new Formation.Refuse("this coordinator belongs to cluster " + clusterId + ", and the configured nodes keep others: " + told(clusters)
                    + "; give it the right --cluster-config, or another --cluster-state for another cluster");
        }
        // An owner that was just started does not know yet what its group holds.
        List<NodeAddress> owing = owing(heard);
        if (!owing.isEmpty()) return new Formation.Wait(owing);
        return new Formation.Refuse("no configured node keeps the metadata of cluster " + clusterId + " any more: the owners' disks were lost."
                + " Restore one of them; or form them anew from this coordinator's cache: bin/lynse metadata recover --from-cache; or begin a new"
                + " cluster with another --cluster-state, on empty nodes");
    }

    /** A place that a node has in a cluster outlives the owners' disks and every coordinator's cache. */
    private static Formation.Refuse lost(Map<String, List<NodeAddress>> members) {
        if (members.size() > 1) return new Formation.Refuse("the configured nodes are members of different clusters: " + told(members) + "; correct --cluster-config");
        return new Formation.Refuse("no configured node keeps the metadata of cluster " + members.keySet().iterator().next() + ", of which "
                + members.values().iterator().next() + " are members: its owners are not configured here, or their disks were lost. Name them in metadata_owners;"
                + " or restore one of them; or form them anew from the cache of a coordinator that has one: bin/lynse metadata recover --from-cache;"
                + " or begin a new cluster, on empty nodes");
    }

    /** Those that were heard, then the owners that they know and that were not: they may be back soon. */
    private static List<NodeAddress> withTheSilent(List<NodeAddress> keepers, Map<NodeAddress, @Nullable OwnerState> heard) {
        var known = new HashSet<String>();
        for (NodeAddress keeper : keepers) {
            OwnerState state = heard.get(keeper);
            if (state != null) state.owners().forEach(owner -> known.add(owner.address()));
        }
        var all = new ArrayList<>(keepers);
        heard.forEach((node, state) -> {
            if (state == null && known.contains(node.grpcAddress())) all.add(node);
        });
        return all;
    }

    private static Formation seed(UUID group, Map<NodeAddress, @Nullable OwnerState> heard) {
        Map<NodeId, NodeAddress> addresses = new LinkedHashMap<>();
        List<OwnerState.Owner> owners = new ArrayList<>();
        heard.forEach((node, state) -> {
            if (state == null) return;
            addresses.put(state.node(), node);
            if (owners.isEmpty() && group.equals(state.group())) owners.addAll(state.owners());
        });
        List<NodeAddress> known = owners.stream().map(owner -> addresses.get(owner.node())).filter(node -> node != null).toList();
        // Between its start and that of Raft in it a node knows its group, and not yet who else belongs to it.
        if (known.isEmpty()) return new Formation.Wait(owing(heard));
        List<NodeAddress> missing = known.stream().filter(node -> keepsNothing(heard.get(node))).toList();
        return new Formation.Seed(group, owners, known, missing);
    }

    private static List<NodeAddress> owing(Map<NodeAddress, @Nullable OwnerState> heard) {
        return heard.entrySet().stream().filter(node -> !knows(node.getValue())).map(Map.Entry::getKey).toList();
    }

    /** Whether a node has said all that it is to the metadata. */
    private static boolean knows(@Nullable OwnerState state) {
        return state != null && (state.group() == null || state.clusterId() != null);
    }

    private static boolean keepsNothing(@Nullable OwnerState state) {
        return state != null && state.group() == null;
    }

    private static Formation form(List<NodeAddress> wanted, Map<NodeAddress, @Nullable OwnerState> heard) {
        String ids = wanted.stream().map(node -> {
            OwnerState state = heard.get(node);
            if (state == null) throw new IllegalArgumentException("the wanted owner " + node + " was not asked");
            return state.node().value();
        }).sorted().collect(Collectors.joining(" "));
        return new Formation.Form(UUID.nameUUIDFromBytes(ids.getBytes(StandardCharsets.UTF_8)), wanted);
    }

    private static String told(Map<?, List<NodeAddress>> nodes) {
        return nodes.entrySet().stream().map(entry -> entry.getKey() + " by " + entry.getValue()).collect(Collectors.joining(", "));
    }
}
