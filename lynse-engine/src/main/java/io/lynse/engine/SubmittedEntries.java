package io.lynse.engine;

import io.lynse.error.LynseException;
import io.lynse.model.Lsn;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries that were submitted here and are not applied yet, and those who wait for their answers. Guarded by the lock of the
 * {@link ApplyThread}, but for {@link #inFlight} and the answers, which are given outside it.
 */
final class SubmittedEntries {

    private final QueueBudget budget;
    private final ArrayDeque<Submitted> waiting = new ArrayDeque<>(); // ascending by LSN
    private final Map<WriteId, Submitted> inFlight = new ConcurrentHashMap<>();

    SubmittedEntries(QueueBudget budget) {
        this.budget = budget;
    }

    /** The entry with this id; null: there is none. Safe for use by several threads. */
    @Nullable Submitted inFlight(WriteId id) {
        return inFlight.get(id);
    }

    /** @param entry comes behind all others */
    void add(Submitted entry) {
        waiting.add(entry);
        if (!entry.decoded().writeId().equals(WriteId.NONE)) inFlight.put(entry.decoded().writeId(), entry);
    }

    /** Takes the first entry out if it is that one; null: that one was not submitted here. */
    @Nullable Submitted take(Lsn lsn) {
        Submitted first = waiting.peekFirst();
        return first != null && first.lsn().equals(lsn) ? waiting.removeFirst() : null;
    }

    /** Takes out the entries from that one on. */
    List<Submitted> takeFrom(Lsn lsn) {
        List<Submitted> taken = waiting.stream().filter(entry -> entry.lsn().compareTo(lsn) >= 0).toList();
        waiting.removeIf(entry -> entry.lsn().compareTo(lsn) >= 0);
        return taken;
    }

    /** Answers one that was taken out. */
    void applied(Submitted entry, Applied result) {
        forget(entry);
        entry.result().complete(result);
    }

    /** Answers one that was taken out, or never added. */
    void failed(Submitted entry, LynseException why) {
        forget(entry);
        entry.result().completeExceptionally(why);
    }

    /** From here on its result is remembered, or nobody will know it. */
    private void forget(Submitted entry) {
        inFlight.remove(entry.decoded().writeId(), entry);
        budget.release(entry.bytes());
    }
}
