package io.lynse.engine.index.kernels;

/**
 * The answer of one segment, best first.
 *
 * @param rows   ordinals of the rows
 * @param scores in the metric's own sense, one per row
 */
public record TopRows(int[] rows, float[] scores) {

    public static final TopRows NONE = new TopRows(new int[0], new float[0]);

    public TopRows {
        if (rows.length != scores.length) throw new IllegalArgumentException(rows.length + " rows, " + scores.length + " scores");
    }

    public int size() {
        return rows.length;
    }
}
