package io.lynse.engine.recent;

import io.lynse.engine.row.RowKey;
import io.lynse.model.RowId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds rows of one view by id; the view must be retained meanwhile. For use by one thread. */
public final class RowFinder {

    private final View view;
    private final int frozenPart;
    private final RowLookup stored;
    private int part;
    private int row;

    public RowFinder(View view) throws IOException {
        this.view = view;
        this.frozenPart = view.segments().size();
        this.stored = new RowLookup(view.layers().segments());
    }

    /** Whether the view has the row, tombstoned or not; then {@link #part} and {@link #row} tell where. */
    public boolean find(RowId id) throws IOException {
        if (!id.fitsRow()) return false;
        Layer frozen = view.layers().frozen();
        // From the newest to the oldest. A tombstone alone says that the row itself lies further down.
        if (found(view.active(), frozen == null ? frozenPart : frozenPart + 1, id) || found(frozen, frozenPart, id)) return true;
        if (!stored.find(RowKey.of(id))) return false;
        part = stored.segment();
        row = stored.doc();
        return true;
    }

    /** Place in the view's parts. */
    public int part() {
        return part;
    }

    /** Number in the part. */
    public int row() {
        return row;
    }

    private boolean found(@Nullable Layer layer, int number, RowId id) {
        int slot = layer == null ? RecentSnapshot.ABSENT : layer.rows().find(id);
        if (layer == null || slot == RecentSnapshot.ABSENT) return false;
        int version = layer.rows().current(slot);
        if (layer.rows().leavesRow(version)) return false;
        part = number;
        row = layer.rows().vector(version);
        return true;
    }
}
