package io.lynse.engine.search;

/**
 * How a batch of queries is answered within bounded memory: in blocks, of which one at a time has all its candidates on the heap.
 *
 * @param queries of the whole batch
 * @param hits    of each, at most
 */
public record BatchPlan(int queries, long hits) {

    /** Enough queries for every scan to be worth its pass over the vectors. */
    private static final int BLOCK_QUERIES_MAX = 256;
    private static final int BLOCK_HITS_MAX = 256 * 1024;

    private static final long QUERY_BYTES = 160; // of an answer without hits
    private static final long HIT_BYTES = Long.BYTES + Float.BYTES;
    private static final long CANDIDATE_BYTES = 160; // of a hit that is being looked for: its place, score, key and id

    public BatchPlan {
        if (queries < 0 || hits < 0) throw new IllegalArgumentException("negative: " + queries + " queries, " + hits + " hits");
    }

    /** Queries that are answered together. */
    public int blockQueries() {
        return (int) Math.clamp(BLOCK_HITS_MAX / Math.max(1, hits), 1, Math.clamp(queries, 1, BLOCK_QUERIES_MAX));
    }

    /** What all answers take, without fields. */
    public long answerBytes() {
        return queries * (QUERY_BYTES + hits * HIT_BYTES);
    }

    /** What one block takes besides, while it is answered. */
    public long scratchBytes() {
        return Math.min(queries, blockQueries()) * hits * CANDIDATE_BYTES;
    }
}
