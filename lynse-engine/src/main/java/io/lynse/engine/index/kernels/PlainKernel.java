package io.lynse.engine.index.kernels;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.VectorUtil;

/** The fallback: Lucene's stock code for two vectors, which uses the Vector API where the JVM has its module and plain loops where not. */
final class PlainKernel implements ScanKernel {

    private final ElementType elements;

    PlainKernel(ElementType elements) {
        this.elements = elements;
    }

    private interface Operation {
        float of(float[] row, float[] query);
    }

    @Override
    public void innerProducts(MemorySegment rows, long from, int count, float[][] queries, float[][] out) {
        each(rows, from, count, queries, out, VectorUtil::dotProduct);
    }

    @Override
    public void squaredDistances(MemorySegment rows, long from, int count, float[][] queries, float[][] out) {
        each(rows, from, count, queries, out, VectorUtil::squareDistance);
    }

    private void each(MemorySegment rows, long from, int count, float[][] queries, float[][] out, Operation operation) {
        if (queries.length == 0) return;
        var row = new float[queries[0].length];
        long rowBytes = (long) row.length * elements.bytes();
        for (int r = 0; r < count; r++) {
            StoredElements.read(elements, rows, from + r * rowBytes, row, row.length);
            for (int q = 0; q < queries.length; q++) out[q][r] = operation.of(row, queries[q]);
        }
    }
}
