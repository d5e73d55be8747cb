package io.lynse.engine.read;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first or the last n rows by order stamp, whatever the order in which they are offered. */
final class StampOrder {

    private final int n;
    private final boolean fromTheEnd;
    private final Comparator<StoredRow> bestFirst;
    private final PriorityQueue<StoredRow> worstFirst;

    private StampOrder(int n, boolean fromTheEnd) {
        this.n = n;
        this.fromTheEnd = fromTheEnd;
        this.bestFirst = fromTheEnd ? StoredRow.ORDER.reversed() : StoredRow.ORDER;
        this.worstFirst = new PriorityQueue<>(bestFirst.reversed());
    }

    static StampOrder first(int n) {
        return new StampOrder(n, false);
    }

    static StampOrder last(int n) {
        return new StampOrder(n, true);
    }

    /** Whether a row with this clock may be among the n; spares reading the rest of it. */
    boolean admits(long clock) {
        if (n == 0) return false;
        if (worstFirst.size() < n) return true;
        long worst = worstFirst.element().stamp().clock();
        return fromTheEnd ? clock >= worst : clock <= worst;
    }

    /** Takes in a row that is admitted. */
    void offer(StoredRow row) {
        if (worstFirst.size() < n) {
            worstFirst.add(row);
        } else if (bestFirst.compare(row, worstFirst.element()) < 0) {
            worstFirst.remove();
            worstFirst.add(row);
        }
    }

    List<StoredRow> ascending() {
        return worstFirst.stream().sorted(StoredRow.ORDER).toList();
    }
}
