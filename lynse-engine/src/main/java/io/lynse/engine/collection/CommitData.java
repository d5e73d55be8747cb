package io.lynse.engine.collection;

import io.lynse.engine.row.RowCounts;
import io.lynse.model.Lsn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Lucene commit says of itself, in its user data.
 *
 * @param folded the last entry whose effect on the collection the commit holds
 */
record CommitData(Lsn folded, RowCounts counts) {

    static final CommitData NOTHING = new CommitData(Lsn.NONE, RowCounts.NONE);

    private static final String LSN = "lynse.lsn";
    private static final String ROWS = "lynse.rows";
    private static final String TOMBSTONES = "lynse.tombstones";
    private static final String ROWS_EVER = "lynse.rows_ever";
    private static final String LARGEST_INT_ID = "lynse.largest_int_id";
    private static final String HOLDS_TEXT_IDS = "lynse.holds_text_ids";
    private static final String LARGEST_STAMP = "lynse.largest_stamp";

    Map<String, String> toMap() {
        return Map.of(
                LSN, folded.toString(),
                ROWS, Long.toString(counts.rows()),
                TOMBSTONES, Long.toString(counts.tombstones()),
                ROWS_EVER, Long.toString(counts.rowsEver()),
                LARGEST_INT_ID, Long.toString(counts.largestIntId()),
                HOLDS_TEXT_IDS, Boolean.toString(counts.holdsTextIds()),
                LARGEST_STAMP, Long.toString(counts.largestStamp()));
    }

    /** @throws IllegalArgumentException if a value is missing or impossible */
    static CommitData of(Iterable<Map.Entry<String, String>> userData) {
        var values = new HashMap<String, String>();
        userData.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return new CommitData(
                new Lsn(number(values.get(LSN))),
                new RowCounts(
                        number(values.get(ROWS)),
                        number(values.get(TOMBSTONES)),
                        number(values.get(ROWS_EVER)),
                        number(values.get(LARGEST_INT_ID)),
                        Boolean.parseBoolean(values.get(HOLDS_TEXT_IDS)),
                        number(values.get(LARGEST_STAMP))));
    }

    private static long number(@Nullable String value) {
        if (value == null) throw new IllegalArgumentException("the commit was not written by Lynse");
        return Long.parseLong(value);
    }
}
