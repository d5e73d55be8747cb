package io.lynse.shard.replication;

import io.lynse.engine.log.EpochEnd;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.List;

/**
 * Which epoch wrote which part of a log: the last LSN of each, ascending. Two logs that agree on an epoch agree on everything
 * up to the earlier of their ends of it, because (epoch, LSN) names one entry and all before it.
 */
public record EpochHistory(List<EpochEnd> ends) {

    public static final EpochHistory EMPTY = new EpochHistory(List.of());

    public EpochHistory {
        ends = List.copyOf(ends);
        for (int i = 1; i < ends.size(); i++) {
            if (ends.get(i - 1).epoch().compareTo(ends.get(i).epoch()) >= 0 || ends.get(i - 1).last().compareTo(ends.get(i).last()) >= 0) {
                throw new IllegalArgumentException("epochs and their ends ascend: " + ends);
            }
        }
    }

    /** End of the log; {@link Lsn#NONE} of an empty one. */
    public Lsn last() {
        return ends.isEmpty() ? Lsn.NONE : ends.getLast().last();
    }

    public Epoch lastEpoch() {
        return ends.isEmpty() ? Epoch.NONE : ends.getLast().epoch();
    }

    /** With one more entry at the end. @throws IllegalArgumentException if it is not the next one, or of an earlier epoch */
    EpochHistory with(Epoch epoch, Lsn lsn) {
        if (!lsn.equals(last().next()) || epoch.compareTo(lastEpoch()) < 0) {
            throw new IllegalArgumentException("entry " + lsn + " of epoch " + epoch + " does not follow " + ends);
        }
        var longer = new ArrayList<>(ends);
        if (epoch.equals(lastEpoch())) longer.removeLast();
        longer.add(new EpochEnd(epoch, lsn));
        return new EpochHistory(longer);
    }

    /** Without the entries behind {@code keep}. */
    EpochHistory cutTo(Lsn keep) {
        var shorter = new ArrayList<EpochEnd>();
        Lsn before = Lsn.NONE;
        for (EpochEnd end : ends) {
            if (before.compareTo(keep) >= 0) break;
            shorter.add(new EpochEnd(end.epoch(), earlier(end.last(), keep)));
            before = end.last();
        }
        return new EpochHistory(shorter);
    }

    /**
     * How much of a follower's log is also the primary's: the earlier of both ends of the last epoch that both have (rule 4).
     * One end alone would not do: a follower may have left an epoch earlier than the primary, or later.
     */
    static Lsn shared(EpochHistory follower, EpochHistory primary) {
        for (EpochEnd mine : primary.ends().reversed()) {
            for (EpochEnd theirs : follower.ends()) {
                if (theirs.epoch().equals(mine.epoch())) return earlier(theirs.last(), mine.last());
            }
        }
        return Lsn.NONE;
    }

    static Lsn earlier(Lsn a, Lsn b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    static Lsn later(Lsn a, Lsn b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
