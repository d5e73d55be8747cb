package io.lynse.engine.recent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For each row that lies below a table of recent rows, the slot of that table that speaks for it, if there is one. Below lie Lucene's
 * segments and, while it is being folded, the frozen table. A scan asks here only for the rows that it cannot exclude otherwise,
 * and most of them have no slot.
 *
 * <p>An overlay holds for one set of segments: when a fold brings the next, another is made, and views of before keep the old one.
 * One thread sets slots, before it publishes the view that shows them. A reader may meet slots that its view does not show yet, and
 * leaves them out by their number. So nothing is copied for a view, whatever its size.
 */
public final class Overlay {

    static final int NONE = SparseInts.NONE;

    private final List<LuceneSegment> segments;
    private final @Nullable SparseInts[] bySegment;
    private final SparseInts frozen;

    /** @param frozenSlots of the frozen table below; 0: there is none */
    public Overlay(SegmentSet below, int frozenSlots) {
        segments = below.segments();
        bySegment = new SparseInts[segments.size()];
        frozen = new SparseInts(frozenSlots);
    }

    public void overDoc(int segment, int doc, int slot) {
        SparseInts slots = bySegment[segment];
        if (slots == null) slots = new SparseInts(segments.get(segment).size());
        slots.set(doc, slot);
        bySegment[segment] = slots;
    }

    public void overFrozen(int frozenSlot, int slot) {
        frozen.set(frozenSlot, slot);
    }

    int ofDoc(int segment, int doc) {
        SparseInts slots = bySegment[segment];
        return slots == null ? NONE : slots.get(doc);
    }

    int ofFrozen(int frozenSlot) {
        return frozen.get(frozenSlot);
    }

    boolean touches(int segment) {
        return bySegment[segment] != null;
    }
}
