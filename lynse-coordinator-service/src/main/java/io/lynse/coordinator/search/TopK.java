package io.lynse.coordinator.search;

import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.RowId;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Merges the hits of several shard groups into one page. */
final class TopK {

    private TopK() {}

    /**
     * The best hits over all lists, each row once: a bucket on the move is served by two groups, so a row may arrive twice, and
     * its better hit stays. Costs one comparison per list and hit of the page.
     *
     * @param lists one per shard group, each in the order that {@link Hits} promises, in any order among themselves
     * @param k     page size, at least 0
     * @return at most {@code k} hits, best first; ties by id, so the answer does not depend on which group replied first
     */
    static Hits merge(List<Hits> lists, Metric metric, int k) {
        if (lists.size() == 1 && lists.getFirst().size() <= k) return lists.getFirst();
        var heads = new int[lists.size()];
        int most = (int) Math.min(k, lists.stream().mapToLong(Hits::size).sum());
        var ids = new ArrayList<RowId>(most);
        var scores = new float[most];
        var fields = new ArrayList<@Nullable Fields>(most);
        var seen = new HashSet<RowId>(most * 2);
        while (ids.size() < most) {
            int best = bestList(lists, heads, metric);
            if (best < 0) break;
            Hits list = lists.get(best);
            int at = heads[best]++;
            RowId id = list.ids().get(at);
            if (!seen.add(id)) continue;
            scores[ids.size()] = list.scores()[at];
            ids.add(id);
            fields.add(list.fields().get(at));
        }
        boolean withFields = lists.stream().anyMatch(list -> !list.fields().isNone());
        return new Hits(
                Ids.of(ids),
                ids.size() == most ? scores : Arrays.copyOf(scores, ids.size()),
                withFields ? FieldBlock.of(fields) : FieldBlock.NONE);
    }

    /** The list whose next hit is the best of all; -1 when all are used up. */
    private static int bestList(List<Hits> lists, int[] heads, Metric metric) {
        int best = -1;
        for (int list = 0; list < heads.length; list++) {
            if (heads[list] == lists.get(list).size()) continue;
            if (best < 0 || compare(lists.get(list), heads[list], lists.get(best), heads[best], metric) < 0) best = list;
        }
        return best;
    }

    private static int compare(Hits a, int atA, Hits b, int atB, Metric metric) {
        int byScore = metric.compareScores(a.scores()[atA], b.scores()[atB]);
        return byScore != 0 ? byScore : RowId.ORDER.compare(a.ids().get(atA), b.ids().get(atB));
    }
}
