package io.lynse.engine.index.kernels;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Integer dot products of one group of rows with one query or four: exact, no rounding at all.
 *
 * <p>The Vector API has no multiply-add of bytes, so bytes become shorts, products stay shorts, and up to four of them are added
 * before they must be widened to ints: with codes of rows within 127 and of queries within 63, 4 * 127 * 63 = 32,004 still fits.
 *
 * <p>Widening is done without unpacking. An int holds two shorts, high and low; the sums of the ints and of their high halves
 * (one shift) are kept, and since int = 65,536 high + low, where low must not be negative and for that is biased by 32,768, the sum of the
 * lows follows once at the end, exactly, however often the sums wrap around. That is why the even lanes hold one half of the
 * group and the odd lanes the other (see {@link Int8Copy}): both come out in row order.
 *
 * <p>Measured on 61,436 x 384 against other forms: floats by fma take 1.1-1.6 times as long, rows not laid across 1.1-1.5 times,
 * pairs instead of fours 1.2-1.5 times with AVX-512 and the same with AVX2, queries expanded to vectors up to 1.7 times.
 *
 * <p>Keep each loop's method small. C2 stops inlining at a count of nodes, and then every vector is boxed: fours for four queries
 * at once ran eight times slower than the pairs below, and these five times slower while they also unpacked their own sums.
 */
final class DotKernels {

    /** Queries of {@link #four}. */
    static final int TILE = 4;

    /** Largest code of a query. */
    static final int QUERY_MAX = 63;

    private static final ShortVector BIAS = IntVector.broadcast(Lanes.INTS, 1 << 15).reinterpretAsShorts();

    private DotKernels() {}

    /**
     * @param at    where the group begins
     * @param query a code per component, padded with zeros like the rows
     * @param dots  one per row of the group, from {@code into} on
     */
    static void one(MemorySegment memory, long at, short[] query, int[] dots, int into) {
        sumOne(memory, at, query, dots, into);
        split(query.length / 4, dots, into);
    }

    private static void sumOne(MemorySegment memory, long at, short[] query, int[] dots, int into) {
        IntVector sum = IntVector.zero(Lanes.INTS);
        IntVector high = sum;
        int rows = Lanes.GROUP_ROWS;
        for (int i = 0; i < query.length; i += 4) {
            long from = at + (long) i * rows;
            ShortVector a = codes(memory, from).mul(all(query[i])).add(codes(memory, from + rows).mul(all(query[i + 1])));
            ShortVector b = codes(memory, from + 2L * rows).mul(all(query[i + 2])).add(codes(memory, from + 3L * rows).mul(all(query[i + 3])));
            IntVector pairs = a.add(b).add(BIAS).reinterpretAsInts();
            sum = sum.add(pairs);
            high = high.add(pairs.lanewise(ASHR, 16));
        }
        sum.intoArray(dots, into);
        high.intoArray(dots, into + rows / 2);
    }

    /**
     * Four queries at once: the codes are read and widened once.
     *
     * @param queries for each two components two codes of each query, see {@link #interleave}
     * @param dots    the group's rows for the first query, then for the second ...
     */
    static void four(MemorySegment memory, long at, short[] queries, int[] dots, int into) {
        sumFour(memory, at, queries, dots, into);
        int steps = queries.length / (2 * TILE);
        for (int i = 0; i < TILE; i++) split(steps, dots, into + i * Lanes.GROUP_ROWS);
    }

    private static void sumFour(MemorySegment memory, long at, short[] queries, int[] dots, int into) {
        IntVector sum0 = IntVector.zero(Lanes.INTS);
        IntVector sum1 = sum0;
        IntVector sum2 = sum0;
        IntVector sum3 = sum0;
        IntVector high0 = sum0;
        IntVector high1 = sum0;
        IntVector high2 = sum0;
        IntVector high3 = sum0;
        int rows = Lanes.GROUP_ROWS;
        long from = at;
        for (int i = 0; i < queries.length; i += 2 * TILE, from += 2L * rows) {
            ShortVector a = codes(memory, from);
            ShortVector b = codes(memory, from + rows);
            IntVector pairs = a.mul(all(queries[i])).add(b.mul(all(queries[i + 1]))).add(BIAS).reinterpretAsInts();
            sum0 = sum0.add(pairs);
            high0 = high0.add(pairs.lanewise(ASHR, 16));
            pairs = a.mul(all(queries[i + 2])).add(b.mul(all(queries[i + 3]))).add(BIAS).reinterpretAsInts();
            sum1 = sum1.add(pairs);
            high1 = high1.add(pairs.lanewise(ASHR, 16));
            pairs = a.mul(all(queries[i + 4])).add(b.mul(all(queries[i + 5]))).add(BIAS).reinterpretAsInts();
            sum2 = sum2.add(pairs);
            high2 = high2.add(pairs.lanewise(ASHR, 16));
            pairs = a.mul(all(queries[i + 6])).add(b.mul(all(queries[i + 7]))).add(BIAS).reinterpretAsInts();
            sum3 = sum3.add(pairs);
            high3 = high3.add(pairs.lanewise(ASHR, 16));
        }
        int half = rows / 2;
        sum0.intoArray(dots, into);
        high0.intoArray(dots, into + half);
        sum1.intoArray(dots, into + rows);
        high1.intoArray(dots, into + rows + half);
        sum2.intoArray(dots, into + 2 * rows);
        high2.intoArray(dots, into + 2 * rows + half);
        sum3.intoArray(dots, into + 3 * rows);
        high3.intoArray(dots, into + 3 * rows + half);
    }

    /** The form that {@link #four} reads; a missing query is a zero one. */
    static short[] interleave(short[][] queries, int from) {
        int components = queries[from].length;
        var interleaved = new short[components * TILE];
        for (int query = 0; query < TILE && from + query < queries.length; query++) {
            for (int i = 0; i < components; i++) {
                interleaved[(i / 2 * TILE + query) * 2 + i % 2] = queries[from + query][i];
            }
        }
        return interleaved;
    }

    private static ShortVector codes(MemorySegment memory, long at) {
        return (ShortVector) ByteVector.fromMemorySegment(Lanes.HALF_BYTES, memory, at, Lanes.ORDER).convertShape(B2S, Lanes.SHORTS, 0);
    }

    /** Shorter to inline than {@code mul(short)}, which matters: see the class comment. */
    private static ShortVector all(short code) {
        return ShortVector.broadcast(Lanes.SHORTS, code);
    }

    /** Makes the sums of low halves out of what a kernel has left for one query. */
    private static void split(int steps, int[] dots, int into) {
        IntVector sum = IntVector.fromArray(Lanes.INTS, dots, into);
        IntVector high = IntVector.fromArray(Lanes.INTS, dots, into + Lanes.GROUP_ROWS / 2);
        sum.sub(high.lanewise(LSHL, 16)).sub(steps << 15).intoArray(dots, into);
    }
}
