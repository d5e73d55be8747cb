package io.lynse.coordinator.routing;

import io.lynse.metadata.BucketHash;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.Ids;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;

/** Rows of one request by the shard group that keeps them. */
public final class RowPartition {

    private RowPartition() {}

    /** @param rows positions in the request, ascending; never empty */
    public record Part(ShardGroupId group, int[] rows) {}

    /** Every row in exactly one part; groups without a row are left out. */
    public static List<Part> of(CollectionImage collection, Ids ids) {
        BucketTable table = collection.table();
        int[] buckets = new BucketHash(collection.name(), table.bucketCount()).bucketsOf(ids);
        var counts = new int[table.groups().size()];
        for (int bucket : buckets) counts[table.groupNumberOf(bucket)]++;
        var rows = new int[counts.length][];
        for (int group = 0; group < counts.length; group++) rows[group] = new int[counts[group]];
        var filled = new int[counts.length];
        for (int row = 0; row < buckets.length; row++) {
            int group = table.groupNumberOf(buckets[row]);
            rows[group][filled[group]++] = row;
        }
        var parts = new ArrayList<Part>();
        for (int group = 0; group < counts.length; group++) {
            if (counts[group] > 0) parts.add(new Part(table.groups().get(group), rows[group]));
        }
        return parts;
    }
}
