package io.lynse.shard.recovery;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Spreads bytes evenly over time, whoever sends them. Safe for use by several threads. */
public final class RateLimit {

    private static final double NANOS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier nanos;
    private long freeAt; // guarded by this

    /** @param nanos a monotonic clock */
    public RateLimit(long bytesPerSecond, LongSupplier nanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanos = nanos;
        freeAt = nanos.getAsLong();
    }

    /** Counts bytes that are about to be sent. @return how long to wait before */
    public synchronized Duration take(long bytes) {
        long now = nanos.getAsLong();
        if (freeAt - now < 0) freeAt = now; // what was not used is gone
        long wait = freeAt - now;
        freeAt += (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
        return Duration.ofNanos(wait);
    }
}
