package io.lynse.cli.dataset;

import java.util.List;

/** Which share of the exact nearest rows was found. */
public final class Recall {

    private Recall() {}

    /**
     * Recall at {@code k} over all queries of a folder.
     *
     * @param found   ids found per query, in the order of the queries; more than {@code k} are cut
     * @param queries the exact answers
     * @param k       at least 1
     * @return 0 to 1: found exact neighbours over all exact neighbours; an id found twice counts once
     * @throws IllegalArgumentException if the number of answers is not the number of queries
     */
    public static double at(int k, List<long[]> found, Queries queries) {
        if (k < 1) throw new IllegalArgumentException("k must be at least 1: " + k);
        if (found.size() != queries.count()) {
            throw new IllegalArgumentException(found.size() + " answers for " + queries.count() + " queries");
        }
        long hits = 0;
        long expected = 0;
        for (int query = 0; query < found.size(); query++) {
            int[] nearest = queries.nearest(query, k);
            expected += nearest.length;
            for (int id : nearest) {
                if (contains(found.get(query), k, id)) hits++;
            }
        }
        return expected == 0 ? 1.0 : (double) hits / expected;
    }

    private static boolean contains(long[] ids, int k, long wanted) {
        for (int i = 0; i < Math.min(k, ids.length); i++) {
            if (ids[i] == wanted) return true;
        }
        return false;
    }
}
