package io.lynse.engine.row;

import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/**
 * The Lucene document of a row. One instance writes many rows, one after the other: Lucene copies what it is given, and new
 * field objects for every row would cost more than the indexing of it. For use by one thread.
 *
 * <p>Fields: the {@link RowKey} as term and doc value; the row's field object (LDBF1) as one binary doc value; order stamp and
 * {@link RowHash} as numbers; the vector; and, only on rows that are or once were tombstoned, {@link #DELETED}.
 */
public final class RowDocument {

    public static final String ID = "id";
    public static final String FIELDS = "fields";
    public static final String CLOCK = "clock";
    public static final String PLACE = "place";
    public static final String HASH = "hash";
    public static final String VECTOR = "vector";

    /**
     * 1: the row has a tombstone; 0 or absent: it has none. A doc value, because Lucene updates these in place: setting and
     * lifting a tombstone writes one sparse column anew and leaves the vectors alone, and the row stays readable meanwhile.
     */
    public static final String DELETED = "deleted";

    private static final FieldType ID_TYPE = new FieldType();

    static {
        ID_TYPE.setIndexOptions(IndexOptions.DOCS);
        ID_TYPE.setDocValuesType(DocValuesType.BINARY);
        ID_TYPE.setOmitNorms(true);
        ID_TYPE.setTokenized(false);
        ID_TYPE.freeze();
    }

    private final float[] vector;
    private final BytesRef intKey = new BytesRef(RowKey.INT_BYTES);
    private final BytesRef fieldBytes = new BytesRef();
    private final Field id = new Field(ID, intKey, ID_TYPE);
    private final Field fields = new BinaryDocValuesField(FIELDS, fieldBytes);
    private final Field clock = new NumericDocValuesField(CLOCK, 0L);
    private final Field place = new NumericDocValuesField(PLACE, 0L);
    private final Field hash = new NumericDocValuesField(HASH, 0L);
    private final KnnFloatVectorField vectorField;
    private final Document live = new Document();
    private final Document deleted = new Document();

    /** @param dimension of the collection, at least 1 */
    public RowDocument(int dimension) {
        vector = new float[dimension];
        // Nothing of ours asks Lucene for scores, so the function that its schema wants never runs.
        vectorField = new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.EUCLIDEAN);
        for (IndexableField field : new IndexableField[] {id, fields, clock, place, hash, vectorField}) {
            live.add(field);
            deleted.add(field);
        }
        deleted.add(new NumericDocValuesField(DELETED, 1L));
    }

    /** Where to put the next row's vector before {@link #of} is called. */
    public float[] vector() {
        return vector;
    }

    /** The key of an integer id, valid until the next call. */
    public BytesRef key(long intId) {
        RowKey.set(intKey, intId);
        return intKey;
    }

    /**
     * The document of a row whose vector has been put in place; valid until the next call.
     *
     * @param key     from {@link #key}, or of a text
     * @param encoded the row's fields as LDBF1 object
     */
    public Document of(BytesRef key, byte[] encoded, long stampClock, int stampPlace, boolean tombstoned) {
        fieldBytes.bytes = encoded;
        fieldBytes.length = encoded.length;
        id.setBytesValue(key);
        fields.setBytesValue(fieldBytes);
        clock.setLongValue(stampClock);
        place.setLongValue(stampPlace);
        hash.setLongValue(RowHash.of(key, vector, fieldBytes));
        vectorField.setVectorValue(vector);
        return tombstoned ? deleted : live;
    }

    public static Term term(BytesRef key) {
        return new Term(ID, BytesRef.deepCopyOf(key));
    }
}
