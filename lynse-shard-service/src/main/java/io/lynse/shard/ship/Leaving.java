package io.lynse.shard.ship;

import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The end of a node's work, as coordinators see it: they are told by their probes, and while they still come, another member may be made
 * the primary. Safe for use by several threads.
 */
final class Leaving {

    private static final Duration LOOK = Duration.ofMillis(5);

    /** Without a probe for that long, or for twice the last time between two, nobody is there who could have another member lead. */
    private static final long UNHEARD_NANOS_MIN = Duration.ofSeconds(2).toNanos();

    private final LongSupplier nanos;
    private volatile boolean begun;
    private volatile long probedAt;
    private volatile long between;

    Leaving(LongSupplier nanos) {
        this.nanos = nanos;
        probedAt = nanos.getAsLong();
    }

    /** A coordinator looked at this node. */
    void probed() {
        long now = nanos.getAsLong();
        between = now - probedAt;
        probedAt = now;
    }

    boolean begun() {
        return begun;
    }

    /** Begins, and waits as long as {@code leads} and a coordinator is there, at most {@code longest}. */
    void begin(BooleanSupplier leads, Duration longest) {
        probedAt = nanos.getAsLong(); // the next probe is the first that tells
        begun = true;
        long unheard = Math.max(UNHEARD_NANOS_MIN, 2 * between);
        until(() -> !leads.getAsBoolean() || nanos.getAsLong() - probedAt >= unheard, Deadline.after(longest));
    }

    /** @return whether it was so before the deadline, and before the thread was interrupted */
    static boolean until(BooleanSupplier done, Deadline deadline) {
        while (!done.getAsBoolean()) {
            if (deadline.passed()) return false;
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
