package io.lynse.http.limit;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;

/**
 * Counts that one request may ask for; 0 switches a limit off.
 *
 * @param topKMax  for {@code k}, {@code n}, {@code max_results}, {@code candidate_limit}
 * @param batchMax for vectors, queries and ids
 */
public record Limits(int topKMax, int batchMax) {

    /** Returns the value. @throws LynseException InvalidArgument if it is too large */
    public int topK(String field, int value) {
        return checked(field, value, "max_top_k", topKMax);
    }

    /** Returns the count. @throws LynseException InvalidArgument if it is too large */
    public int batch(String field, int count) {
        return checked(field, count, "max_batch_vectors", batchMax);
    }

    private static int checked(String field, int value, String limit, int max) {
        if (max > 0 && value > max) {
            throw new LynseException(new LynseError.InvalidArgument(field, "Invalid argument: " + field + " " + value + " exceeds server " + limit + " " + max));
        }
        return value;
    }
}
