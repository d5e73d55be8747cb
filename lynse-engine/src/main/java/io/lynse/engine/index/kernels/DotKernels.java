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
 * Widening splits each int into its two shorts by shifts; that is why the even lanes hold one half of the group and the odd lanes
 * the other (see {@link Int8Copy}): both come out in row order.
 *
 * <p>Measured on 61,436 x 384 against other forms: floats by fma 1.3-1.6 times slower, rows not laid across 1.1-1.5 times, pairs
 * instead of fours 1.2-1.5 times with AVX-512 and the same with AVX2, queries expanded to vectors 1.3 times. Keep each method small:
 * fours for four queries at once no longer fit C2's limits and ran 8 times slower than the pairs below.
 */
final class DotKernels {

    /** Queries of {@link #four}. */
    static final int TILE = 4;

    /** Largest code of a query. */
    static final int QUERY_MAX = 63;

    private DotKernels() {}

    /**
     * @param at    where the group begins
     * @param query a code per component, padded with zeros like the rows
     * @param dots  one per row of the group, from {@code into} on
     */
    static void one(MemorySegment memory, long at, short[] query, int[] dots, int into) {
        IntVector low = IntVector.zero(Lanes.INTS);
        IntVector high = low;
        int rows = Lanes.GROUP_ROWS;
        for (int i = 0; i < query.length; i += 4) {
            long from = at + (long) i * rows;
            ShortVector a = codes(memory, from).mul(query[i]).add(codes(memory, from + rows).mul(query[i + 1]));
            ShortVector b = codes(memory, from + 2L * rows).mul(query[i + 2]).add(codes(memory, from + 3L * rows).mul(query[i + 3]));
            IntVector sums = a.add(b).reinterpretAsInts();
            low = low.add(lowShorts(sums));
            high = high.add(sums.lanewise(ASHR, 16));
        }
        low.intoArray(dots, into);
        high.intoArray(dots, into + rows / 2);
    }

    /**
     * Four queries at once: the codes are read and widened once.
     *
     * @param queries for each two components two codes of each query, see {@link #interleave}
     * @param dots    the group's rows for the first query, then for the second ...
     */
    static void four(MemorySegment memory, long at, short[] queries, int[] dots, int into) {
        IntVector low0 = IntVector.zero(Lanes.INTS);
        IntVector low1 = low0;
        IntVector low2 = low0;
        IntVector low3 = low0;
        IntVector high0 = low0;
        IntVector high1 = low0;
        IntVector high2 = low0;
        IntVector high3 = low0;
        int rows = Lanes.GROUP_ROWS;
        for (int i = 0; i < queries.length; i += 2 * TILE) {
            long from = at + (long) (i / TILE) * rows;
            ShortVector a = codes(memory, from);
            ShortVector b = codes(memory, from + rows);
            IntVector sums = a.mul(queries[i]).add(b.mul(queries[i + 1])).reinterpretAsInts();
            low0 = low0.add(lowShorts(sums));
            high0 = high0.add(sums.lanewise(ASHR, 16));
            sums = a.mul(queries[i + 2]).add(b.mul(queries[i + 3])).reinterpretAsInts();
            low1 = low1.add(lowShorts(sums));
            high1 = high1.add(sums.lanewise(ASHR, 16));
            sums = a.mul(queries[i + 4]).add(b.mul(queries[i + 5])).reinterpretAsInts();
            low2 = low2.add(lowShorts(sums));
            high2 = high2.add(sums.lanewise(ASHR, 16));
            sums = a.mul(queries[i + 6]).add(b.mul(queries[i + 7])).reinterpretAsInts();
            low3 = low3.add(lowShorts(sums));
            high3 = high3.add(sums.lanewise(ASHR, 16));
        }
        store(low0, high0, dots, into);
        store(low1, high1, dots, into + rows);
        store(low2, high2, dots, into + 2 * rows);
        store(low3, high3, dots, into + 3 * rows);
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

    private static IntVector lowShorts(IntVector sums) {
        return sums.lanewise(LSHL, 16).lanewise(ASHR, 16);
    }

    private static void store(IntVector low, IntVector high, int[] dots, int into) {
        low.intoArray(dots, into);
        high.intoArray(dots, into + Lanes.GROUP_ROWS / 2);
    }
}
