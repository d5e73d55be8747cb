package io.lynse.engine.recent;

import io.lynse.engine.index.MappedVectors;
import io.lynse.model.ElementType;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene segment as a view sees it: what the reader has, less what recent rows replace, with the tombstones that they set or lift.
 * Row, document and vector have the same number.
 */
public final class SegmentView implements Part {

    private final LuceneSegment segment;
    private final int number;
    private final int dimension;
    private final @Nullable Layer frozen;
    private final @Nullable Layer active;

    /** @param number of the segment in its set */
    SegmentView(LuceneSegment segment, int number, int dimension, @Nullable Layer frozen, @Nullable Layer active) {
        this.segment = segment;
        this.number = number;
        this.dimension = dimension;
        this.frozen = frozen;
        this.active = active;
    }

    public LeafReader reader() {
        return segment.reader();
    }

    @Override
    public int size() {
        return segment.size();
    }

    public int dimension() {
        return dimension;
    }

    @Override
    public boolean isStored(int doc) {
        return state(doc) != RowState.GONE;
    }

    @Override
    public boolean isTombstoned(int doc) {
        return state(doc) == RowState.TOMBSTONED;
    }

    @Override
    public boolean isLive(int doc) {
        return state(doc) == RowState.LIVE;
    }

    @Override
    public boolean mayHoldTombstones() {
        return segment.tombstoneCount() > 0 || touchedBy(frozen) || touchedBy(active);
    }

    /** Whether every row is live. */
    public boolean isAllLive() {
        return reader().getLiveDocs() == null && !mayHoldTombstones();
    }

    /** Live rows, and perhaps some that are not where recent rows speak for rows of this segment. */
    public int liveAtMost() {
        int stored = reader().numDocs();
        return touchedBy(frozen) || touchedBy(active) ? stored : stored - segment.tombstoneCount();
    }

    /** All vectors, as they lie in the segment's file. */
    public MappedVectors vectors() {
        return segment.vectors();
    }

    @Override
    public ElementType elements() {
        return segment.vectors().elements();
    }

    @Override
    public @Nullable List<Piece> pieces() {
        MappedVectors vectors = segment.vectors();
        return vectors.memory() == null ? null : List.of(new Piece(vectors.memory(), 0, size()));
    }

    @Override
    public PartRows rows() {
        return segment.rows();
    }

    @Override
    public float[] norms() throws IOException {
        return segment.norms().of(segment);
    }

    @Override
    public float largestNorm() throws IOException {
        return segment.norms().largest(segment);
    }

    private RowState state(int doc) {
        RowState state = segment.state(doc);
        if (state == RowState.GONE) return state;
        int frozenSlot = frozen == null ? Overlay.NONE : frozen.overlay().ofDoc(number, doc);
        if (frozen != null && frozenSlot != Overlay.NONE) {
            state = frozen.rows().below(frozenSlot, state);
            if (state == RowState.GONE || active == null) return state;
            // The frozen table has a slot for the row, so that is where the active one has its own over it.
            return active.rows().below(active.overlay().ofFrozen(frozenSlot), state);
        }
        return active == null ? state : active.rows().below(active.overlay().ofDoc(number, doc), state);
    }

    private boolean touchedBy(@Nullable Layer layer) {
        return layer != null && layer.overlay().touches(number);
    }
}
