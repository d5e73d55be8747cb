package io.lynse.engine.collection;

import io.lynse.engine.recent.Fold;
import io.lynse.engine.recent.Layer;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.row.RowDocument;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one collection to Lucene and opens the segments that come of it. For one fold, or one huge batch, at a time. */
final class SegmentWriter {

    private final CollectionFiles files;
    private final FoldLimits limits;
    private @Nullable RowDocument document; // used again, for every row

    SegmentWriter(CollectionFiles files, FoldLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /** Without the collection's lock: the frozen rows do not change. */
    void writeFrozen(RowTable rows) throws IOException {
        Layer frozen = rows.layers().frozen();
        if (frozen == null) throw new IllegalStateException("nothing is frozen");
        Fold.into(files.writer(), frozen.rows(), document(rows));
    }

    /** What was written so far. The caller releases it. */
    SegmentSet open(RowTable rows) throws IOException {
        return rows.segments().refreshed(files.writer(), rows.dimension());
    }

    /**
     * With the lock, and everything folded: writes a batch straight to Lucene that is larger than all recent rows of the node may be.
     * @throws io.lynse.error.LynseException InvalidArgument: refused, nothing was changed
     */
    Ids writeThrough(RowTable rows, RowBatch batch, long clock) throws IOException {
        long partRows = Math.max(1, limits.bytes() * batch.count() / RowTable.bytesOf(batch, rows.elementType()));
        Ids ids = rows.writeThrough(
                batch, clock, (int) Math.min(partRows, batch.count()), recent -> Fold.into(files.writer(), recent, document(rows)));
        reopen(rows);
        return ids;
    }

    /** With the lock, and everything folded: reads Lucene anew. */
    void reopen(RowTable rows) throws IOException {
        SegmentSet next = open(rows);
        var masks = new Masks(next);
        masks.take(rows.active().snapshot());
        rows.folded(next, masks.overlay(), rows.filter());
    }

    private RowDocument document(RowTable rows) {
        RowDocument known = document;
        if (known == null) document = known = new RowDocument(rows.dimension());
        return known;
    }
}
