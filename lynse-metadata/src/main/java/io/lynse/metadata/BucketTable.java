package io.lynse.metadata;

import io.lynse.model.ShardGroupId;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Which shard group keeps each bucket of one collection. Two bytes a bucket: thousands of collections with 4,096 buckets each
 * must fit into one image. Immutable.
 */
public final class BucketTable {

    private static final int GROUPS_MAX = Short.MAX_VALUE;

    private final List<ShardGroupId> groups;
    private final short[] owners;

    private BucketTable(List<ShardGroupId> groups, short[] owners) {
        this.groups = groups;
        this.owners = owners;
    }

    /** Bucket i belongs to group i modulo the number of groups. */
    public static BucketTable striped(List<ShardGroupId> groups, int bucketCount) {
        if (groups.isEmpty() || groups.size() > GROUPS_MAX) throw new IllegalArgumentException("not a number of groups: " + groups.size());
        if (bucketCount < 1) throw new IllegalArgumentException("bucket_count must be at least 1: " + bucketCount);
        var owners = new short[bucketCount];
        for (int bucket = 0; bucket < bucketCount; bucket++) owners[bucket] = (short) (bucket % groups.size());
        return new BucketTable(List.copyOf(groups), owners);
    }

    /** @param groupOfBucket one group per bucket */
    public static BucketTable of(List<ShardGroupId> groupOfBucket) {
        if (groupOfBucket.isEmpty()) throw new IllegalArgumentException("a bucket table has at least one bucket");
        var numbers = new LinkedHashMap<ShardGroupId, Short>();
        var owners = new short[groupOfBucket.size()];
        for (int bucket = 0; bucket < owners.length; bucket++) {
            owners[bucket] = numbers.computeIfAbsent(groupOfBucket.get(bucket), _ -> (short) numbers.size());
        }
        return new BucketTable(List.copyOf(numbers.keySet()), owners);
    }

    public int bucketCount() {
        return owners.length;
    }

    /** Every group that keeps a bucket here, in the order of first appearance. */
    public List<ShardGroupId> groups() {
        return groups;
    }

    public ShardGroupId groupOf(int bucket) {
        return groups.get(owners[bucket]);
    }

    /** Position in {@link #groups} of the bucket's group. */
    public int groupNumberOf(int bucket) {
        return owners[bucket];
    }

    /** The names bucket by bucket, as documents show them. A view. */
    public List<String> names() {
        return new AbstractList<>() {
            @Override
            public String get(int bucket) {
                return groupOf(bucket).value();
            }

            @Override
            public int size() {
                return owners.length;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BucketTable that && groups.equals(that.groups) && Arrays.equals(owners, that.owners);
    }

    @Override
    public int hashCode() {
        return 31 * groups.hashCode() + Arrays.hashCode(owners);
    }

    @Override
    public String toString() {
        return owners.length + " buckets over " + groups;
    }
}
