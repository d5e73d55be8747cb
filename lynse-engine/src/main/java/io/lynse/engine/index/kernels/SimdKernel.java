package io.lynse.engine.index.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel for float32 rows on the JDK's Vector API: tiles of four rows by two queries, one accumulator per pair. Eight accumulators hide the
 * latency of the multiply-add and, with the operands, still fit into sixteen registers. The methods are small on purpose: the
 * compiler must inline each into one loop, or the vectors end up as objects and the scan is 20 to 100 times slower.
 */
final class SimdKernel implements ScanKernel {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE);
    private static final int ROWS = 4;

    @Override
    public void innerProducts(MemorySegment rows, long from, int count, float[][] queries, float[][] out) {
        int q = 0;
        for (; q + 1 < queries.length; q += 2) dotPair(rows, from, count, queries[q], queries[q + 1], out[q], out[q + 1]);
        if (q < queries.length) dotOne(rows, from, count, queries[q], out[q]);
    }

    @Override
    public void squaredDistances(MemorySegment rows, long from, int count, float[][] queries, float[][] out) {
        int q = 0;
        for (; q + 1 < queries.length; q += 2) squarePair(rows, from, count, queries[q], queries[q + 1], out[q], out[q + 1]);
        if (q < queries.length) squareOne(rows, from, count, queries[q], out[q]);
    }

    private static void dotPair(MemorySegment rows, long from, int count, float[] p, float[] q, float[] outP, float[] outQ) {
        long rowBytes = (long) p.length * Float.BYTES;
        int r = 0;
        for (; r + ROWS <= count; r += ROWS) dot4x2(rows, from + r * rowBytes, p, q, outP, outQ, r);
        for (; r < count; r++) {
            outP[r] = dot(rows, from + r * rowBytes, p);
            outQ[r] = dot(rows, from + r * rowBytes, q);
        }
    }

    private static void dotOne(MemorySegment rows, long from, int count, float[] query, float[] out) {
        long rowBytes = (long) query.length * Float.BYTES;
        int r = 0;
        for (; r + ROWS <= count; r += ROWS) dot4x1(rows, from + r * rowBytes, query, out, r);
        for (; r < count; r++) out[r] = dot(rows, from + r * rowBytes, query);
    }

    private static void squarePair(MemorySegment rows, long from, int count, float[] p, float[] q, float[] outP, float[] outQ) {
        long rowBytes = (long) p.length * Float.BYTES;
        int r = 0;
        for (; r + ROWS <= count; r += ROWS) square4x2(rows, from + r * rowBytes, p, q, outP, outQ, r);
        for (; r < count; r++) {
            outP[r] = square(rows, from + r * rowBytes, p);
            outQ[r] = square(rows, from + r * rowBytes, q);
        }
    }

    private static void squareOne(MemorySegment rows, long from, int count, float[] query, float[] out) {
        long rowBytes = (long) query.length * Float.BYTES;
        int r = 0;
        for (; r + ROWS <= count; r += ROWS) square4x1(rows, from + r * rowBytes, query, out, r);
        for (; r < count; r++) out[r] = square(rows, from + r * rowBytes, query);
    }

    private static void dot4x2(MemorySegment rows, long at, float[] p, float[] q, float[] outP, float[] outQ, int r) {
        int dimension = p.length;
        int whole = SPECIES.loopBound(dimension);
        long rowBytes = (long) dimension * Float.BYTES;
        FloatVector p0 = FloatVector.zero(SPECIES);
        FloatVector p1 = p0;
        FloatVector p2 = p0;
        FloatVector p3 = p0;
        FloatVector q0 = p0;
        FloatVector q1 = p0;
        FloatVector q2 = p0;
        FloatVector q3 = p0;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, p, i);
            FloatVector y = FloatVector.fromArray(SPECIES, q, i);
            long byteAt = at + (long) i * Float.BYTES;
            FloatVector row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt, LITTLE);
            p0 = row.fma(x, p0);
            q0 = row.fma(y, q0);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + rowBytes, LITTLE);
            p1 = row.fma(x, p1);
            q1 = row.fma(y, q1);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 2 * rowBytes, LITTLE);
            p2 = row.fma(x, p2);
            q2 = row.fma(y, q2);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 3 * rowBytes, LITTLE);
            p3 = row.fma(x, p3);
            q3 = row.fma(y, q3);
        }
        outP[r] = p0.reduceLanes(VectorOperators.ADD) + dotTail(rows, at, p, whole);
        outP[r + 1] = p1.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + rowBytes, p, whole);
        outP[r + 2] = p2.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 2 * rowBytes, p, whole);
        outP[r + 3] = p3.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 3 * rowBytes, p, whole);
        outQ[r] = q0.reduceLanes(VectorOperators.ADD) + dotTail(rows, at, q, whole);
        outQ[r + 1] = q1.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + rowBytes, q, whole);
        outQ[r + 2] = q2.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 2 * rowBytes, q, whole);
        outQ[r + 3] = q3.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 3 * rowBytes, q, whole);
    }

    private static void dot4x1(MemorySegment rows, long at, float[] query, float[] out, int r) {
        int dimension = query.length;
        int whole = SPECIES.loopBound(dimension);
        long rowBytes = (long) dimension * Float.BYTES;
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, query, i);
            long byteAt = at + (long) i * Float.BYTES;
            a = FloatVector.fromMemorySegment(SPECIES, rows, byteAt, LITTLE).fma(x, a);
            b = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + rowBytes, LITTLE).fma(x, b);
            c = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 2 * rowBytes, LITTLE).fma(x, c);
            d = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 3 * rowBytes, LITTLE).fma(x, d);
        }
        out[r] = a.reduceLanes(VectorOperators.ADD) + dotTail(rows, at, query, whole);
        out[r + 1] = b.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + rowBytes, query, whole);
        out[r + 2] = c.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 2 * rowBytes, query, whole);
        out[r + 3] = d.reduceLanes(VectorOperators.ADD) + dotTail(rows, at + 3 * rowBytes, query, whole);
    }

    private static float dot(MemorySegment rows, long at, float[] query) {
        int whole = SPECIES.loopBound(query.length);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector row = FloatVector.fromMemorySegment(SPECIES, rows, at + (long) i * Float.BYTES, LITTLE);
            sum = row.fma(FloatVector.fromArray(SPECIES, query, i), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD) + dotTail(rows, at, query, whole);
    }

    private static float dotTail(MemorySegment rows, long at, float[] query, int from) {
        float sum = 0;
        for (int i = from; i < query.length; i++) sum += rows.get(FLOAT, at + (long) i * Float.BYTES) * query[i];
        return sum;
    }

    private static void square4x2(MemorySegment rows, long at, float[] p, float[] q, float[] outP, float[] outQ, int r) {
        int dimension = p.length;
        int whole = SPECIES.loopBound(dimension);
        long rowBytes = (long) dimension * Float.BYTES;
        FloatVector p0 = FloatVector.zero(SPECIES);
        FloatVector p1 = p0;
        FloatVector p2 = p0;
        FloatVector p3 = p0;
        FloatVector q0 = p0;
        FloatVector q1 = p0;
        FloatVector q2 = p0;
        FloatVector q3 = p0;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, p, i);
            FloatVector y = FloatVector.fromArray(SPECIES, q, i);
            long byteAt = at + (long) i * Float.BYTES;
            FloatVector row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt, LITTLE);
            p0 = addSquare(row, x, p0);
            q0 = addSquare(row, y, q0);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + rowBytes, LITTLE);
            p1 = addSquare(row, x, p1);
            q1 = addSquare(row, y, q1);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 2 * rowBytes, LITTLE);
            p2 = addSquare(row, x, p2);
            q2 = addSquare(row, y, q2);
            row = FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 3 * rowBytes, LITTLE);
            p3 = addSquare(row, x, p3);
            q3 = addSquare(row, y, q3);
        }
        outP[r] = p0.reduceLanes(VectorOperators.ADD) + squareTail(rows, at, p, whole);
        outP[r + 1] = p1.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + rowBytes, p, whole);
        outP[r + 2] = p2.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 2 * rowBytes, p, whole);
        outP[r + 3] = p3.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 3 * rowBytes, p, whole);
        outQ[r] = q0.reduceLanes(VectorOperators.ADD) + squareTail(rows, at, q, whole);
        outQ[r + 1] = q1.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + rowBytes, q, whole);
        outQ[r + 2] = q2.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 2 * rowBytes, q, whole);
        outQ[r + 3] = q3.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 3 * rowBytes, q, whole);
    }

    private static void square4x1(MemorySegment rows, long at, float[] query, float[] out, int r) {
        int dimension = query.length;
        int whole = SPECIES.loopBound(dimension);
        long rowBytes = (long) dimension * Float.BYTES;
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, query, i);
            long byteAt = at + (long) i * Float.BYTES;
            a = addSquare(FloatVector.fromMemorySegment(SPECIES, rows, byteAt, LITTLE), x, a);
            b = addSquare(FloatVector.fromMemorySegment(SPECIES, rows, byteAt + rowBytes, LITTLE), x, b);
            c = addSquare(FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 2 * rowBytes, LITTLE), x, c);
            d = addSquare(FloatVector.fromMemorySegment(SPECIES, rows, byteAt + 3 * rowBytes, LITTLE), x, d);
        }
        out[r] = a.reduceLanes(VectorOperators.ADD) + squareTail(rows, at, query, whole);
        out[r + 1] = b.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + rowBytes, query, whole);
        out[r + 2] = c.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 2 * rowBytes, query, whole);
        out[r + 3] = d.reduceLanes(VectorOperators.ADD) + squareTail(rows, at + 3 * rowBytes, query, whole);
    }

    private static float square(MemorySegment rows, long at, float[] query) {
        int whole = SPECIES.loopBound(query.length);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector row = FloatVector.fromMemorySegment(SPECIES, rows, at + (long) i * Float.BYTES, LITTLE);
            sum = addSquare(row, FloatVector.fromArray(SPECIES, query, i), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD) + squareTail(rows, at, query, whole);
    }

    private static FloatVector addSquare(FloatVector row, FloatVector query, FloatVector sum) {
        FloatVector difference = row.sub(query);
        return difference.fma(difference, sum);
    }

    private static float squareTail(MemorySegment rows, long at, float[] query, int from) {
        float sum = 0;
        for (int i = from; i < query.length; i++) {
            float difference = rows.get(FLOAT, at + (long) i * Float.BYTES) - query[i];
            sum += difference * difference;
        }
        return sum;
    }
}
