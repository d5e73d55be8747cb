package io.lynse.engine.search;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few platform threads that compute, one per core, while callers wait. More threads would only take the cache from each
 * other; callers that computed on their own virtual threads would keep the cores from all others, which nobody takes from them.
 */
public final class ComputePool implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ThreadPoolExecutor threads;

    /** @param queueMax tasks that may wait */
    public ComputePool(int threadCount, int queueMax) {
        threads = new ThreadPoolExecutor(
                threadCount, threadCount, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueMax),
                Thread.ofPlatform().daemon().name("lynse-compute-", 0).factory());
    }

    public int threads() {
        return threads.getCorePoolSize();
    }

    /**
     * Runs tasks and waits for all.
     * @return the results, in the order of the tasks
     * @throws LynseException Overloaded when the queue is full, then none of the results is used; or what a task threw, an IOException as UncheckedIOException
     */
    public <T> List<T> all(List<Callable<T>> tasks) {
        var running = new ArrayList<Future<T>>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                var future = new FutureTask<>(task);
                threads.execute(future);
                running.add(future);
            }
            var results = new ArrayList<T>(tasks.size());
            for (Future<T> future : running) results.add(future.get());
            return results;
        } catch (RejectedExecutionException full) {
            throw refused(full);
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.Unavailable("the read was interrupted", RETRY_AFTER), stopped);
        } finally {
            // Without effect on those that are done. A task that runs keeps its view until it ends: the caller's wait may end first.
            for (Future<T> future : running) future.cancel(false);
        }
    }

    /** Takes no more; what runs ends by itself. */
    @Override
    public void close() {
        threads.shutdown();
    }

    private LynseException refused(RejectedExecutionException full) {
        return new LynseException(threads.isShutdown()
                ? new LynseError.Unavailable("the node is stopping", RETRY_AFTER)
                : new LynseError.Overloaded("too many reads are waiting", RETRY_AFTER), full);
    }

    private static RuntimeException rethrown(ExecutionException failed) {
        return switch (failed.getCause()) {
            case RuntimeException known -> known;
            case IOException files -> new UncheckedIOException("a read failed: " + files.getMessage(), files);
            case null, default -> new IllegalStateException("a read failed: " + failed.getCause(), failed.getCause());
        };
    }
}
