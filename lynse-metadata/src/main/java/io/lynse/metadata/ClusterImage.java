package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that the cluster knows of itself at one moment. Immutable; the next one comes from {@link #apply}.
 *
 * @param metaEpoch        raised by one with every record but those about coordinators; images of one cluster are ordered by it
 * @param bucketCount      of collections declared from now on
 * @param durability       on how many disks a write is before it is acknowledged
 * @param databases        sorted
 * @param collections      by name
 * @param groups           by name, in the order of the configuration, which is the order of buckets
 * @param nextCollectionId ids are never used twice, so no row of a dropped collection can reappear
 * @param lease            who leads the coordinators
 * @param coordinators     in the order in which they came
 */
public record ClusterImage(
        String clusterId,
        long metaEpoch,
        int bucketCount,
        Durability durability,
        NavigableSet<String> databases,
        NavigableMap<String, CollectionImage> collections,
        Map<ShardGroupId, ShardGroupImage> groups,
        long nextCollectionId,
        LeaseImage lease,
        Map<LeaseImage.Holder, CoordinatorImage> coordinators) {

    /** More than a lost history can be ahead of the copy that is left of it. */
    private static final long RECOVERY_GAP = 1_000_000;

    public ClusterImage {
        if (groups.isEmpty()) throw new IllegalArgumentException("a cluster has at least one shard group");
        if (bucketCount < 1) throw new IllegalArgumentException("bucket_count must be at least 1: " + bucketCount);
        databases = Collections.unmodifiableNavigableSet(new TreeSet<>(databases));
        collections = Collections.unmodifiableNavigableMap(new TreeMap<>(collections));
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        coordinators = Collections.unmodifiableMap(new LinkedHashMap<>(coordinators));
    }

    /** A cluster that holds nothing yet. */
    public static ClusterImage initial(String clusterId, int bucketCount, Durability durability, List<ShardGroupImage> groups) {
        var byName = new LinkedHashMap<ShardGroupId, ShardGroupImage>();
        groups.forEach(group -> byName.put(group.id(), group));
        return new ClusterImage(clusterId, 1, bucketCount, durability, new TreeSet<>(), new TreeMap<>(), byName, 1, LeaseImage.NONE, Map.of());
    }

    /**
     * This image as the beginning of a new history, after its own was lost. It may lack the last changes of that, so nothing that they may
     * have given out is given out again, and no replica is taken for level.
     */
    public ClusterImage recovered() {
        var distrusted = new LinkedHashMap<ShardGroupId, ShardGroupImage>();
        groups.forEach((id, group) -> distrusted.put(id, new ShardGroupImage(id, group.primary(), group.epoch(), group.version() + RECOVERY_GAP,
                group.replicas().stream().map(replica -> new ReplicaImage(replica.member(), ReplicaState.STALE)).toList())));
        // Where no coordinator ever took the lease, none needs it.
        var nobody = lease.epoch().equals(LeaseEpoch.NONE) ? LeaseImage.NONE : new LeaseImage(new LeaseEpoch(lease.epoch().value() + RECOVERY_GAP), null, 0);
        return new ClusterImage(
                clusterId, metaEpoch + RECOVERY_GAP, bucketCount, durability, databases, collections, distrusted,
                nextCollectionId + RECOVERY_GAP, nobody, Map.of());
    }

    public @Nullable CollectionImage collection(CollectionName name) {
        return collections.get(name.toString());
    }

    public Optional<CollectionImage> collection(CollectionId id) {
        return collections.values().stream().filter(collection -> collection.id().equals(id)).findFirst();
    }

    /** Those of one database, by name. */
    public List<CollectionImage> collectionsOf(String database) {
        return collections.values().stream().filter(collection -> collection.name().database().equals(database)).toList();
    }

    /** @throws IllegalArgumentException if there is no such group: a bucket table named one that was never declared */
    public ShardGroupImage group(ShardGroupId id) {
        ShardGroupImage group = groups.get(id);
        if (group == null) throw new IllegalArgumentException("no shard group " + id);
        return group;
    }

    /** The state after one record. Total: what a record says has been decided. */
    public ClusterImage apply(MetadataRecord record) {
        return switch (record) {
            case MetadataRecord.DatabaseCreated(String database) -> withDatabases(changed(databases, set -> set.add(database)), collections);
            case MetadataRecord.DatabaseDropped(String database) -> {
                var left = new TreeMap<>(collections);
                left.values().removeIf(collection -> collection.name().database().equals(database));
                yield withDatabases(changed(databases, set -> set.remove(database)), left);
            }
            case MetadataRecord.CollectionDeclared(CollectionImage declared) -> {
                var more = new TreeMap<>(collections);
                more.put(declared.name().toString(), declared);
                yield new ClusterImage(
                        clusterId, metaEpoch + 1, bucketCount, durability, databases, more, groups,
                        Math.max(nextCollectionId, declared.id().value() + 1), lease, coordinators);
            }
            case MetadataRecord.CollectionDropped(CollectionId id) -> {
                var left = new TreeMap<>(collections);
                left.values().removeIf(collection -> collection.id().equals(id));
                yield withDatabases(databases, left);
            }
            case MetadataRecord.DimensionFixed(CollectionId id, int dimension) -> with(id, old -> old.withDimension(dimension));
            case MetadataRecord.IndexSet(CollectionId id, var mode, String parameters) -> with(id, old -> old.withIndex(mode, parameters));
            case MetadataRecord.DescriptionUpdated(CollectionId id, String text) -> with(id, old -> old.withDescription(text));
            case MetadataRecord.IdsAllocated(CollectionId id, long first, long count) -> with(id, old -> old.withNextId(first + count));
            case MetadataRecord.GroupAdded(ShardGroupImage added) -> {
                var more = new LinkedHashMap<>(groups);
                more.put(added.id(), added);
                yield withGroups(more);
            }
            case MetadataRecord.ReplicasChanged(ShardGroupId group, var replicas) -> with(group, old -> old.withReplicas(replicas));
            case MetadataRecord.NodeBound(ShardGroupId group, String uri, NodeId node) ->
                with(group, old -> old.bound(uri, node));
            case MetadataRecord.PrimaryPromoted(ShardGroupId group, MemberImage primary, var epoch, var others) ->
                with(group, old -> old.promoted(primary, epoch, others));
            case MetadataRecord.ReplicaMarked(ShardGroupId group, MemberImage member, var state) -> with(group, old -> old.marked(member, state));
            case MetadataRecord.LeaseChanged(LeaseImage next) -> with(next, coordinators);
            case MetadataRecord.CoordinatorAnnounced(CoordinatorImage announced) -> {
                var more = new LinkedHashMap<>(coordinators);
                more.put(announced.process(), announced); // keeps the place of one that is there
                yield with(lease, more);
            }
            case MetadataRecord.CoordinatorRetired(LeaseImage.Holder process) -> {
                var left = new LinkedHashMap<>(coordinators);
                left.remove(process);
                yield with(lease, left);
            }
        };
    }

    private ClusterImage with(CollectionId id, UnaryOperator<CollectionImage> change) {
        var changed = new TreeMap<>(collections);
        changed.replaceAll((_, collection) -> collection.id().equals(id) ? change.apply(collection) : collection);
        return withDatabases(databases, changed);
    }

    private ClusterImage with(ShardGroupId id, UnaryOperator<ShardGroupImage> change) {
        var changed = new LinkedHashMap<>(groups);
        changed.computeIfPresent(id, (_, group) -> change.apply(group));
        return withGroups(changed);
    }

    private ClusterImage withGroups(Map<ShardGroupId, ShardGroupImage> changed) {
        return new ClusterImage(clusterId, metaEpoch + 1, bucketCount, durability, databases, collections, changed, nextCollectionId, lease, coordinators);
    }

    private ClusterImage withDatabases(NavigableSet<String> names, NavigableMap<String, CollectionImage> declared) {
        return new ClusterImage(clusterId, metaEpoch + 1, bucketCount, durability, names, declared, groups, nextCollectionId, lease, coordinators);
    }

    private ClusterImage with(LeaseImage next, Map<LeaseImage.Holder, CoordinatorImage> present) {
        return new ClusterImage(clusterId, metaEpoch, bucketCount, durability, databases, collections, groups, nextCollectionId, next, present);
    }

    private static NavigableSet<String> changed(NavigableSet<String> set, java.util.function.Consumer<NavigableSet<String>> change) {
        var copy = new TreeSet<>(set);
        change.accept(copy);
        return copy;
    }
}
