package io.lynse.model;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.Arrays;
import java.util.HashSet;

/**
 * What a batch must be by itself, before it is held against the stored rows. Pure: equal on every member. Whoever splits a batch
 * checks it whole, too: one group would refuse its part while the others write theirs.
 */
public final class BatchRules {

    /** From here on a value rounds to infinity in float16. */
    private static final float HALF_OVERFLOW = 65_520f;

    private BatchRules() {}

    /**
     * @param stored how the collection keeps its vectors
     * @throws LynseException InvalidArgument naming the first mistake
     */
    public static void check(RowBatch batch, ElementType stored) {
        int dimension = batch.vectors().dimension();
        if (dimension < 1 || dimension > CollectionSpec.DIMENSION_MAX) {
            throw refused("vectors", "vector dimension must be between 1 and " + CollectionSpec.DIMENSION_MAX + ", got " + dimension);
        }
        Ids ids = batch.ids();
        if (ids != null) {
            checkLength(ids);
            checkDistinct(ids);
        }
        if (stored == ElementType.FLOAT16 && batch.vectors().encoding() == ElementType.FLOAT32) checkHalves(batch.vectors());
    }

    private static void checkLength(Ids ids) {
        if (!(ids instanceof Ids.Mixed)) return;
        for (int row = 0; row < ids.size(); row++) {
            if (!ids.get(row).fitsRow()) throw refused("ids", "string IDs cannot exceed " + RowId.TEXT_BYTES_MAX + " bytes");
        }
    }

    private static void checkDistinct(Ids ids) {
        if (ids instanceof Ids.Range) return;
        if (ids instanceof Ids.Ints(long[] values) && distinct(values)) return;
        var seen = new HashSet<RowId>(2 * ids.size());
        for (int row = 0; row < ids.size(); row++) {
            if (!seen.add(ids.get(row))) {
                throw refused("ids", "duplicate external id " + ids.get(row) + " within the same insert batch");
            }
        }
    }

    private static boolean distinct(long[] values) {
        int ascending = 1;
        while (ascending < values.length && values[ascending - 1] < values[ascending]) ascending++;
        if (ascending >= values.length) return true;
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i - 1] == sorted[i]) return false;
        }
        return true;
    }

    private static void checkHalves(Vectors vectors) {
        int elements = vectors.count() * vectors.dimension();
        for (int i = 0; i < elements; i++) {
            float value = vectors.data().getFloat(i * Float.BYTES);
            if (Math.abs(value) >= HALF_OVERFLOW) {
                throw refused("vectors", "the value " + value + " of row " + i / vectors.dimension() + " is beyond float16");
            }
        }
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(new LynseError.InvalidArgument(field, reason));
    }
}
