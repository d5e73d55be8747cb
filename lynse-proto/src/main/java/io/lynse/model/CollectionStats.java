package io.lynse.model;

import java.util.List;

/**
 * A collection counted at one moment.
 *
 * @param rows         stored rows, tombstoned ones included
 * @param largestIntId -1: none
 * @param rowsEver     rows ever inserted, compacted ones included
 * @param holdsTextIds whether a text id was ever stored
 * @param fieldNames   sorted; empty unless asked for
 * @param path         where it lies on the node; empty over several groups
 */
public record CollectionStats(
        CollectionInfo info,
        long rows,
        long tombstones,
        long largestIntId,
        long rowsEver,
        boolean holdsTextIds,
        List<String> fieldNames,
        String path) {

    public CollectionStats {
        fieldNames = List.copyOf(fieldNames);
    }

    /** The highest number taken by any row, text rows counted; -1 when there are none. The next one up is free. */
    public long maxId() {
        return Math.max(largestIntId, rowsEver - 1);
    }

    public long live() {
        return rows - tombstones;
    }
}
