package io.lynse.shard.replication;

import io.lynse.model.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Clients that wait for an entry to be applied. Owned by one {@link Primary}. */
final class WaitingWrites {

    private record Waiter(long request, long deadlineNanos) {}

    private final TreeMap<Lsn, List<Waiter>> byEntry = new TreeMap<>();

    void add(Lsn entry, long request, long deadlineNanos) {
        byEntry.computeIfAbsent(entry, _ -> new ArrayList<>()).add(new Waiter(request, deadlineNanos));
    }

    void applied(Lsn entry, Outcome outcome, Effects out) {
        List<Waiter> waiters = byEntry.remove(entry);
        if (waiters != null) waiters.forEach(waiter -> out.reply(waiter.request, new Answer.Written(entry, outcome)));
    }

    /** Those whose time is over learn that nothing is known. */
    void expire(long now, Effects out) {
        byEntry.values().forEach(waiters -> waiters.removeIf(waiter -> {
            if (waiter.deadlineNanos - now > 0) return false;
            out.reply(waiter.request, new Answer.Unknown("the write was not confirmed in time"));
            return true;
        }));
        byEntry.values().removeIf(List::isEmpty);
    }

    void giveUp(String reason, Effects out) {
        byEntry.values().forEach(waiters -> waiters.forEach(waiter -> out.reply(waiter.request, new Answer.Unknown(reason))));
        byEntry.clear();
    }
}
