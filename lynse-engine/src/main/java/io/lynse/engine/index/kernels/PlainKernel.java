package io.lynse.engine.index.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.lucene.util.VectorUtil;

/** The fallback: Lucene's stock code for two vectors, which uses the Vector API where the JVM has its module and plain loops where not. */
final class PlainKernel implements ScanKernel {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

    private static void each(MemorySegment rows, long from, int count, float[][] queries, float[][] out, Operation operation) {
        if (queries.length == 0) return;
        var row = new float[queries[0].length];
        for (int r = 0; r < count; r++) {
            MemorySegment.copy(rows, FLOAT, from + (long) r * row.length * Float.BYTES, row, 0, row.length);
            for (int q = 0; q < queries.length; q++) out[q][r] = operation.of(row, queries[q]);
        }
    }
}
