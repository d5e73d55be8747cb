package io.lynse.model;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A point on this process's monotonic clock by which a request must be answered. */
public record Deadline(long atNanos, LongSupplier clock) {

    public static Deadline after(Duration time) {
        return after(time, System::nanoTime);
    }

    public static Deadline after(Duration time, LongSupplier clock) {
        return new Deadline(clock.getAsLong() + time.toNanos(), clock);
    }

    public long remainingNanos() {
        return Math.max(0, atNanos - clock.getAsLong());
    }

    public long remainingMillis() {
        return TimeUnit.NANOSECONDS.toMillis(remainingNanos());
    }

    public boolean passed() {
        return remainingNanos() == 0;
    }

    /** This deadline, or one that comes earlier. */
    public Deadline atMost(Duration time) {
        return time.toNanos() >= remainingNanos() ? this : after(time, clock);
    }
}
