package io.lynse.engine.index.half;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.Sorter;

/** Hands rows on as bytes, see {@link HalfFlatFormat}. */
final class HalfFlatWriter extends FlatVectorsWriter {

    private final FlatVectorsWriter bytes;

    HalfFlatWriter(FlatVectorsWriter bytes, FlatVectorsScorer scorer) {
        super(scorer);
        this.bytes = bytes;
    }

    @Override
    @SuppressWarnings("unchecked") // a field of bytes has byte[] values
    public FlatFieldVectorsWriter<?> addField(FieldInfo field) throws IOException {
        return new Field((FlatFieldVectorsWriter<byte[]>) bytes.addField(HalfFlatFormat.asBytes(field)), field.getVectorDimension());
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sorted) throws IOException {
        bytes.flush(maxDoc, sorted);
    }

    /** The readers must be of this format, too: each is asked for its bytes. */
    @Override
    public void mergeOneFlatVectorField(FieldInfo field, MergeState merge) throws IOException {
        bytes.mergeOneFlatVectorField(HalfFlatFormat.asBytes(field), merge);
    }

    @Override
    public void finish() throws IOException {
        bytes.finish();
    }

    @Override
    public long ramBytesUsed() {
        return bytes.ramBytesUsed();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }

    private static final class Field extends FlatFieldVectorsWriter<float[]> {

        private final FlatFieldVectorsWriter<byte[]> in;
        private final byte[] row;
        private final MemorySegment memory;
        private final int dimension;

        Field(FlatFieldVectorsWriter<byte[]> in, int dimension) {
            this.in = in;
            this.dimension = dimension;
            row = new byte[Short.BYTES * dimension];
            memory = MemorySegment.ofArray(row);
        }

        @Override
        public void addValue(int document, float[] vector) throws IOException {
            StoredElements.write(ElementType.FLOAT16, vector, dimension, memory, 0);
            in.addValue(document, row); // which copies it
        }

        @Override
        public List<float[]> getVectors() {
            return in.getVectors().stream().map(this::widened).toList();
        }

        private float[] widened(byte[] halves) {
            var vector = new float[dimension];
            StoredElements.read(ElementType.FLOAT16, MemorySegment.ofArray(halves), 0, vector, dimension);
            return vector;
        }

        @Override
        public float[] copyValue(float[] vector) {
            throw new UnsupportedOperationException("the bytes are copied");
        }

        @Override
        public DocsWithFieldSet getDocsWithFieldSet() {
            return in.getDocsWithFieldSet();
        }

        @Override
        public void finish() throws IOException {
            in.finish();
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public long ramBytesUsed() {
            return in.ramBytesUsed();
        }
    }
}
