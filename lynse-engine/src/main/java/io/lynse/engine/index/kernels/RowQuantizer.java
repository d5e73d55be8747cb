package io.lynse.engine.index.kernels;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Turns one row at a time into codes. The codes come from plain float arithmetic and may be off by one or even badly chosen: what
 * they lose is measured against the row in double precision, so nothing else has to be exact.
 */
final class RowQuantizer {

    /** Adding and subtracting it rounds a float below 2^22 to the nearest integer. */
    private static final float ROUND = 0x1.8p23f;

    private final int dimension;
    private final double slack;
    private final float[] mean;
    private final double[] preciseMean;
    private final double meanNorm;
    private final float[] row;
    private final int[] codes;

    private float scale;
    private float error;
    private float length;
    private int squares;
    private double norm;

    RowQuantizer(float[] mean) {
        dimension = mean.length;
        slack = Int8Copy.slack(dimension);
        int lanes = Lanes.FLOATS.length();
        int padded = (dimension + lanes - 1) / lanes * lanes;
        this.mean = Arrays.copyOf(mean, padded);
        preciseMean = new double[padded];
        for (int i = 0; i < dimension; i++) preciseMean[i] = mean[i];
        meanNorm = Math.sqrt(ExactScore.dot(mean, mean));
        row = new float[padded];
        codes = new int[padded];
    }

    /** Where the caller puts the row; longer than it, with zeros at the end. */
    float[] row() {
        return row;
    }

    void quantize() {
        float widest = Math.min(widest(), Float.MAX_VALUE);
        float step = widest / Int8Copy.CODE_MAX;
        // Below the normal floats a step has too few digits to be worth its trouble: the row is then all loss.
        boolean usable = step >= Float.MIN_NORMAL;
        scale = usable ? step : 0;
        squares = encode(usable ? Int8Copy.CODE_MAX / widest : 0);
        length = roundUp(scale * Math.sqrt(squares) * (1 + slack));
        measure();
    }

    /** Writes the codes to every {@link Lanes#GROUP_ROWS}-th byte. */
    void spread(byte[] target, int lane) {
        for (int i = 0, at = lane; i < dimension; i++, at += Lanes.GROUP_ROWS) target[at] = (byte) codes[i];
    }

    float scale() {
        return scale;
    }

    float error() {
        return error;
    }

    float length() {
        return length;
    }

    int squares() {
        return squares;
    }

    double norm() {
        return norm;
    }

    private float widest() {
        FloatVector widest = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < row.length; i += Lanes.FLOATS.length()) {
            widest = widest.max(centred(i).abs());
        }
        return widest.reduceLanes(VectorOperators.MAX);
    }

    private int encode(float inverse) {
        IntVector sum = IntVector.zero(Lanes.INTS);
        for (int i = 0; i < row.length; i += Lanes.FLOATS.length()) {
            FloatVector rounded = centred(i).mul(inverse).max(-Int8Copy.CODE_MAX).min(Int8Copy.CODE_MAX).add(ROUND).sub(ROUND);
            IntVector code = (IntVector) rounded.convert(VectorOperators.F2I, 0);
            code.intoArray(codes, i);
            sum = sum.add(code.mul(code));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** May be infinite where both are huge, of either sign; never NaN. */
    private FloatVector centred(int at) {
        return FloatVector.fromArray(Lanes.FLOATS, row, at).sub(FloatVector.fromArray(Lanes.FLOATS, mean, at));
    }

    private void measure() {
        DoubleVector loss = DoubleVector.zero(Lanes.DOUBLES);
        DoubleVector whole = loss;
        DoubleVector step = DoubleVector.broadcast(Lanes.DOUBLES, -scale);
        for (int i = 0; i < row.length; i += Lanes.DOUBLES.length()) {
            var x = (DoubleVector) FloatVector.fromArray(Lanes.HALF_FLOATS, row, i).convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
            var code = (DoubleVector) IntVector.fromArray(Lanes.HALF_INTS, codes, i).convertShape(VectorOperators.I2D, Lanes.DOUBLES, 0);
            DoubleVector rest = code.fma(step, x.sub(DoubleVector.fromArray(Lanes.DOUBLES, preciseMean, i)));
            loss = rest.fma(rest, loss);
            whole = x.fma(x, whole);
        }
        norm = Math.sqrt(whole.reduceLanes(VectorOperators.ADD));
        double lost = Math.sqrt(loss.reduceLanes(VectorOperators.ADD));
        error = roundUp(lost * (1 + slack) + slack * (norm + meanNorm + length));
    }

    private static float roundUp(double value) {
        float nearest = (float) value;
        return nearest < value ? Math.nextUp(nearest) : nearest;
    }
}
