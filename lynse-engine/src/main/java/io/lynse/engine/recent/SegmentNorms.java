package io.lynse.engine.recent;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.jspecify.annotations.Nullable;

/**
 * Euclidean lengths of a segment's vectors, computed when first asked for. Vectors never change, so all readers of a segment
 * share them: four bytes per row. Rounded to float32, at least the smallest positive one for a vector that is not zero.
 */
public final class SegmentNorms {

    private volatile float @Nullable [] norms;
    private float largest;

    /** Whether some search has asked for them. */
    boolean known() {
        return norms != null;
    }

    /** One per document. */
    synchronized float[] of(LuceneSegment segment) throws IOException {
        float[] known = norms;
        if (known != null) return known;
        FloatVectorValues values = segment.vectorValues();
        var computed = new float[segment.size()];
        for (int doc = 0; doc < computed.length; doc++) {
            computed[doc] = norm(values.vectorValue(doc));
            largest = Math.max(largest, computed[doc]);
        }
        norms = computed;
        return computed;
    }

    /** Of all documents, masked ones included. */
    synchronized float largest(LuceneSegment segment) throws IOException {
        of(segment);
        return largest;
    }

    /** The length of a vector. */
    public static float norm(float[] vector) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < vector.length; i += 2) {
            even += (double) vector[i] * vector[i];
            odd += (double) vector[i + 1] * vector[i + 1];
        }
        if (i < vector.length) even += (double) vector[i] * vector[i];
        double squares = even + odd;
        return squares == 0 ? 0 : Math.max((float) Math.sqrt(squares), Float.MIN_VALUE);
    }
}
