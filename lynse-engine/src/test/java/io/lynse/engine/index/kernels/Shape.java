package io.lynse.engine.index.kernels;

import java.util.Random;

/** Kinds of data, most of them chosen to defeat one-byte codes, the mean, the bounds or the arithmetic. */
enum Shape {
    GAUSSIAN {
        @Override
        float[] row(Random random, int dimension, int i) {
            return gaussian(random, dimension, 1);
        }
    },
    UNIT {
        @Override
        float[] row(Random random, int dimension, int i) {
            return unit(gaussian(random, dimension, 1));
        }
    },
    /** Rows that differ in their last bits only: every bound overlaps every other. */
    NEAR_TIES {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = gaussian(new Random(dimension), dimension, 1);
            int at = random.nextInt(dimension);
            row[at] = random.nextBoolean() ? Math.nextUp(row[at]) : row[at] * (1 + random.nextInt(8) * 0x1p-22f);
            return row;
        }
    },
    DUPLICATES {
        @Override
        float[] row(Random random, int dimension, int i) {
            return gaussian(new Random(dimension * 31L + random.nextInt(7)), dimension, 1);
        }
    },
    ALL_EQUAL {
        @Override
        float[] row(Random random, int dimension, int i) {
            return gaussian(new Random(dimension), dimension, 3);
        }
    },
    WITH_ZERO_ROWS {
        @Override
        float[] row(Random random, int dimension, int i) {
            return random.nextInt(3) == 0 ? new float[dimension] : gaussian(random, dimension, 1);
        }
    },
    ALL_ZERO {
        @Override
        float[] row(Random random, int dimension, int i) {
            return new float[dimension];
        }
    },
    DENORMAL {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = new float[dimension];
            for (int j = 0; j < dimension; j++) row[j] = Float.intBitsToFloat(random.nextInt(1 << (1 + random.nextInt(23))));
            return row;
        }
    },
    TINY {
        @Override
        float[] row(Random random, int dimension, int i) {
            return gaussian(random, dimension, 1e-36f);
        }
    },
    /** Differences, norms and inner products overflow a float. */
    HUGE {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = new float[dimension];
            for (int j = 0; j < dimension; j++) row[j] = (random.nextFloat() - 0.5f) * 2 * Float.MAX_VALUE;
            return row;
        }
    },
    /** One row may be 10^70 times as long as another. */
    MIXED_SCALES {
        @Override
        float[] row(Random random, int dimension, int i) {
            return gaussian(random, dimension, (float) Math.pow(10, random.nextInt(70) - 35));
        }
    },
    /** The codes see one component; the others decide. */
    ONE_HUGE_COMPONENT {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = gaussian(random, dimension, 1);
            row[i % 2 == 0 ? 0 : random.nextInt(dimension)] = 1e7f;
            return row;
        }
    },
    /** Far from zero, close together: inner products and norms cancel. */
    OFFSET {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = gaussian(random, dimension, 0.01f);
            for (int j = 0; j < dimension; j++) row[j] += 1000;
            return row;
        }
    },
    SMALL_INTEGERS {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = new float[dimension];
            for (int j = 0; j < dimension; j++) row[j] = random.nextInt(5) - 2;
            return row;
        }
    },
    PARALLEL {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = gaussian(new Random(dimension), dimension, 1);
            float factor = (random.nextInt(9) - 4) * 0.5f;
            for (int j = 0; j < dimension; j++) row[j] *= factor;
            return row;
        }
    },
    SPARSE {
        @Override
        float[] row(Random random, int dimension, int i) {
            float[] row = new float[dimension];
            for (int j = 0; j < 1 + dimension / 50; j++) row[random.nextInt(dimension)] = (float) random.nextGaussian();
            return row;
        }
    };

    abstract float[] row(Random random, int dimension, int i);

    float[][] rows(Random random, int count, int dimension) {
        var rows = new float[count][];
        for (int i = 0; i < count; i++) rows[i] = row(random, dimension, i);
        return rows;
    }

    static float[] gaussian(Random random, int dimension, float scale) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) row[i] = (float) random.nextGaussian() * scale;
        return row;
    }

    static float[] unit(float[] row) {
        double squares = 0;
        for (float x : row) squares += (double) x * x;
        for (int i = 0; i < row.length; i++) row[i] /= (float) Math.sqrt(squares);
        return row;
    }
}
