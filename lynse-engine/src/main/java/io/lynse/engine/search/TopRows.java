package io.lynse.engine.search;

import io.lynse.model.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import org.apache.lucene.util.BytesRef;

/**
 * The best k rows seen so far. Ties, at the k-th place too, go to the smaller id, so the answer does not depend on the order
 * in which rows are seen. For use by one thread.
 */
final class TopRows {

    /**
     * @param part place in the view's parts
     * @param row  number in the part
     * @param key  of the row's id
     */
    record Found(float score, int part, int row, BytesRef key) {}

    private final Metric metric;
    private final int k;
    private final OptionalDouble threshold;
    private final Comparator<Found> bestFirst;
    private final PriorityQueue<Found> worstFirst;

    /** @param threshold compared as float32, as scores are: a client that asks with a score it was given finds that row */
    TopRows(Metric metric, int k, OptionalDouble threshold) {
        this.metric = metric;
        this.k = k;
        this.threshold = threshold;
        this.bestFirst = ((Comparator<Found>) (a, b) -> metric.compareScores(a.score, b.score)).thenComparing(Found::key);
        this.worstFirst = new PriorityQueue<>(bestFirst.reversed());
    }

    /** A row whose score is worse than this cannot enter. Infinite, in the bad direction, while any may. */
    float bar() {
        if (worstFirst.size() == k) {
            float worst = worstFirst.element().score;
            if (!Float.isNaN(worst)) return worst;
        } else if (threshold.isPresent()) {
            return (float) threshold.getAsDouble();
        }
        return metric.higherIsBetter() ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    }

    /** Whether a score may enter; on a tie the id decides. */
    boolean admits(float score) {
        if (threshold.isPresent() && !(metric.compareScores(score, (float) threshold.getAsDouble()) <= 0)) return false;
        return worstFirst.size() < k || metric.compareScores(score, worstFirst.element().score) <= 0;
    }

    /** Takes in a row whose score is admitted. */
    void offer(Found row) {
        if (worstFirst.size() < k) {
            worstFirst.add(row);
        } else if (bestFirst.compare(row, worstFirst.element()) < 0) {
            worstFirst.remove();
            worstFirst.add(row);
        }
    }

    List<Found> bestFirst() {
        return worstFirst.stream().sorted(bestFirst).toList();
    }
}
