package io.lynse.coordinator.config;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as {@code cluster.json} wants it (wire contract 8.1). It seeds the metadata on the first start; later the metadata
 * is the truth. Settings of the process that may also stand in the file are null where the file is silent.
 *
 * @param databases created on the first start
 * @param owners    as listed; empty: inferred from the primaries
 */
public record ClusterConfig(
        int bucketCount,
        Durability durability,
        List<Group> groups,
        List<String> databases,
        List<NodeAddress> owners,
        @Nullable Path statePath,
        @Nullable String apiKey,
        @Nullable String shardApiKey,
        @Nullable String coordinatorId,
        @Nullable String coordinatorUri,
        @Nullable Duration coordinatorLease,
        @Nullable Integer jsonLimitMb,
        @Nullable Integer payloadLimitMb) {

    public static final int DEFAULT_BUCKET_COUNT = 4096;

    /** Every collection keeps two bytes a bucket, and the state file a name. */
    public static final int BUCKET_COUNT_MAX = 1 << 20;

    public record Group(String name, NodeAddress primary, long primaryEpoch, List<Replica> replicas) {
        public Group {
            replicas = List.copyOf(replicas);
            if (name.isBlank()) throw new IllegalArgumentException("a shard group has a name");
            if (primaryEpoch < 1) throw new IllegalArgumentException("primary_epoch must be at least 1: " + primaryEpoch);
        }
    }

    /** @param state a wish: a replica is active only once it is level with its primary */
    public record Replica(NodeAddress address, ReplicaState state) {}

    public ClusterConfig {
        groups = List.copyOf(groups);
        databases = List.copyOf(databases);
        owners = List.copyOf(owners);
        if (groups.isEmpty()) throw new IllegalArgumentException("cluster config requires at least one shard group");
        if (bucketCount < 1 || bucketCount > BUCKET_COUNT_MAX) {
            throw new IllegalArgumentException("bucket_count must be at least 1 and at most " + BUCKET_COUNT_MAX + ": " + bucketCount);
        }
        for (Group group : groups) {
            int members = 1 + group.replicas().size();
            if (members < durability.minActiveMembers()) {
                throw new IllegalArgumentException("min_active_members is " + durability.minActiveMembers() + ", but shard group " + group.name() + " has "
                        + members + (members == 1 ? " member" : " members") + ": it could never take a write");
            }
        }
        refuseRepeats(groups);
        checkOwners(owners);
    }

    /** The owners of the metadata when nobody names any: the first three primaries, or the first where there are fewer than three. */
    public List<NodeAddress> inferredOwners() {
        return groups.stream().limit(groups.size() >= 3 ? 3 : 1).map(Group::primary).toList();
    }

    /** All that it names, group by group. */
    public List<NodeAddress> nodes() {
        return groups.stream().flatMap(group -> Stream.concat(Stream.of(group.primary()), group.replicas().stream().map(Replica::address))).toList();
    }

    /**
     * An even number bears no more losses than the odd one below, and is the mark of a change that did not get through.
     *
     * @throws IllegalArgumentException for an even number of owners, or one that is named twice
     */
    public static void checkOwners(List<NodeAddress> owners) {
        int count = owners.size();
        if (count == 2) {
            throw new IllegalArgumentException("two metadata owners are no use: a majority of two is both, so either one's loss stops all changes;"
                    + " name one, or three or more");
        }
        if (count > 0 && count % 2 == 0) {
            throw new IllegalArgumentException(count + " metadata owners are no use: they bear the loss of " + (count / 2 - 1) + ", as " + (count - 1)
                    + " do, and need a larger majority; name " + (count - 1) + " or " + (count + 1));
        }
        if (new HashSet<>(owners).size() < owners.size()) throw new IllegalArgumentException("a metadata owner is named twice: " + owners);
    }

    /** The first state of this cluster. Replicas hold nothing yet, so each starts stale whatever the file wishes. */
    public ClusterImage firstImage(String clusterId) {
        ClusterImage image = ClusterImage.initial(clusterId, bucketCount, durability, groups.stream().map(ClusterConfig::image).toList());
        for (String database : new TreeSet<>(databases)) image = image.apply(new MetadataRecord.DatabaseCreated(database));
        return image;
    }

    private static ShardGroupImage image(Group group) {
        return new ShardGroupImage(
                new ShardGroupId(group.name()),
                new MemberImage(group.primary().uri(), null),
                new Epoch(group.primaryEpoch()),
                1,
                group.replicas().stream()
                        .map(replica -> new ReplicaImage(new MemberImage(replica.address().uri(), null), ReplicaState.STALE))
                        .toList());
    }

    private static void refuseRepeats(List<Group> groups) {
        var names = new HashSet<String>();
        Map<NodeAddress, String> places = new HashMap<>();
        for (Group group : groups) {
            if (!names.add(group.name())) throw new IllegalArgumentException("two shard groups have the name '" + group.name() + "'");
            claim(places, group.primary(), "the primary of " + group.name());
            for (Replica replica : group.replicas()) claim(places, replica.address(), "a replica of " + group.name());
        }
    }

    private static void claim(Map<NodeAddress, String> places, NodeAddress address, String place) {
        String other = places.putIfAbsent(address, place);
        if (other != null) throw new IllegalArgumentException(address + " is both " + other + " and " + place + ": every member needs an address of its own");
    }

    /** Everything but the keys. */
    @Override
    public String toString() {
        return "ClusterConfig[groups=" + groups + ", bucketCount=" + bucketCount + "]";
    }
}
