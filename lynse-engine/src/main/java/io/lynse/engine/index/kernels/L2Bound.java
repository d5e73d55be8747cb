package io.lynse.engine.index.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/** Badness is the squared distance. */
final class L2Bound extends ScoreBound {

    /** Of s^2 |c|^2 + t^2 |d|^2, which bounds all terms: more than their rounding can lose when they cancel. */
    private static final double CANCEL = 0x1p-48;

    private final double slack;

    /** The largest distance still wanted, plus the query's error; NaN when no distance is. */
    private double reach = Double.POSITIVE_INFINITY;

    L2Bound(Int8Copy copy, QueryCodes query) {
        super(copy, query);
        slack = Int8Copy.slack(copy.dimension());
    }

    @Override
    void keep(double badness) {
        reach = Math.sqrt(badness) * (1 + slack) + query.error();
    }

    @Override
    long reachable(int[] dots, int from, long statistics) {
        long reachable = 0;
        double twice = -2 * query.scale();
        for (int i = 0; i < Lanes.GROUP_ROWS; i += Lanes.DOUBLES.length()) {
            long at = statistics + (long) i * Float.BYTES;
            DoubleVector scale = floats(at + Int8Copy.SCALE);
            DoubleVector squares = scale.mul(scale).mul(ints(at + Int8Copy.SQUARES)).add(query.squares()).mul(1 - CANCEL);
            DoubleVector least = ints(dots, from + i).mul(scale).mul(twice).add(squares);
            DoubleVector radius = floats(at + Int8Copy.ERROR).add(reach);
            reachable |= least.compare(VectorOperators.LE, radius.mul(radius)).toLong() << i;
        }
        return reachable;
    }

    @Override
    void bound(int dot, long statistics, int row) {
        double scale = statistic(statistics, Int8Copy.SCALE, row);
        double squares = scale * scale * memory.get(Int8Copy.INT, statistics + Int8Copy.SQUARES + (long) row * Integer.BYTES) + query.squares();
        double estimate = squares - 2 * scale * query.scale() * dot;
        double error = statistic(statistics, Int8Copy.ERROR, row) + query.error();
        double least = Math.max(0, Math.sqrt(Math.max(0, estimate - CANCEL * squares)) - error);
        double most = Math.sqrt(Math.max(0, estimate + CANCEL * squares)) + error;
        low = least * least * (1 - slack);
        high = most * most * (1 + slack);
    }
}
