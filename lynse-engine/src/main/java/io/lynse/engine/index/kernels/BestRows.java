package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;
import java.util.Arrays;

/** The best k of the rows offered, by exact badness, then by the tie order. A heap with the worst row on top. */
final class BestRows {

    private final int k;
    private final TieOrder ties;
    private float[] badness;
    private int[] rows;
    private int size;

    BestRows(int k, TieOrder ties) {
        this.k = k;
        this.ties = ties;
        this.badness = new float[Math.min(k, 64)];
        this.rows = new int[Math.min(k, 64)];
    }

    /** The badness that a row must not exceed to matter. */
    float limit() {
        return size < k ? Float.POSITIVE_INFINITY : badness[0];
    }

    void offer(float rowBadness, int row) {
        if (size < k) {
            if (size == rows.length) grow();
            badness[size] = rowBadness;
            rows[size] = row;
            up(size++);
        } else if (k > 0 && isWorse(badness[0], rows[0], rowBadness, row)) {
            badness[0] = rowBadness;
            rows[0] = row;
            down(size);
        }
    }

    /** Empties the heap, best first. */
    TopRows drain(Metric metric) {
        int count = size;
        for (int end = count - 1; end > 0; end--) {
            swap(0, end);
            down(end);
        }
        size = 0;
        var scores = new float[count];
        for (int i = 0; i < count; i++) scores[i] = ExactScore.badness(metric, badness[i]);
        return new TopRows(Arrays.copyOf(rows, count), scores);
    }

    private void grow() {
        int capacity = (int) Math.min(k, rows.length * 2L);
        badness = Arrays.copyOf(badness, capacity);
        rows = Arrays.copyOf(rows, capacity);
    }

    private void up(int at) {
        int child = at;
        while (child > 0) {
            int parent = (child - 1) >>> 1;
            if (!isWorse(child, parent)) return;
            swap(child, parent);
            child = parent;
        }
    }

    private void down(int end) {
        int parent = 0;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= end) return;
            if (child + 1 < end && isWorse(child + 1, child)) child++;
            if (!isWorse(child, parent)) return;
            swap(child, parent);
            parent = child;
        }
    }

    private boolean isWorse(int a, int b) {
        return isWorse(badness[a], rows[a], badness[b], rows[b]);
    }

    private boolean isWorse(float a, int rowA, float b, int rowB) {
        if (a != b) return a > b; // -0.0 and 0.0 are one score
        return ties.compare(rowA, rowB) > 0;
    }

    private void swap(int a, int b) {
        float value = badness[a];
        badness[a] = badness[b];
        badness[b] = value;
        int row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }
}
