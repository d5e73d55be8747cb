package io.lynse.engine.recent;

import io.lynse.engine.row.RowDocument;
import io.lynse.engine.row.RowHash;
import io.lynse.engine.row.RowKey;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands beside the vectors of one segment, row by row. Cheapest in ascending order of documents: Lucene's doc
 * values only go forward, and a step back opens them anew. For use by one thread.
 */
final class SegmentRows implements PartRows {

    private final LeafReader reader;
    private @Nullable BinaryDocValues keys;
    private @Nullable BinaryDocValues fields;
    private @Nullable NumericDocValues clocks;
    private @Nullable NumericDocValues places;
    private @Nullable NumericDocValues hashes;
    private @Nullable FloatVectorValues vectors;
    private final LuceneSegment segment;

    SegmentRows(LuceneSegment segment) {
        this.segment = segment;
        this.reader = segment.reader();
    }

    @Override
    public BytesRef key(int doc) throws IOException {
        keys = binary(keys, RowDocument.ID, doc);
        return keys.binaryValue();
    }

    @Override
    public byte[] fields(int doc) throws IOException {
        fields = binary(fields, RowDocument.FIELDS, doc);
        BytesRef value = fields.binaryValue();
        return Arrays.copyOfRange(value.bytes, value.offset, value.offset + value.length);
    }

    @Override
    public long clock(int doc) throws IOException {
        clocks = numeric(clocks, RowDocument.CLOCK, doc);
        return clocks.longValue();
    }

    @Override
    public int place(int doc) throws IOException {
        places = numeric(places, RowDocument.PLACE, doc);
        return (int) places.longValue();
    }

    @Override
    public float[] vector(int doc) throws IOException {
        if (vectors == null) vectors = segment.vectorValues();
        return vectors.vectorValue(doc);
    }

    @Override
    public float[] soundVector(int doc) throws IOException {
        float[] vector = vector(doc);
        hashes = numeric(hashes, RowDocument.HASH, doc);
        BytesRef key = key(doc);
        fields = binary(fields, RowDocument.FIELDS, doc);
        if (hashes.longValue() != RowHash.of(key, vector, fields.binaryValue())) {
            throw new CorruptIndexException("row " + RowKey.id(key) + " is not what its hash says", reader.toString());
        }
        return vector;
    }

    private BinaryDocValues binary(@Nullable BinaryDocValues at, String field, int doc) throws IOException {
        BinaryDocValues values = at == null || at.docID() > doc ? reader.getBinaryDocValues(field) : at;
        if (values == null || !values.advanceExact(doc)) throw missing(field, doc);
        return values;
    }

    private NumericDocValues numeric(@Nullable NumericDocValues at, String field, int doc) throws IOException {
        NumericDocValues values = at == null || at.docID() > doc ? reader.getNumericDocValues(field) : at;
        if (values == null || !values.advanceExact(doc)) throw missing(field, doc);
        return values;
    }

    private CorruptIndexException missing(String field, int doc) {
        return new CorruptIndexException("row " + doc + " has no " + field, reader.toString());
    }
}
