package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one view that lie together: a Lucene segment, or the recent rows of one table. Rows are numbered from 0; those that are
 * gone as of the view (replaced, or compacted) stay numbered and are masked. Safe for several threads.
 *
 * <p>The masks are made to be asked for the few rows that a scan cannot exclude by their vectors, not for each that it passes.
 */
public sealed interface Part permits SegmentView, RecentView {

    /**
     * Vectors that lie in one piece of memory.
     *
     * @param memory row after row, little-endian, stored as {@link Part#elements} says
     * @param from   number of the first row in the part
     */
    record Piece(MemorySegment memory, int from, int rows) {}

    /** Number of rows, masked ones included. */
    int size();

    /** Whether the row is not gone; it may be tombstoned. */
    boolean isStored(int row);

    /** Whether the row has a tombstone. Of a row that is gone the answer means nothing. */
    boolean isTombstoned(int row);

    /** Whether the row is neither gone nor tombstoned. */
    boolean isLive(int row);

    /** Whether a row may have a tombstone: spares asking for each. */
    boolean mayHoldTombstones();

    /** How the components of its vectors are stored. */
    ElementType elements();

    /** All vectors, in ascending order of rows; null when they are not in memory that we can see: read them with {@link #rows}. */
    @Nullable List<Piece> pieces();

    /** What stands beside the vectors, and the vectors one by one. */
    PartRows rows();

    /** Euclidean length of each vector, as {@link SegmentNorms#norm} rounds it. The array may be longer than the part. */
    float[] norms() throws IOException;

    /** At least the length of the longest vector. */
    float largestNorm() throws IOException;
}
