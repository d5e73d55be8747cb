package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What the integer dot product of a row's and the query's codes proves about the row's badness: it lies between {@link #low} and
 * {@link #high}. One object per query and thread.
 *
 * <p><b>Proof.</b> A row is x, the mean m, y = x - m = s c + a with |a| = e; the query side is v = t d + b with |b| = f, where v = q
 * for inner product and cosine, v = q - m for L2. The kernel gives D = &lt;c, d&gt; without error. All norms are Euclidean.
 * <ul>
 * <li><b>Inner product.</b> &lt;x,q&gt; = &lt;m,q&gt; + &lt;y,q&gt; and &lt;y,q&gt; - s t D = &lt;a,q&gt; + &lt;s c,b&gt;, hence by
 *     Cauchy-Schwarz |&lt;x,q&gt; - (&lt;m,q&gt; + s t D)| &lt;= e |q| + |s c| f.
 * <li><b>Cosine</b>: the same, divided by |x| |q|. Where that is 0 the distance is 1 by definition.
 * <li><b>L2.</b> |x - q| = |y - v| and (y - v) - (s c - t d) = a - b, so by the triangle inequality |x - q| differs from
 *     |s c - t d| by at most e + f, and |s c - t d|^2 = s^2 |c|^2 - 2 s t D + t^2 |d|^2. It is tight where a bound through the
 *     inner product would not be: near the query, however long the vectors are.
 * </ul>
 * <b>Rounding.</b> The exact score is itself a double sum; it may be off by n 2^-53 |x| |q| (L2: by that part of itself), and so may
 * &lt;m,q&gt;, the norms, and e and f as measured. Instead of e and f the copy and the query keep E and F, which are larger by at least
 * slack = (4n + 64) 2^-52 of themselves and of |x| + |m| + |s c| (or |q| + |m|): that is twice what those sums and every single operation
 * below can lose together. Two places have their own margin: the L2 form, whose terms may cancel (L2Bound.CANCEL), and its squares.
 * E and F are rounded up, nothing here can overflow a double, and an E that overflowed its float is infinite, which keeps the row.
 *
 * <p><b>Limits.</b> Scores are compared as floats, and equal floats are decided by the tie order. So a row is out only if its low
 * badness exceeds the float above the limit's float: then its own float exceeds the limit's.
 *
 * <p>Cost: Cauchy-Schwarz overestimates a typical error some twenty times, and it does not matter: on sentence embeddings of 384
 * components 30 of 61,436 rows are left to be scored for the best 10.
 */
abstract sealed class ScoreBound permits InnerProductBound, CosineBound, L2Bound {

    final MemorySegment memory;
    final QueryCodes query;

    /** Of the row last given to {@link #bound}. */
    double low;

    double high;

    ScoreBound(Int8Copy copy, QueryCodes query) {
        this.memory = copy.memory();
        this.query = query;
    }

    static ScoreBound of(Metric metric, Int8Copy copy, QueryCodes query, float[] vector) {
        return switch (metric) {
            case IP -> new InnerProductBound(copy, query);
            case L2 -> new L2Bound(copy, query);
            case COSINE -> new CosineBound(copy, query, vector);
            default -> throw new IllegalArgumentException("no kernel for metric " + metric);
        };
    }

    /** From here on only rows that may have this badness or a lower one are reachable. */
    final void limit(double badness) {
        keep(Math.nextUp((float) badness));
    }

    /** @param badness compared with low bounds as it is */
    abstract void keep(double badness);

    /**
     * @param dots       of a group, from {@code from} on
     * @param statistics where those of the group begin
     * @return bit r: row r of the group may be within the limit
     */
    abstract long reachable(int[] dots, int from, long statistics);

    /** Sets {@link #low} and {@link #high} of one row. */
    abstract void bound(int dot, long statistics, int row);

    static DoubleVector ints(int[] values, int at) {
        return (DoubleVector) IntVector.fromArray(Lanes.HALF_INTS, values, at).convertShape(VectorOperators.I2D, Lanes.DOUBLES, 0);
    }

    final DoubleVector ints(long at) {
        return (DoubleVector) IntVector.fromMemorySegment(Lanes.HALF_INTS, memory, at, Lanes.ORDER).convertShape(VectorOperators.I2D, Lanes.DOUBLES, 0);
    }

    final DoubleVector floats(long at) {
        return (DoubleVector) FloatVector.fromMemorySegment(Lanes.HALF_FLOATS, memory, at, Lanes.ORDER).convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
    }

    final float statistic(long statistics, int which, int row) {
        return memory.get(Int8Copy.FLOAT, statistics + which + (long) row * Float.BYTES);
    }
}
