package io.lynse.model;

import io.lynse.model.field.FieldBlock;

/**
 * The answer to one query, best first, ties by {@link RowId#ORDER}.
 *
 * @param ids    one per hit
 * @param scores one per hit, in the metric's own sense (see {@link Metric})
 * @param fields one record per hit when asked for, else {@link FieldBlock#NONE}
 */
public record Hits(Ids ids, float[] scores, FieldBlock fields) {

    public static final Hits NONE = new Hits(Ids.NONE, new float[0], FieldBlock.NONE);

    public Hits {
        if (ids.size() != scores.length) throw new IllegalArgumentException(ids.size() + " ids, " + scores.length + " scores");
    }

    public int size() {
        return scores.length;
    }
}
