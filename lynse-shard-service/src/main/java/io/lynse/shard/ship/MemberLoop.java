package io.lynse.shard.ship;

import io.lynse.shard.replication.Event;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a member's protocol core. Work waits in its queue, which others bound: requests by their number, messages by
 * what the receiver asks of the network, news of the log by its entries.
 */
final class MemberLoop implements AutoCloseable {

    /** What is done on the thread. */
    interface Member {
        void on(Event event);

        /** Nothing is taken for granted any more: what was to be done failed. */
        void failed(Throwable cause);
    }

    private static final Logger log = LoggerFactory.getLogger(MemberLoop.class);
    private static final long TICK_NANOS = Duration.ofMillis(50).toNanos();

    private final LongSupplier nanos;
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("lynse-member").unstarted(this::run);
    private @Nullable Member member;
    private volatile boolean stopping;

    /** @param nanos the monotonic clock */
    MemberLoop(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void start(Member owned) {
        member = owned;
        thread.start();
    }

    /** Has work done on the thread, after what waits there; never, once the loop has ended. */
    void later(Runnable work) {
        queue.add(work);
    }

    void event(Event event) {
        later(() -> now(event));
    }

    /** On the thread itself. */
    void now(Event event) {
        member().on(event);
    }

    /** @return what the work gives; fails as the work does, or when the loop ends before */
    <T> CompletableFuture<T> ask(Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        later(() -> {
            try {
                answer.complete(work.get());
            } catch (Throwable failed) {
                answer.completeExceptionally(failed);
                throw failed;
            }
        });
        return answer;
    }

    private Member member() {
        Member owned = member;
        if (owned == null) throw new IllegalStateException("not started");
        return owned;
    }

    private void run() {
        long tickAt = nanos.getAsLong();
        while (!stopping) {
            Runnable work = next(tickAt - nanos.getAsLong());
            // All that is there comes before the tick: what arrived in time is not late because this thread was.
            for (int left = queue.size(); work != null; work = left-- > 0 ? queue.poll() : null) carryOut(work);
            long now = nanos.getAsLong();
            if (now - tickAt < 0) continue;
            carryOut(() -> member().on(new Event.Tick()));
            tickAt = now + TICK_NANOS;
        }
    }

    private @Nullable Runnable next(long waitNanos) {
        try {
            return queue.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stray) {
            return null; // nobody has a reason to interrupt this thread
        }
    }

    private void carryOut(Runnable work) {
        if (stopping) return;
        try {
            work.run();
        } catch (Throwable failed) { // whatever it is: an effect left out would break a promise
            log.atError().setCause(failed).log("this member takes part no more");
            member().failed(failed);
        }
    }

    /** Ends after what is being done; what waits is dropped. */
    @Override
    public void close() {
        stopping = true;
        queue.add(() -> {});
        if (thread.equals(Thread.currentThread()) || !thread.isAlive()) return;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
