package io.lynse.http.limit;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of request bodies that may be in memory at one time. A body larger than all of it is taken when no other is there. Thread-safe. */
public final class BodyBudget {

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    public BodyBudget(long bytesMax) {
        if (bytesMax < 1) throw new IllegalArgumentException("a budget must be above 0: " + bytesMax);
        this.bytesMax = bytesMax;
    }

    /** Whether the bytes were granted; then they must be given back. */
    public boolean take(long bytes) {
        while (true) {
            long now = taken.get();
            if (now > 0 && now + bytes > bytesMax) return false;
            if (taken.compareAndSet(now, now + bytes)) return true;
        }
    }

    public void giveBack(long bytes) {
        if (taken.addAndGet(-bytes) < 0) throw new IllegalStateException("more bytes given back than taken");
    }

    /** Bytes granted now. */
    public long taken() {
        return taken.get();
    }
}
