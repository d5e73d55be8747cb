package io.lynse.engine.recent;

import io.lynse.engine.index.MappedVectors;
import io.lynse.engine.row.RowDocument;
import io.lynse.model.ElementType;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * A segment as one Lucene reader has it: what a view sees of it before any recent row. Every document has a vector, so document and
 * vector have the same number. Safe for several threads.
 */
public final class LuceneSegment {

    private final LeafReader reader;
    private final @Nullable Bits stored;
    private final @Nullable FixedBitSet tombstones;
    private final MappedVectors vectors;
    private final SegmentNorms norms;

    private LuceneSegment(
            LeafReader reader, @Nullable Bits stored, @Nullable FixedBitSet tombstones, MappedVectors vectors, SegmentNorms norms) {
        this.reader = reader;
        this.stored = stored;
        this.tombstones = tombstones;
        this.vectors = vectors;
        this.norms = norms;
    }

    /** @param norms of the same vectors, as an earlier reader of the segment has them; null: this is the first */
    static LuceneSegment of(LeafReader reader, int dimension, ElementType elements, @Nullable SegmentNorms norms) throws IOException {
        FloatVectorValues values = reader.getFloatVectorValues(RowDocument.VECTOR);
        if (values == null || values.size() != reader.maxDoc() || values.dimension() != dimension) {
            throw new CorruptIndexException("not every row has a vector of dimension " + dimension, reader.toString());
        }
        var mapped = MappedVectors.of(values);
        if (mapped.elements() != elements) {
            throw new CorruptIndexException("vectors of " + mapped.elements().text() + " where " + elements.text() + " is wanted", reader.toString());
        }
        return new LuceneSegment(reader, reader.getLiveDocs(), tombstones(reader), mapped, norms == null ? new SegmentNorms() : norms);
    }

    public LeafReader reader() {
        return reader;
    }

    /** Number of documents, those included that are gone. */
    public int size() {
        return reader.maxDoc();
    }

    /** Whether the row is not gone; it may be tombstoned. */
    public boolean isStored(int doc) {
        return stored == null || stored.get(doc);
    }

    public boolean isTombstoned(int doc) {
        return tombstones != null && tombstones.get(doc);
    }

    /** Tombstoned rows that are not gone. */
    public int tombstoneCount() {
        return tombstones == null ? 0 : tombstones.cardinality();
    }

    /** For one thread. */
    public PartRows rows() {
        return new SegmentRows(this);
    }

    RowState state(int doc) {
        if (!isStored(doc)) return RowState.GONE;
        return isTombstoned(doc) ? RowState.TOMBSTONED : RowState.LIVE;
    }

    MappedVectors vectors() {
        return vectors;
    }

    FloatVectorValues vectorValues() throws IOException {
        FloatVectorValues values = reader.getFloatVectorValues(RowDocument.VECTOR);
        if (values == null) throw new CorruptIndexException("the vectors are gone", reader.toString());
        return values;
    }

    SegmentNorms norms() {
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
}
