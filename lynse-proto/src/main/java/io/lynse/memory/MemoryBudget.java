package io.lynse.memory;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of one kind of memory that requests may hold at once, over all of them. Who finds it full is refused and may come again:
 * waiting here would only hold more. Safe for use by several threads.
 */
public final class MemoryBudget {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String kind;
    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** @param kind of memory, for people: "outside the heap" */
    public MemoryBudget(String kind, long bytesMax) {
        if (bytesMax < 1) throw new IllegalArgumentException("a budget must be at least 1 byte: " + bytesMax);
        this.kind = kind;
        this.bytesMax = bytesMax;
    }

    /** For what is bounded by other means. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget("", Long.MAX_VALUE);
    }

    /** A share that holds nothing yet. */
    public Share share() {
        return new Share();
    }

    public long bytesMax() {
        return bytesMax;
    }

    /** Bytes held now. */
    public long taken() {
        return taken.get();
    }

    /** How often a request was refused because this budget was full, or too small for it. */
    public long refused() {
        return refused.get();
    }

    private boolean take(long bytes) {
        while (true) {
            long now = taken.get();
            if (bytes > bytesMax - now) return false;
            if (taken.compareAndSet(now, now + bytes)) return true;
        }
    }

    /** What one request holds. */
    public final class Share implements AutoCloseable {

        private final AtomicLong held = new AtomicLong();

        private Share() {}

        /** @throws LynseException PayloadTooLarge if it could never fit; Overloaded if it does not fit now. Then nothing has changed */
        public void grow(long more) {
            long whole = held.get() + more;
            if (whole < 0 || whole > bytesMax) {
                refused.incrementAndGet();
                throw new LynseException(new LynseError.PayloadTooLarge(whole < 0 ? Long.MAX_VALUE : whole, bytesMax));
            }
            if (!take(more)) {
                refused.incrementAndGet();
                throw new LynseException(new LynseError.Overloaded(
                        "requests hold as much memory " + kind + " as they may (" + bytesMax + " bytes), try again", RETRY_AFTER));
            }
            held.addAndGet(more);
        }

        /** Gives a part back. */
        public void shrink(long less) {
            if (less > held.get()) throw new IllegalStateException("more is given back than was taken");
            held.addAndGet(-less);
            taken.addAndGet(-less);
        }

        public long bytes() {
            return held.get();
        }

        /** Gives everything back; again: nothing. */
        @Override
        public void close() {
            taken.addAndGet(-held.getAndSet(0));
        }
    }
}
