package io.lynse.shard.grpc;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of request bodies that this node holds at once, over all calls. Who finds it full is refused before anything is
 * appended and may come again: waiting here would only hold more. Safe for use by several threads.
 */
public final class ByteBudget {

    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    public ByteBudget(long bytesMax) {
        if (bytesMax < 1) throw new IllegalArgumentException("a budget must be at least 1 byte: " + bytesMax);
        this.bytesMax = bytesMax;
    }

    /** A share that holds nothing yet. */
    Share share() {
        return new Share();
    }

    /** Bytes held now. */
    public long taken() {
        return taken.get();
    }

    /** What one call holds. Used by one thread at a time. */
    final class Share implements AutoCloseable {

        private long bytes;

        private Share() {}

        /** @throws LynseException PayloadTooLarge if it could never fit; Overloaded if it does not fit now */
        void grow(long more) {
            if (bytes + more > bytesMax) throw new LynseException(new LynseError.PayloadTooLarge(bytes + more, bytesMax));
            if (taken.addAndGet(more) > bytesMax) {
                taken.addAndGet(-more);
                throw new LynseException(new LynseError.Overloaded(
                        "this node holds as many bytes of requests as it may (" + bytesMax + ")", RETRY_AFTER));
            }
            bytes += more;
        }

        /** Gives everything back; again: nothing. */
        @Override
        public void close() {
            taken.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
