package io.lynse.shard.membership;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Which coordinator may bring this node's group in line with the metadata: the one with the latest lease that anybody told of here. What an
 * earlier one decided is refused, and what it began is over before the next one looks or changes anything. So a leader that was paused and
 * wakes up makes nothing again that its successor had dropped. Nothing of it is kept on disk: a restarted primary leads again only by the
 * probe that shows it its promotion, and that probe tells the lease, too. Safe for use by several threads.
 */
public final class LeaseGate {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    // Guarded by this.
    private LeaseEpoch latest = LeaseEpoch.NONE;
    private int open; // of the latest lease
    private int openEarlier;

    /** Somebody told of this lease. */
    public synchronized void heard(LeaseEpoch lease) {
        if (lease.compareTo(latest) <= 0) return;
        latest = lease;
        openEarlier += open;
        open = 0;
    }

    /**
     * Whoever decides under this lease has a look. Returns when nothing of an earlier lease can happen any more.
     * @throws LynseException Conflict if the lease is over; Unavailable if what an earlier leader began is not over by the deadline
     */
    public synchronized void look(LeaseEpoch lease, Deadline deadline) {
        enter(lease, deadline);
    }

    /**
     * Makes a change that was decided under this lease.
     * @param change begins it; the gate stays closed for later leases until it has ended
     * @throws LynseException as {@link #look}, and whatever {@code change} throws
     */
    public <T> CompletableFuture<T> change(LeaseEpoch lease, Deadline deadline, Supplier<CompletableFuture<T>> change) {
        synchronized (this) {
            enter(lease, deadline);
            open++;
        }
        CompletableFuture<T> begun;
        try {
            begun = change.get();
        } catch (RuntimeException | Error refused) {
            leave(lease);
            throw refused;
        }
        return begun.whenComplete((done, failed) -> leave(lease));
    }

    private void enter(LeaseEpoch lease, Deadline deadline) {
        heard(lease);
        refuseEarlier(lease);
        while (openEarlier > 0) {
            if (deadline.passed()) throw new LynseException(new LynseError.Unavailable("what an earlier coordinator leader began here is not over yet", RETRY_AFTER));
            try {
                TimeUnit.NANOSECONDS.timedWait(this, deadline.remainingNanos());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new LynseException(new LynseError.Unavailable("this node is stopping", RETRY_AFTER), stopped);
            }
            refuseEarlier(lease);
        }
    }

    private void refuseEarlier(LeaseEpoch lease) {
        if (lease.equals(latest)) return;
        throw new LynseException(new LynseError.Conflict("lease " + lease + " was followed by lease " + latest + ": another coordinator leads"));
    }

    private synchronized void leave(LeaseEpoch lease) {
        if (lease.equals(latest)) open--;
        else openEarlier--;
        notifyAll();
    }
}
