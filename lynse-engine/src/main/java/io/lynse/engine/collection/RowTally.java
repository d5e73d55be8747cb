package io.lynse.engine.collection;

import io.lynse.engine.row.RowCounts;
import io.lynse.model.Ids;
import io.lynse.model.RowId;

/** {@link RowCounts} in the making. */
final class RowTally {

    private long rows;
    private long tombstones;
    private long rowsEver;
    private long largestIntId;
    private boolean holdsTextIds;
    private long largestStamp;

    RowTally(RowCounts counts) {
        rows = counts.rows();
        tombstones = counts.tombstones();
        rowsEver = counts.rowsEver();
        largestIntId = counts.largestIntId();
        holdsTextIds = counts.holdsTextIds();
        largestStamp = counts.largestStamp();
    }

    RowCounts counts() {
        return new RowCounts(rows, tombstones, rowsEver, largestIntId, holdsTextIds, largestStamp);
    }

    long largestIntId() {
        return largestIntId;
    }

    boolean holdsTextIds() {
        return holdsTextIds;
    }

    void inserted(Ids ids, int row) {
        rows++;
        rowsEver++;
        if (ids instanceof Ids.Mixed && ids.get(row) instanceof RowId.TextId) holdsTextIds = true;
        else largestIntId = Math.max(largestIntId, ids.intAt(row));
    }

    void stamped(long clock) {
        largestStamp = Math.max(largestStamp, clock);
    }

    void marked(boolean tombstone) {
        tombstones += tombstone ? 1 : -1;
    }

    /** Tombstoned rows are gone for good. */
    void compacted(long removed) {
        rows -= removed;
        tombstones -= removed;
    }
}
