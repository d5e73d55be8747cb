package io.lynse.engine.index.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs one piece of work on several threads, the caller's among them. The work shares itself out; whoever comes late finds nothing
 * to do. So the caller waits only for those that have begun, and a full executor can never make it wait for its own turn.
 */
final class Workers {

    private Workers() {}

    /**
     * Returns when the work has ended on every thread that began it.
     *
     * @param workers most threads, the caller's included
     */
    static void run(Executor executor, int workers, Runnable work) {
        List<Turn> turns = new ArrayList<>();
        try {
            for (int i = 1; i < workers; i++) {
                var turn = new Turn(work);
                executor.execute(turn);
                turns.add(turn);
            }
        } catch (RejectedExecutionException full) {
            // The caller's own thread does what is left.
        }
        try {
            work.run();
        } finally {
            turns.forEach(Turn::cancelOrAwait);
        }
        turns.forEach(Turn::rethrow);
    }

    private static final class Turn implements Runnable {
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final Runnable work;

        Turn(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (!taken.compareAndSet(false, true)) return;
            try {
                work.run();
                end.complete(null);
            } catch (Throwable failure) {
                end.completeExceptionally(failure);
            }
        }

        void cancelOrAwait() {
            if (taken.compareAndSet(false, true)) end.complete(null);
            else end.exceptionally(failure -> null).join();
        }

        void rethrow() {
            end.join();
        }
    }
}
