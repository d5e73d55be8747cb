package io.lynse.engine.row;

/**
 * What a collection counts over all entries that were applied to it.
 *
 * @param rows         stored rows, tombstoned ones included
 * @param rowsEver     rows ever inserted, compacted ones included
 * @param largestIntId ever stored; -1: none
 * @param holdsTextIds whether a text id was ever stored
 * @param largestStamp clock of the largest order stamp ever stored; 0: none
 */
public record RowCounts(long rows, long tombstones, long rowsEver, long largestIntId, boolean holdsTextIds, long largestStamp) {

    public static final RowCounts NONE = new RowCounts(0, 0, 0, -1, false, 0);

    public RowCounts {
        if (tombstones < 0 || tombstones > rows || rows > rowsEver || largestIntId < -1) {
            throw new IllegalArgumentException("impossible counts: " + rows + " rows, " + tombstones + " tombstones, " + rowsEver
                    + " ever, largest id " + largestIntId);
        }
    }

    /** The highest number taken by any row, text rows counted; -1 when there are none. The next one up is free. */
    public long maxId() {
        return Math.max(largestIntId, rowsEver - 1);
    }

    public long live() {
        return rows - tombstones;
    }
}
