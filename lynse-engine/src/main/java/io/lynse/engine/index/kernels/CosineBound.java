package io.lynse.engine.index.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/** Badness is 1 - cosine. */
final class CosineBound extends ScoreBound {

    private final double queryNorm;

    /** What the inner product must reach, for a row of length 1. */
    private double needed = Double.NEGATIVE_INFINITY;

    CosineBound(Int8Copy copy, QueryCodes query, float[] vector) {
        super(copy, query);
        queryNorm = Math.sqrt(ExactScore.dot(vector, vector));
    }

    @Override
    void keep(double badness) {
        // A finite bound: a row of length 0 must not become NaN, and no cosine is below -2.
        needed = Math.max(-2, 1 - badness) * queryNorm;
    }

    @Override
    long reachable(int[] dots, int from, long statistics) {
        long reachable = 0;
        for (int i = 0; i < Lanes.GROUP_ROWS; i += Lanes.DOUBLES.length()) {
            long at = statistics + (long) i * Float.BYTES;
            DoubleVector estimate = ints(dots, from + i).mul(floats(at + Int8Copy.SCALE)).mul(query.scale()).add(query.shift());
            DoubleVector error = floats(at + Int8Copy.ERROR).mul(query.length()).add(floats(at + Int8Copy.LENGTH).mul(query.error()));
            DoubleVector norm = DoubleVector.fromMemorySegment(
                    Lanes.DOUBLES, memory, statistics + Int8Copy.NORM + (long) i * Double.BYTES, Lanes.ORDER);
            reachable |= estimate.add(error).compare(VectorOperators.GE, norm.mul(needed)).toLong() << i;
        }
        return reachable;
    }

    @Override
    void bound(int dot, long statistics, int row) {
        double norms = memory.get(Int8Copy.DOUBLE, statistics + Int8Copy.NORM + (long) row * Double.BYTES) * queryNorm;
        if (norms == 0) {
            low = 1;
            high = 1;
            return;
        }
        double estimate = query.shift() + query.scale() * statistic(statistics, Int8Copy.SCALE, row) * dot;
        double error = statistic(statistics, Int8Copy.ERROR, row) * query.length() + statistic(statistics, Int8Copy.LENGTH, row) * query.error();
        low = 1 - (estimate + error) / norms;
        high = 1 - (estimate - error) / norms;
    }
}
