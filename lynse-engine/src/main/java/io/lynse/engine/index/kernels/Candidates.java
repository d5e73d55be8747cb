package io.lynse.engine.index.kernels;

import java.util.Arrays;

/**
 * Rows that may still be among the best k, with their bounds, and the limit that they prove: the k-th lowest high bound. A row
 * whose low bound exceeds it is out. Rows are kept until there are many, so the list stays near the count that survives.
 */
final class Candidates {

    private static final int FIRST_CAPACITY = 256;

    private final int k;
    private final double floor;

    /** The k lowest high bounds, the highest on top. */
    private double[] highs;

    private int highCount;

    private int[] rows = new int[FIRST_CAPACITY];
    private double[] low = new double[FIRST_CAPACITY];
    private double[] high = new double[FIRST_CAPACITY];
    private int size;

    /**
     * @param k     at least 1
     * @param floor badness above which no row is wanted
     */
    Candidates(int k, double floor) {
        this.k = k;
        this.floor = floor;
        this.highs = new double[Math.min(k, FIRST_CAPACITY)];
    }

    /** No row with a badness above it can be among the best k. */
    double limit() {
        return highCount < k ? floor : Math.min(floor, highs[0]);
    }

    int size() {
        return size;
    }

    int row(int candidate) {
        return rows[candidate];
    }

    double low(int candidate) {
        return low[candidate];
    }

    double high(int candidate) {
        return high[candidate];
    }

    /** @return whether the limit may have become tighter */
    boolean add(int row, double rowLow, double rowHigh) {
        if (size == rows.length) makeRoom();
        rows[size] = row;
        low[size] = rowLow;
        high[size] = rowHigh;
        size++;
        if (highCount < k) {
            if (highCount == highs.length) highs = Arrays.copyOf(highs, (int) Math.min(k, highs.length * 2L));
            highs[highCount] = rowHigh;
            up(highCount++);
            return highCount == k;
        }
        if (rowHigh >= highs[0]) return false;
        highs[0] = rowHigh;
        down();
        return true;
    }

    /** Adds what another thread found in other rows. */
    void addAll(Candidates other) {
        for (int i = 0; i < other.size; i++) add(other.rows[i], other.low[i], other.high[i]);
    }

    private void makeRoom() {
        float limit = Math.nextUp((float) limit());
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (low[i] > limit) continue;
            rows[kept] = rows[i];
            low[kept] = low[i];
            high[kept] = high[i];
            kept++;
        }
        size = kept;
        if (kept <= rows.length / 2) return;
        int capacity = Math.multiplyExact(rows.length, 2);
        rows = Arrays.copyOf(rows, capacity);
        low = Arrays.copyOf(low, capacity);
        high = Arrays.copyOf(high, capacity);
    }

    private void up(int at) {
        double value = highs[at];
        int child = at;
        while (child > 0) {
            int parent = (child - 1) >>> 1;
            if (highs[parent] >= value) break;
            highs[child] = highs[parent];
            child = parent;
        }
        highs[child] = value;
    }

    private void down() {
        double value = highs[0];
        int parent = 0;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= highCount) break;
            if (child + 1 < highCount && highs[child + 1] > highs[child]) child++;
            if (highs[child] <= value) break;
            highs[parent] = highs[child];
            parent = child;
        }
        highs[parent] = value;
    }
}
