package io.lynse.engine.index.kernels;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of one immutable segment, and the one-byte copy that its scans read. The copy is made by whoever needs it
 * first, or by {@link #prepare} before; {@link #close} frees it. Any thread may search; the owner closes after the last search.
 */
public final class SegmentVectors implements AutoCloseable {

    /** Sums of products of two codes stay within an int up to here (2^31 / (127 * 63)). */
    private static final int DIMENSION_MAX = 1 << 17;

    private final MemorySegment memory;
    private final ElementType elements;
    private final int rows;
    private final int dimension;

    private volatile @Nullable Int8Copy copy;
    private boolean closed;

    /**
     * @param memory    {@code rows} x {@code dimension} finite numbers, row after row, little-endian, at any alignment; readable as
     *                  long as this lives
     * @param elements  how they are stored
     * @param dimension 1 to 131,072
     */
    public SegmentVectors(MemorySegment memory, ElementType elements, int rows, int dimension) {
        if (rows < 0) throw new IllegalArgumentException("negative count of rows: " + rows);
        if (dimension < 1 || dimension > DIMENSION_MAX) throw new IllegalArgumentException("dimension out of range: " + dimension);
        long expected = (long) rows * dimension * elements.bytes();
        if (memory.byteSize() < expected) {
            throw new IllegalArgumentException(rows + " x " + dimension + " numbers do not fit " + memory.byteSize() + " bytes");
        }
        this.memory = memory;
        this.elements = elements;
        this.rows = rows;
        this.dimension = dimension;
    }

    /**
     * The float32 vectors of a Lucene segment where they are mapped; ordinals are Lucene's own. Valid as long as the segment's reader.
     *
     * @return empty if they are not in one piece of mapped memory (another directory, a chunk boundary): use stock search then
     */
    public static Optional<SegmentVectors> of(FloatVectorValues values) throws IOException {
        if (!(values instanceof HasIndexSlice mapped) || !(mapped.getSlice() instanceof MemorySegmentAccessInput input)) {
            return Optional.empty();
        }
        long bytes = (long) values.size() * values.dimension() * Float.BYTES;
        if (input.length() != bytes) return Optional.empty();
        MemorySegment whole = input.segmentSliceOrNull(0, bytes);
        return whole == null ? Optional.empty() : Optional.of(new SegmentVectors(whole, ElementType.FLOAT32, values.size(), values.dimension()));
    }

    public int rows() {
        return rows;
    }

    public int dimension() {
        return dimension;
    }

    /** Off-heap bytes that the copy takes once it is made: a good quarter of the vectors' own in float32. */
    public long copyBytes() {
        return Int8Copy.bytes(rows, dimension);
    }

    /**
     * Makes the copy, so that no search has to.
     * @param stop asked now and then
     * @throws CancellationException when told to stop; then there is no copy
     */
    public void prepare(BooleanSupplier stop) {
        copy(stop);
    }

    @Override
    public synchronized void close() {
        closed = true;
        Int8Copy made = copy;
        if (made != null) made.close();
        copy = null;
    }

    Int8Copy copy() {
        return copy(() -> false);
    }

    private Int8Copy copy(BooleanSupplier stop) {
        Int8Copy made = copy;
        return made != null ? made : makeCopy(stop);
    }

    /** @param target at least as long as a row */
    void copyRow(int row, float[] target) {
        StoredElements.read(elements, memory, (long) row * dimension * elements.bytes(), target, dimension);
    }

    private synchronized Int8Copy makeCopy(BooleanSupplier stop) {
        if (closed) throw new IllegalStateException("the vectors are closed");
        Int8Copy made = copy;
        if (made == null) {
            made = Int8Copy.of(this, stop);
            copy = made;
        }
        return made;
    }
}
