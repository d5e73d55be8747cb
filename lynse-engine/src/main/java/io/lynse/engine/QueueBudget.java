package io.lynse.engine;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes of entries that are accepted and not yet applied. An entry above the whole budget is taken when it is alone. Served in the order
 * of asking, so that a stream of small entries does not keep a large one waiting for ever.
 */
final class QueueBudget {

    private static final int UNIT = 1024; // of a permit: their number is an int

    private final int units;
    private final Semaphore free;

    QueueBudget(long bytesMax) {
        units = Math.max(1, units(bytesMax, Integer.MAX_VALUE));
        free = new Semaphore(units, true);
    }

    /** Waits for room. @return whether there was some in time */
    boolean acquire(long bytes, Duration wait) throws InterruptedException {
        return free.tryAcquire(units(bytes, units), wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release(long bytes) {
        free.release(units(bytes, units));
    }

    private static int units(long bytes, int max) {
        return (int) Math.min(max, (bytes + UNIT - 1) / UNIT);
    }
}
