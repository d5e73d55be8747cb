package io.lynse.model;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Hybrid logical clock: wall-clock milliseconds in the upper 48 bits, a counter in the lower 16. It never repeats and never
 * goes back, also when the wall clock does, and it stays ahead of every stamp it has been shown.
 * Safe for use by several threads. Source: Kulkarni et al., "Logical Physical Clocks", 2014.
 */
public final class HybridClock {

    private final LongSupplier wallMillis;
    private final AtomicLong last = new AtomicLong();

    public HybridClock(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /** The next stamp, greater than every one given or observed before. */
    public long next() {
        long now = wallMillis.getAsLong() << 16;
        return last.updateAndGet(previous -> Math.max(previous + 1, now));
    }

    /** Makes every later stamp greater than this one, which another node gave. */
    public void observe(long stamp) {
        last.accumulateAndGet(stamp, Math::max);
    }
}
