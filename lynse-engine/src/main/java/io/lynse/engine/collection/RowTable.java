package io.lynse.engine.collection;

import io.lynse.engine.recent.ChunkPool;
import io.lynse.engine.recent.IdFilter;
import io.lynse.engine.recent.Layer;
import io.lynse.engine.recent.Layers;
import io.lynse.engine.recent.Overlay;
import io.lynse.engine.recent.RecentSnapshot;
import io.lynse.engine.recent.RecentTable;
import io.lynse.engine.recent.RowLookup;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.row.RowCounts;
import io.lynse.engine.row.RowKey;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
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
 * The applied state of a collection's rows, as layers: the active table over the frozen one, if there is one, over what Lucene has.
 * Conditions are decided here, from applied state alone, and a batch is refused before anything of it is written. Guarded by the
 * collection's lock.
 *
 * <p>Whether an id is there is asked from the top down. Last comes a term look-up in every segment, a microsecond each: an integer
 * above the largest one ever stored is new without it, and so are most others of which an {@link IdFilter} knows that they are. After a
 * start there is none until somebody asks; it is made behind the next entries.
 */
final class RowTable {

    /** The version of a row that the active table would replace. */
    private record Below(boolean tombstoned, long clock, int place, int frozenSlot, int segment, int doc) {}

    private final int dimension;
    private final ElementType elementType;
    private final ChunkPool chunks;
    private final BytesRef intKey = new BytesRef(RowKey.INT_BYTES);
    private Layers layers;
    private RecentTable active;
    private @Nullable RowLookup lookup;
    private volatile @Nullable IdFilter filter; // read by the folding thread, which alone makes the next
    private volatile boolean filterWanted;

    private final RowTally tally;

    /** @param stored without recent rows; @param counts of what is stored */
    RowTable(int dimension, ElementType elementType, ChunkPool chunks, Layers stored, RowCounts counts) {
        this.dimension = dimension;
        this.elementType = elementType;
        this.chunks = chunks;
        active = newTable();
        layers = stored.withActive(active);
        if (segments().segments().isEmpty()) filter = IdFilter.empty();
        tally = new RowTally(counts);
    }

    int dimension() {
        return dimension;
    }

    ElementType elementType() {
        return elementType;
    }

    RowCounts counts() {
        return tally.counts();
    }

    /** To be published after every change of them; who publishes releases those before. */
    Layers layers() {
        return layers;
    }

    SegmentSet segments() {
        return layers.segments();
    }

    RecentTable active() {
        return active;
    }

    /** Of all rows that Lucene has not, about. */
    long recentBytes() {
        Layer frozen = layers.frozen();
        return (active.size() == 0 ? 0 : active.bytes()) + (frozen == null ? 0 : frozen.rows().bytes());
    }

    /** The active table is frozen and an empty one takes its place. */
    void freeze() {
        active = newTable();
        layers = layers.frozen(active);
    }

    /**
     * What was frozen is in Lucene. Takes over the reference to the reader.
     * @param masks of the active table over it; @param ids a filter of what is there; null: still none
     */
    void folded(SegmentSet next, Overlay masks, @Nullable IdFilter ids) {
        layers = layers.folded(next, masks);
        filter = ids;
        lookup = null;
    }

    /** The filter that fits what a fold or merge brings. Not under the lock, but by one thread at a time. */
    @Nullable IdFilter filterOf(SegmentSet next, @Nullable Layer frozen) throws IOException {
        IdFilter known = filter;
        if (known != null) return known.grown(next, frozen == null ? null : frozen.rows());
        return filterWanted ? IdFilter.of(next) : null;
    }

    /** Null: none. */
    @Nullable IdFilter filter() {
        return filter;
    }

    /** Whether a filter would have been of use. */
    boolean lacksFilter() {
        return filterWanted && filter == null;
    }

    /** Tombstoned rows were removed from Lucene. */
    void compacted(long removed) {
        tally.compacted(removed);
    }

    /**
     * Writes a batch of at least one row, whose dimension fits and that {@link io.lynse.model.BatchRules} accepts.
     *
     * @param clock of the order stamp of rows that are new
     * @return the ids of the rows, in row order
     * @throws LynseException InvalidArgument: refused, nothing was changed
     */
    Ids write(RowBatch batch, long clock) throws IOException {
        Ids ids = accepted(batch);
        writeRows(batch, ids, 0, batch.count(), clock);
        return ids;
    }

    /** Where rows go that are too many to wait as recent ones. */
    interface Sink {
        void take(RecentSnapshot rows) throws IOException;
    }

    /**
     * As {@link #write}, but the rows go to Lucene in parts, and no view shows any of them until {@link #folded}. Everything else must be
     * folded before.
     */
    Ids writeThrough(RowBatch batch, long clock, int partRows, Sink sink) throws IOException {
        Ids ids = accepted(batch);
        RecentTable shown = active;
        filter = null; // it would have to hear of the rows
        filterWanted = true;
        for (int from = 0; from < batch.count(); from += partRows) {
            RecentTable part = newTable();
            part.retain();
            active = part;
            try {
                writeRows(batch, ids, from, Math.min(batch.count(), from + partRows), clock);
                sink.take(part.snapshot());
            } finally {
                active = shown;
                part.release();
            }
        }
        return ids;
    }

    private Ids accepted(RowBatch batch) throws IOException {
        if (batch.vectors().dimension() != dimension) throw new IllegalStateException("a batch of another dimension came this far");
        Ids ids = batch.ids() == null ? generate(batch.count()) : batch.ids();
        if (batch.kind() == WriteKind.ADD && batch.ids() != null) refuseExisting(ids);
        return ids;
    }

