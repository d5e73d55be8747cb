package io.lynse.engine.collection;

import io.lynse.engine.recent.Overlay;
import io.lynse.engine.recent.RecentSnapshot;
import io.lynse.engine.recent.RowLookup;
import io.lynse.engine.recent.SegmentSet;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;

/** Finds where the rows lie in new segments that the active table speaks for. For one thread. */
final class Masks {

    private final SegmentSet segments;
    private final RowLookup lookup;
    private final Overlay overlay;
    private int done;

    Masks(SegmentSet segments) throws IOException {
        this.segments = segments;
        lookup = new RowLookup(segments);
        overlay = new Overlay(segments, 0);
    }

    /** Slots that are not looked up yet. */
    int left(RecentSnapshot active) {
        return active.slots() - done;
    }

    /** Looks up the slots that are new since the last time. @throws IOException if a row is not in Lucene that must be */
    void take(RecentSnapshot active) throws IOException {
        for (; done < active.slots(); done++) {
            if (!active.isBelow(done)) continue;
            if (!lookup.find(active.key(done))) {
                throw new CorruptIndexException("a row that was folded is not there: " + active.key(done), segments.reader().toString());
            }
            overlay.overDoc(lookup.segment(), lookup.doc(), done);
        }
    }

    Overlay overlay() {
        return overlay;
    }
}
