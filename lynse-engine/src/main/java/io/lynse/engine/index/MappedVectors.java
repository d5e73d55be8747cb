package io.lynse.engine.index;

import io.lynse.model.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a segment as they lie in its file.
 *
 * @param elements how the components are stored
 * @param memory   row after row, as long as the segment is open; null: the file is not mapped in one piece
 */
public record MappedVectors(ElementType elements, @Nullable MemorySegment memory) {

    /**
     * Vectors that say float32 and are stored in float16. They do not show their file as Lucene's own do ({@link HasIndexSlice}): Lucene's
     * scorers would take it for float32.
     */
    public interface Halves {
        @Nullable MemorySegment halves();
    }

    public static MappedVectors of(FloatVectorValues values) throws IOException {
        if (values instanceof Halves stored) return new MappedVectors(ElementType.FLOAT16, stored.halves());
        return new MappedVectors(ElementType.FLOAT32, values instanceof HasIndexSlice file ? memory(file) : null);
    }

    /** What is mapped of a slice; null: not in one piece. */
    public static @Nullable MemorySegment memory(HasIndexSlice file) throws IOException {
        return file.getSlice() instanceof MemorySegmentAccessInput input ? input.segmentSliceOrNull(0, input.length()) : null;
    }
}
