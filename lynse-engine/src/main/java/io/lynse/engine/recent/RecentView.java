package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** The recent rows of one table as a view sees them. A row's number is that of its vector. */
public final class RecentView implements Part {

    private final RecentSnapshot recent;
    private final int dimension;
    private final @Nullable Layer above;

    /** @param above the active table, when this is the frozen one */
    RecentView(RecentSnapshot recent, int dimension, @Nullable Layer above) {
        this.recent = recent;
        this.dimension = dimension;
        this.above = above;
    }

    @Override
    public int size() {
        return recent.vectors();
    }

    @Override
    public boolean isStored(int row) {
        return state(row) != RowState.GONE;
    }

    @Override
    public boolean isTombstoned(int row) {
        return state(row) == RowState.TOMBSTONED;
    }

    @Override
    public boolean isLive(int row) {
        return state(row) == RowState.LIVE;
    }

    @Override
    public boolean mayHoldTombstones() {
        return size() > 0;
    }

    @Override
    public ElementType elements() {
        return recent.elements();
    }

    @Override
    public List<Piece> pieces() {
        return recent.pieces();
    }

    @Override
    public PartRows rows() {
        return new Rows();
    }

    @Override
    public float[] norms() {
        return recent.table().norms().of(recent, dimension);
    }

    @Override
    public float largestNorm() {
        return recent.table().norms().largest(recent, dimension);
    }

    private RowState state(int row) {
        int slot = recent.owner(row);
        int version = recent.current(slot);
        if (recent.vector(version) != row) return RowState.GONE;
        RowState state = recent.isDeleted(version) ? RowState.TOMBSTONED : RowState.LIVE;
        return above == null ? state : above.rows().below(above.overlay().ofFrozen(slot), state);
    }

    private final class Rows implements PartRows {

        private final float[] vector = new float[dimension];

        @Override
        public BytesRef key(int row) {
            return recent.key(recent.owner(row));
        }

        @Override
        public byte[] fields(int row) {
            return recent.fields(recent.current(recent.owner(row)));
        }

        @Override
        public long clock(int row) {
            return recent.clock(recent.owner(row));
        }

        @Override
        public int place(int row) {
            return recent.place(recent.owner(row));
        }

        @Override
        public float[] vector(int row) {
            recent.copyRow(row, vector);
            return vector;
        }

        @Override
        public float[] soundVector(int row) {
            return vector(row);
        }
    }
}
