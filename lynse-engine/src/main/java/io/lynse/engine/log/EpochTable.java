package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.List;

/** Where each epoch ends. Guarded by the log's lock. */
final class EpochTable {

    private final List<EpochEnd> ends = new ArrayList<>();

    /** Counts an entry behind all others. */
    void add(long epoch, long lsn) {
        var end = new EpochEnd(new Epoch(epoch), new Lsn(lsn));
        if (!ends.isEmpty() && ends.getLast().epoch().value() == epoch) ends.removeLast();
        ends.add(end);
    }

    /** Forgets the entries from {@code lsn} on. */
    void cut(long lsn) {
        long before = 0; // last LSN of the epoch before the one looked at
        for (int i = 0; i < ends.size(); i++) {
            long last = ends.get(i).last().value();
            if (last >= lsn) {
                Epoch epoch = ends.get(i).epoch();
                ends.subList(i, ends.size()).clear();
                if (before < lsn - 1) ends.add(new EpochEnd(epoch, new Lsn(lsn - 1)));
                return;
            }
            before = last;
        }
    }

    /** Forgets the epochs that ended before the entry in front of {@code first}. */
    void trim(long first) {
        ends.removeIf(end -> end.last().value() < first - 1);
    }

    /** Begins anew behind an entry; {@code last} 0: behind none. */
    void restart(long epoch, long last) {
        ends.clear();
        if (last > 0) add(epoch, last);
    }

    /** Epoch of the last entry; 0 before the first. */
    long last() {
        return ends.isEmpty() ? 0 : ends.getLast().epoch().value();
    }

    List<EpochEnd> toList() {
        return List.copyOf(ends);
    }
}
