package io.lynse.engine.index.half;

import java.io.IOException;
import java.util.HashMap;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorEncoding;

/**
 * A flat format for float32 fields whose values are all exact in float16: it keeps two bytes per component, and gives back what it was
 * given. Any other value is rounded.
 *
 * <p>The files are those of Lucene's flat format, headers, versions and checksums included: to it a row of n halves is a vector of 2n
 * bytes, little-endian. So merges copy bytes, and nothing is rounded twice. A reader that does not know of the halves finds a field
 * that is not what its description says, and refuses it.
 */
public final class HalfFlatFormat extends FlatVectorsFormat {

    private static final String NAME = "LynseHalfFlat";

    private final FlatVectorsScorer scorer;
    private final FlatVectorsFormat bytes;

    /** @param scorer of float32 vectors; sees {@link HalfVectorValues} */
    public HalfFlatFormat(FlatVectorsScorer scorer) {
        super(NAME);
        this.scorer = scorer;
        bytes = new Lucene99FlatVectorsFormat(scorer);
    }

    @Override
    public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        return new HalfFlatWriter(bytes.fieldsWriter(state), scorer);
    }

    @Override
    public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return HalfFlatReader.open(bytes, state, scorer);
    }

    /** The field as Lucene's flat format is to see it. */
    static FieldInfo asBytes(FieldInfo field) {
        return new FieldInfo(
                field.name, field.number, false, false, false, IndexOptions.NONE, DocValuesType.NONE, DocValuesSkipIndexType.NONE, -1,
                new HashMap<>(), 0, 0, 0, Short.BYTES * field.getVectorDimension(), VectorEncoding.BYTE, field.getVectorSimilarityFunction(),
                false, false);
    }
}
