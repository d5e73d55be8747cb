package io.lynse.engine.recent;

import io.lynse.engine.row.RowDocument;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** One Lucene segment as a view sees it. Every document has a vector, so row, document and vector have the same number. */
public final class SegmentView implements Part {

    private final LeafReader reader;
    private final int dimension;
    private final @Nullable Bits stored;
    private final @Nullable FixedBitSet tombstones;
    private final @Nullable MemorySegment vectors;
    private final SegmentNorms norms;

    private SegmentView(
            LeafReader reader,
            int dimension,
            @Nullable Bits stored,
            @Nullable FixedBitSet tombstones,
            @Nullable MemorySegment vectors,
            SegmentNorms norms) {
        this.reader = reader;
        this.dimension = dimension;
        this.stored = stored;
        this.tombstones = tombstones;
        this.vectors = vectors;
        this.norms = norms;
    }

    /** @param norms of the same vectors, as an earlier view of the segment has them; null: this is the first */
    static SegmentView of(LeafReader reader, int dimension, @Nullable SegmentNorms norms) throws IOException {
        FloatVectorValues values = reader.getFloatVectorValues(RowDocument.VECTOR);
        if (values == null || values.size() != reader.maxDoc() || values.dimension() != dimension) {
            throw new CorruptIndexException("not every row has a vector of dimension " + dimension, reader.toString());
        }
        return new SegmentView(
                reader, dimension, reader.getLiveDocs(), tombstones(reader), mapped(values), norms == null ? new SegmentNorms() : norms);
    }

    public LeafReader reader() {
        return reader;
    }

    @Override
    public int size() {
        return reader.maxDoc();
    }

    public int dimension() {
        return dimension;
    }

    @Override
    public boolean isLive(int doc) {
        return isStored(doc) && !isTombstoned(doc);
    }

    @Override
    public boolean isStored(int doc) {
        return stored == null || stored.get(doc);
    }

    @Override
    public boolean isTombstoned(int doc) {
        return tombstones != null && tombstones.get(doc);
    }

    @Override
    public boolean mayHoldTombstones() {
        return tombstones != null;
    }

    /** Tombstoned rows that are not gone. */
    public int tombstoneCount() {
        return tombstones == null ? 0 : tombstones.cardinality();
    }

    /** All vectors, row after row, float32 little-endian, as they are mapped; null when the file is not mapped in one piece. */
    public @Nullable MemorySegment vectors() {
        return vectors;
    }

    /** Another reader of the vectors, for one thread. */
    public FloatVectorValues vectorValues() throws IOException {
        FloatVectorValues values = reader.getFloatVectorValues(RowDocument.VECTOR);
        if (values == null) throw new CorruptIndexException("the vectors are gone", reader.toString());
        return values;
    }

    @Override
    public @Nullable List<Piece> pieces() {
        return vectors == null ? null : List.of(new Piece(vectors, 0, size()));
    }

    @Override
    public PartRows rows() {
        return new SegmentRows(this);
    }

    @Override
    public float[] norms() throws IOException {
        return norms.of(this);
    }

    @Override
    public float largestNorm() throws IOException {
        return norms.largest(this);
    }

    SegmentNorms sharedNorms() {
        return norms;
    }

    private static @Nullable FixedBitSet tombstones(LeafReader reader) throws IOException {
        NumericDocValues marks = reader.getNumericDocValues(RowDocument.DELETED);
        if (marks == null) return null;
        Bits stored = reader.getLiveDocs();
        var tombstones = new FixedBitSet(reader.maxDoc());
        for (int doc = marks.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = marks.nextDoc()) {
            if (marks.longValue() == 1 && (stored == null || stored.get(doc))) tombstones.set(doc);
        }
        return tombstones;
    }

    private static @Nullable MemorySegment mapped(FloatVectorValues values) throws IOException {
        if (!(values instanceof HasIndexSlice sliced)) return null;
        IndexInput slice = sliced.getSlice();
        return slice instanceof MemorySegmentAccessInput input ? input.segmentSliceOrNull(0, slice.length()) : null;
    }
}