    private void writeRows(RowBatch batch, Ids ids, int from, int to, long clock) throws IOException {
        MemorySegment vectors = MemorySegment.ofBuffer(batch.vectors().data());
        for (int row = from; row < to; row++) writeRow(batch, ids, row, vectors, clock, batch.kind() == WriteKind.UPSERT);
        tally.stamped(clock);
    }

    /** Sets or lifts the tombstones of the ids that exist. */
    void mark(Ids ids, boolean tombstone) throws IOException {
        for (int row = 0; row < ids.size(); row++) {
            int slot = active.find(ids, row);
            Below below = slot == RecentSnapshot.ABSENT ? below(ids, row) : null;
            if (slot == RecentSnapshot.ABSENT && below == null) continue;
            boolean before = below == null ? active.isDeleted(slot) : below.tombstoned;
            if (before == tombstone) continue;
            if (below != null) slot = open(ids, row, below);
            active.mark(slot, tombstone);
            tally.marked(tombstone);
        }
    }

    private void writeRow(RowBatch batch, Ids ids, int row, MemorySegment vectors, long clock, boolean mayExist) throws IOException {
        Fields given = batch.fields().get(row);
        byte[] fields = given == null ? null : given.encoded();
        int slot = mayExist ? active.find(ids, row) : RecentSnapshot.ABSENT;
        if (slot != RecentSnapshot.ABSENT) {
            if (active.isDeleted(slot)) tally.marked(false);
            if (fields == null) fields = active.fields(slot);
            if (fields == null) fields = fieldsBelow(ids, row);
        } else {
            Below below = mayExist ? below(ids, row) : null;
            if (below == null) {
                slot = active.open(ids, row, false, clock, batch.place(row));
                tally.inserted(ids, row);
                if (fields == null) fields = Fields.EMPTY.encoded();
            } else {
                if (below.tombstoned) tally.marked(false);
                if (fields == null) fields = fieldsBelow(ids, row);
                slot = open(ids, row, below);
            }
        }
        active.write(slot, batch.vectors(), vectors, row, fields);
    }

    /** Opens a slot over the row, which keeps its stamp. */
    private int open(Ids ids, int row, Below below) {
        int slot = active.open(ids, row, true, below.clock, below.place);
        if (below.frozenSlot != RecentSnapshot.ABSENT) layers.overlay().overFrozen(below.frozenSlot, slot);
        else layers.overlay().overDoc(below.segment, below.doc, slot);
        return slot;
    }

    /** The row under the active table, which has no slot for it; null: there is none. */
    private @Nullable Below below(Ids ids, int row) throws IOException {
        Layer frozen = layers.frozen();
        int slot = frozen == null ? RecentSnapshot.ABSENT : frozen.rows().find(ids, row);
        if (frozen != null && slot != RecentSnapshot.ABSENT) {
            RecentSnapshot table = frozen.rows();
            return new Below(table.isDeleted(table.current(slot)), table.clock(slot), table.place(slot), slot, 0, 0);
        }
        RowLookup found = lookUp(ids, row);
        if (found == null) return null;
        return new Below(
                found.tombstoned(), found.rows().clock(found.doc()), found.rows().place(found.doc()), RecentSnapshot.ABSENT,
                found.segment(), found.doc());
    }

    /** Fields of the row under the active table, which must be there: those of the frozen version if it has its own, else Lucene's. */
    private byte[] fieldsBelow(Ids ids, int row) throws IOException {
        Layer frozen = layers.frozen();
        int slot = frozen == null ? RecentSnapshot.ABSENT : frozen.rows().find(ids, row);
        if (frozen != null && slot != RecentSnapshot.ABSENT) {
            int version = frozen.rows().current(slot);
            if (!frozen.rows().leavesRow(version)) return frozen.rows().fields(version);
        }
        RowLookup found = lookUp(ids, row);
        if (found == null) throw new IOException("the row " + ids.get(row) + " is marked and not stored");
        return found.rows().fields(found.doc());
    }

    private void refuseExisting(Ids ids) throws IOException {
        for (int row = 0; row < ids.size(); row++) {
            if (active.find(ids, row) != RecentSnapshot.ABSENT || below(ids, row) != null) {
                throw refused("external id " + ids.get(row) + " already exists");
            }
        }
    }

    private Ids generate(int count) {
        long first = counts().maxId() + 1;
        if (first < 0 || first > Long.MAX_VALUE - count) throw refused("no integer id is left above " + tally.largestIntId());
        return Ids.range(first, count);
    }

    /** The row in Lucene, whatever recent rows say of it; null: there is none. */
    private @Nullable RowLookup lookUp(Ids ids, int row) throws IOException {
        if (segments().segments().isEmpty()) return null;
        BytesRef key;
        if (ids instanceof Ids.Mixed && ids.get(row) instanceof RowId.TextId(String value)) {
            if (!tally.holdsTextIds()) return null;
            key = RowKey.ofText(value);
        } else {
            long id = ids.intAt(row);
            if (id > tally.largestIntId()) return null;
            RowKey.set(intKey, id);
            key = intKey;
        }
        IdFilter known = filter;
        if (known == null) filterWanted = true;
        else if (!known.mayHold(key)) return null;
        RowLookup in = lookup;
        if (in == null) lookup = in = new RowLookup(segments());
        return in.find(key) ? in : null;
    }

    /** What a batch takes as recent rows, about. */
    static long bytesOf(RowBatch batch, ElementType elementType) {
        return RecentTable.bytesOf(batch.count(), batch.vectors().dimension(), elementType, batch.fields().bytes().remaining());
    }

    private RecentTable newTable() {
        return new RecentTable(chunks, dimension, elementType);
    }

    private static LynseException refused(String reason) {
        return new LynseException(LynseError.invalid("ids", reason));
    }
}
