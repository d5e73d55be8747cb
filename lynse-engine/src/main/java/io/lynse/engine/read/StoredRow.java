package io.lynse.engine.read;

import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import java.util.Comparator;

/** Where a row lies in a view. */
record StoredRow(RowId id, OrderStamp stamp, int part, int row) {

    /** The order of every listing. Two clocks may give the same stamp; then the id decides. */
    static final Comparator<StoredRow> ORDER = Comparator.comparing(StoredRow::stamp).thenComparing(StoredRow::id, RowId.ORDER);
}
