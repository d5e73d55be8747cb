package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the metadata may be formed anew from a coordinator's cache. Only where nobody can still have it, and where the cache is older
 * neither than a promotion, for the primary that it names would then lack acknowledged writes, nor than a collection that somebody holds, for
 * that would be taken for a dropped one.
 */
final class RecoveryPolicy {

    private RecoveryPolicy() {}

    /** What one node said; null: it was not heard, or not as a member of a group. */
    record Word(@Nullable OwnerState owner, @Nullable Member member) {}

    /** @param seen the highest primary epoch that it has seen @param largestCollectionId that it holds; 0: none */
    record Member(Epoch seen, long largestCollectionId) {}

    /**
     * @param problems none: go on
     * @param group    id of the group to form; whoever recovers this cache on these disks comes to the same, and a later recovery to another,
     *     because the metadata epoch jumps with each
     * @param joining  owners that do not know the group yet
     */
    record Plan(List<String> problems, UUID group, List<OwnerState.Owner> owners, List<NodeAddress> joining) {
        Plan {
            problems = List.copyOf(problems);
            owners = List.copyOf(owners);
            joining = List.copyOf(joining);
        }
    }

    /**
     * @param wanted who are to keep it
     * @param words  of every node of the configuration and of the cache
     */
    static Plan decide(ClusterImage cached, List<NodeAddress> wanted, Map<NodeAddress, Word> words) {
        var problems = new ArrayList<String>();
        var owners = new ArrayList<OwnerState.Owner>();
        for (NodeAddress address : wanted) {
            Word word = words.get(address);
            if (word != null && word.owner() != null) owners.add(new OwnerState.Owner(word.owner().node(), address.grpcAddress()));
        }
        String ids = cached.clusterId() + " " + cached.metaEpoch() + owners.stream().map(owner -> owner.node().value()).sorted().collect(Collectors.joining(" ", " ", ""));
        UUID group = UUID.nameUUIDFromBytes(ids.getBytes(StandardCharsets.UTF_8));
        var joining = new ArrayList<NodeAddress>();
        words.forEach((address, word) -> {
            OwnerState state = word.owner();
            if (state == null) {
                problems.add(address + " was not heard: it may still keep the metadata");
            } else if (state.group() == null) {
                if (wanted.contains(address)) joining.add(address);
            } else if (!state.group().equals(group)) {
                problems.add(address + " still keeps metadata, of " + (state.clusterId() == null ? "an unknown cluster" : "cluster " + state.clusterId())
                        + ": start a majority of its owners; or, if they are lost for good, stop it and move its folder of metadata away");
            } else if (state.clusterId() != null) {
                problems.add(address + " keeps the metadata, recovered from this cache: it is there already, start the coordinator without recovering");
            }
        });
        for (ShardGroupImage shards : cached.groups().values()) {
            for (MemberImage member : shards.members()) {
                Word word = words.get(NodeAddress.parse(member.uri()));
                Member said = word == null ? null : word.member();
                if (said == null) {
                    problems.add(member.uri() + " did not say what it has seen of shard group " + shards.id());
                    continue;
                }
                if (said.seen().value() > shards.epoch().value()) {
                    problems.add(member.uri() + " has seen epoch " + said.seen() + " of shard group " + shards.id() + ", the cache has " + shards.epoch()
                            + ": it is older than a promotion. Use the cache of another coordinator");
                }
                if (said.largestCollectionId() >= cached.nextCollectionId()) {
                    problems.add(member.uri() + " holds collection " + said.largestCollectionId() + ", of which the cache does not know: it is older than that"
                            + " collection. Use the cache of another coordinator");
                }
            }
        }
        return new Plan(problems, group, owners, joining);
    }
}
