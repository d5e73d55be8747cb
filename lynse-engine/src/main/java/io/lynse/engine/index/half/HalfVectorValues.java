package io.lynse.engine.index.half;

import io.lynse.engine.index.MappedVectors;
import io.lynse.engine.index.StoredElements;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Rows of float16, widened one by one. For use by one thread, as Lucene's own; {@link #copy} gives another. */
final class HalfVectorValues extends FloatVectorValues implements MappedVectors.Halves {

    private final ByteVectorValues bytes;
    private final @Nullable MemorySegment memory;
    private final short[] halves;
    private final float[] vector;

    HalfVectorValues(ByteVectorValues bytes) throws IOException {
        this.bytes = bytes;
        memory = bytes instanceof HasIndexSlice file ? MappedVectors.memory(file) : null;
        halves = new short[bytes.dimension() / Short.BYTES];
        vector = new float[halves.length];
    }

    @Override
    public @Nullable MemorySegment halves() {
        return memory;
    }

    /** Valid until the next call. */
    @Override
    public float[] vectorValue(int ordinal) throws IOException {
        if (memory != null) StoredElements.readHalves(memory, (long) ordinal * getVectorByteLength(), halves, vector, vector.length);
        else StoredElements.readHalves(MemorySegment.ofArray(bytes.vectorValue(ordinal)), 0, halves, vector, vector.length);
        return vector;
    }

    @Override
    public FloatVectorValues copy() throws IOException {
        return new HalfVectorValues(bytes.copy());
    }

    @Override
    public int dimension() {
        return vector.length;
    }

    @Override
    public int size() {
        return bytes.size();
    }

    @Override
    public int getVectorByteLength() {
        return bytes.getVectorByteLength();
    }

    @Override
    public int ordToDoc(int ordinal) {
        return bytes.ordToDoc(ordinal);
    }

    @Override
    public void prefetch(int[] ordinals, int count) throws IOException {
        bytes.prefetch(ordinals, count);
    }

    @Override
    public @Nullable Bits getAcceptOrds(@Nullable Bits acceptDocs) {
        return bytes.getAcceptOrds(acceptDocs);
    }

    @Override
    public DocIndexIterator iterator() {
        return bytes.iterator();
    }
}
