package io.lynse.shard.database;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionStats;

/**
 * How large a collection may grow (wire contract, section 3). A limit of 0 is none.
 *
 * @param vectorsMax     rows, tombstoned ones included
 * @param vectorBytesMax bytes of their vectors
 */
public record CollectionLimits(long vectorsMax, long vectorBytesMax) {

    public static final CollectionLimits NONE = new CollectionLimits(0, 0);

    /**
     * @param newRows        rows that a write would add
     * @param vectorRowBytes bytes of one stored vector
     * @throws LynseException InvalidArgument if they would not fit
     */
    void check(CollectionStats stats, long newRows, long vectorRowBytes) {
        long rows = stats.rows() + newRows;
        if (vectorsMax > 0 && rows > vectorsMax) throw exceeded("vector count", rows, "max_collection_vectors", vectorsMax);
        long bytes = rows * vectorRowBytes;
        if (vectorBytesMax > 0 && bytes > vectorBytesMax) throw exceeded("vector bytes", bytes, "max_collection_vector_bytes", vectorBytesMax);
    }

    private static LynseException exceeded(String what, long would, String limit, long max) {
        return new LynseException(LynseError.invalid(
                "vectors", "Invalid argument: collection " + what + " " + would + " would exceed server " + limit + " " + max));
    }
}
