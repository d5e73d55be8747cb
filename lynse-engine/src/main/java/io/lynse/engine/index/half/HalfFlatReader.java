package io.lynse.engine.index.half;

import java.io.IOException;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Takes for float16 what lies there as bytes, see {@link HalfFlatFormat}. */
final class HalfFlatReader extends FlatVectorsReader {

    private final FlatVectorsReader bytes;
    private final FlatVectorsScorer scorer;
    private final FieldInfos fields;

    private HalfFlatReader(FlatVectorsReader bytes, FlatVectorsScorer scorer, FieldInfos fields) {
        this.bytes = bytes;
        this.scorer = scorer;
        this.fields = fields;
    }

    static HalfFlatReader open(FlatVectorsFormat format, SegmentReadState state, FlatVectorsScorer scorer) throws IOException {
        FieldInfo[] fields = StreamSupport.stream(state.fieldInfos.spliterator(), false)
                .filter(FieldInfo::hasVectorValues)
                .map(HalfFlatFormat::asBytes)
                .toArray(FieldInfo[]::new);
        var asBytes = new SegmentReadState(state.directory, state.segmentInfo, new FieldInfos(fields), state.context, state.segmentSuffix);
        return new HalfFlatReader(format.fieldsReader(asBytes), scorer, state.fieldInfos);
    }

    @Override
    public FlatVectorsScorer getFlatVectorScorer(String field) {
        return scorer;
    }

    @Override
    public RandomVectorScorer getRandomVectorScorer(String field, float[] target) throws IOException {
        return scorer.getRandomVectorScorer(fields.fieldInfo(field).getVectorSimilarityFunction(), getFloatVectorValues(field), target);
    }

    @Override
    public RandomVectorScorer getRandomVectorScorer(String field, byte[] target) {
        throw new UnsupportedOperationException("vectors of bytes");
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) throws IOException {
        return new HalfVectorValues(bytes.getByteVectorValues(field));
    }

    /** The rows as they are stored, for merges. */
    @Override
    public ByteVectorValues getByteVectorValues(String field) throws IOException {
        return bytes.getByteVectorValues(field);
    }

    @Override
    public FlatVectorsReader getMergeInstance() throws IOException {
        return new HalfFlatReader(bytes.getMergeInstance(), scorer, fields);
    }

    @Override
    public void finishMerge() throws IOException {
        bytes.finishMerge();
    }

    @Override
    public int getVectorCount(FieldInfo field) throws IOException {
        return bytes.getVectorCount(field);
    }

    @Override
    public Map<String, Long> getOffHeapByteSize(FieldInfo field) {
        return bytes.getOffHeapByteSize(field);
    }

    @Override
    public void checkIntegrity() throws IOException {
        bytes.checkIntegrity();
    }

    @Override
    public long ramBytesUsed() {
        return bytes.ramBytesUsed();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
