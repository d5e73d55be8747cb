package io.lynse.engine.index.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/** Badness is the negative inner product. */
final class InnerProductBound extends ScoreBound {

    /** What the part of the inner product that depends on the row must reach. */
    private double needed = Double.NEGATIVE_INFINITY;

    InnerProductBound(Int8Copy copy, QueryCodes query) {
        super(copy, query);
    }

    @Override
    void keep(double badness) {
        needed = -badness - query.shift();
    }

    @Override
    long reachable(int[] dots, int from, long statistics) {
        long reachable = 0;
        for (int i = 0; i < Lanes.GROUP_ROWS; i += Lanes.DOUBLES.length()) {
            long at = statistics + (long) i * Float.BYTES;
            DoubleVector estimate = ints(dots, from + i).mul(floats(at + Int8Copy.SCALE)).mul(query.scale());
            DoubleVector error = floats(at + Int8Copy.ERROR).mul(query.length()).add(floats(at + Int8Copy.LENGTH).mul(query.error()));
            reachable |= estimate.add(error).compare(VectorOperators.GE, needed).toLong() << i;
        }
        return reachable;
    }

    @Override
    void bound(int dot, long statistics, int row) {
        double estimate = query.shift() + query.scale() * statistic(statistics, Int8Copy.SCALE, row) * dot;
        double error = statistic(statistics, Int8Copy.ERROR, row) * query.length() + statistic(statistics, Int8Copy.LENGTH, row) * query.error();
        low = -(estimate + error);
        high = -(estimate - error);
    }
}
