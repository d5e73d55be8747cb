package io.lynse.engine.collection;

import io.lynse.engine.recent.RecentRows;
import io.lynse.engine.recent.RowLookup;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.engine.row.RowKey;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.WriteKind;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * The applied state of a collection's rows: the recent rows over what Lucene has. Conditions are decided here, from applied
 * state alone, and a batch is refused before anything of it is written. Guarded by the collection's lock.
 *
 * <p>Whether an id is there costs a term look-up in every segment, so it is asked last: a recent row answers first, and an
 * integer above the largest one ever stored is new without asking.
 */
final class RowTable {

    private final int dimension;
    private final ElementType elementType;
    private final RecentRows recent;
    private final BytesRef intKey = new BytesRef(RowKey.INT_BYTES);
    private View folded;
    private @Nullable RowLookup lookup;

    private long rows;
    private long tombstones;
    private long rowsEver;
    private long largestIntId;
    private boolean holdsTextIds;
    private long largestStamp;

    /** @param folded everything that Lucene has; retained by the collection */
    RowTable(int dimension, ElementType elementType, View folded) {
        this.dimension = dimension;
        this.elementType = elementType;
        this.recent = new RecentRows(dimension, elementType == ElementType.FLOAT16);
        this.folded = folded;
        RowCounts counts = folded.counts();
        rows = counts.rows();
        tombstones = counts.tombstones();
        rowsEver = counts.rowsEver();
        largestIntId = counts.largestIntId();
        holdsTextIds = counts.holdsTextIds();
        largestStamp = counts.largestStamp();
    }

    RecentRows recent() {
        return recent;
    }

    RowCounts counts() {
        return new RowCounts(rows, tombstones, rowsEver, largestIntId, holdsTextIds, largestStamp);
    }

    /** Lucene is read through this view from now on: the one before may be closed. */
    void reads(View view) {
        folded = view;
        lookup = null;
    }

    /** The recent rows are in Lucene now. @param bulk whether as many are expected again soon */
    void folded(boolean bulk) {
        recent.clear(bulk);
    }

    /** Tombstoned rows were removed from Lucene. */
    void compacted(long removed) {
        rows -= removed;
        tombstones -= removed;
    }

    /**
     * Writes a batch of at least one row, whose dimension fits.
     *
     * @param clock of the order stamp of rows that are new
     * @return the ids of the rows, in row order
     * @throws io.lynse.error.LynseException InvalidArgument: refused, nothing was changed
     */
    Ids write(RowBatch batch, long clock) throws IOException {
        BatchRules.check(batch, elementType);
        if (batch.vectors().dimension() != dimension) throw new IllegalStateException("a batch of another dimension came this far");
        Ids ids = batch.ids() == null ? generate(batch.count()) : batch.ids();
        if (batch.kind() == WriteKind.ADD && batch.ids() != null) refuseExisting(ids);
        MemorySegment vectors = MemorySegment.ofBuffer(batch.vectors().data());
        for (int row = 0; row < batch.count(); row++) writeRow(batch, ids, row, vectors, clock, batch.kind() == WriteKind.UPSERT);
        largestStamp = Math.max(largestStamp, clock);
        return ids;
    }

    /** Sets or lifts the tombstones of the ids that exist. */
    void mark(Ids ids, boolean tombstone) throws IOException {
        for (int row = 0; row < ids.size(); row++) {
            int slot = recent.find(ids, row);
            if (slot != RecentRows.ABSENT) {
                count(recent.deleted(slot), tombstone);
                recent.mark(slot, tombstone);
            } else {
                RowLookup found = lookUp(ids, row);
                if (found == null || found.tombstoned() == tombstone) continue;
                // The stamp goes along: an upsert may make a whole version of this slot.
                slot = recent.open(ids, row, RecentRows.Kind.MARKED, found.rows().clock(found.doc()), found.rows().place(found.doc()));
                count(!tombstone, tombstone);
                recent.mark(slot, tombstone);
            }
        }
    }

    private void writeRow(RowBatch batch, Ids ids, int row, MemorySegment vectors, long clock, boolean mayExist) throws IOException {
        Fields given = batch.fields().get(row);
        int slot = mayExist ? recent.find(ids, row) : RecentRows.ABSENT;
        byte[] fields;
        if (slot != RecentRows.ABSENT) {
            count(recent.deleted(slot), false);
            fields = given != null ? given.encoded() : keptFields(ids, row, slot);
        } else {
            RowLookup found = mayExist ? lookUp(ids, row) : null;
            if (found == null) {
                slot = recent.open(ids, row, RecentRows.Kind.INSERTED, clock, batch.place(row));
                inserted(ids, row);
                fields = given != null ? given.encoded() : Fields.EMPTY.encoded();
            } else {
                count(found.tombstoned(), false);
                slot = recent.open(ids, row, RecentRows.Kind.REPLACED, found.rows().clock(found.doc()), found.rows().place(found.doc()));
                fields = given != null ? given.encoded() : found.rows().fields(found.doc());
            }
        }
        recent.version(slot, batch.vectors(), vectors, row, fields);
    }

    /** What the row in this slot has now; of a marked one everything but the tombstone stands in Lucene. */
    private byte[] keptFields(Ids ids, int row, int slot) throws IOException {
        if (recent.kind(slot) != RecentRows.Kind.MARKED) return recent.fields(slot);
        RowLookup found = stored(ids, row);
        return found.rows().fields(found.doc());
    }

    private RowLookup stored(Ids ids, int row) throws IOException {
        RowLookup found = lookUp(ids, row);
        if (found == null) throw new IOException("the row " + ids.get(row) + " is marked and not stored");
        return found;
    }

    private void refuseExisting(Ids ids) throws IOException {
        for (int row = 0; row < ids.size(); row++) {
            if (recent.find(ids, row) != RecentRows.ABSENT || lookUp(ids, row) != null) {
                throw BatchRules.refused("ids", "external id " + ids.get(row) + " already exists");
            }
        }
    }

    private Ids generate(int count) {
        long first = counts().maxId() + 1;
        if (first < 0 || first > Long.MAX_VALUE - count) throw BatchRules.refused("ids", "no integer id is left above " + largestIntId);
        return Ids.range(first, count);
    }

    private void inserted(Ids ids, int row) {
        rows++;
        rowsEver++;
        if (ids instanceof Ids.Mixed && ids.get(row) instanceof RowId.TextId) holdsTextIds = true;
        else largestIntId = Math.max(largestIntId, ids.intAt(row));
    }

    private void count(boolean tombstoneBefore, boolean tombstoneNow) {
        tombstones += (tombstoneNow ? 1 : 0) - (tombstoneBefore ? 1 : 0);
    }

    /** The row in Lucene, where no recent slot speaks for it; null: there is none. */
    private @Nullable RowLookup lookUp(Ids ids, int row) throws IOException {
        if (folded.segments().isEmpty()) return null;
        BytesRef key;
        if (ids instanceof Ids.Mixed && ids.get(row) instanceof RowId.TextId(String value)) {
            if (!holdsTextIds) return null;
            key = RowKey.ofText(value);
        } else {
            long id = ids.intAt(row);
            if (id > largestIntId) return null;
            RowKey.set(intKey, id);
            key = intKey;
        }
        RowLookup in = lookup;
        if (in == null) lookup = in = new RowLookup(folded);
        return in.find(key) ? in : null;
    }
}
