package io.lynse.engine.recent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The recent rows of one table as a view sees them: still empty, since a view folds first. */
public final class RecentView implements Part {

    private RecentView() {}

    @Override
    public int size() {
        return 0;
    }

    @Override
    public boolean isStored(int row) {
        return false;
    }

    @Override
    public boolean isTombstoned(int row) {
        return false;
    }

    @Override
    public boolean isLive(int row) {
        return false;
    }

    @Override
    public boolean mayHoldTombstones() {
        return false;
    }

    @Override
    public @Nullable List<Piece> pieces() {
        return List.of();
    }

    @Override
    public PartRows rows() {
        throw new IllegalStateException("no rows");
    }

    @Override
    public float[] norms() {
        return new float[0];
    }

    @Override
    public float largestNorm() {
        return 0;
    }
}
