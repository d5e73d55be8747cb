package io.lynse.shard.bench;

import java.util.Arrays;

/** Measured values of one kind. */
final class Samples {

    private double[] values = new double[64];
    private int size;

    void add(double value) {
        if (size == values.length) values = Arrays.copyOf(values, size * 2);
        values[size++] = value;
    }

    void addAll(Samples others) {
        for (int i = 0; i < others.size; i++) add(others.values[i]);
    }

    double median() {
        return percentile(50);
    }

    /**
     * The smallest value that so many of the values do not exceed.
     * @param percent 0 to 100
     */
    double percentile(int percent) {
        if (size == 0) throw new IllegalStateException("nothing was measured");
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.clamp((long) Math.ceil(size * percent / 100.0) - 1, 0, size - 1)];
    }
}
