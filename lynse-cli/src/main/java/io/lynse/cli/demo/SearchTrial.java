package io.lynse.cli.demo;

import io.lynse.cli.client.LynseClient;
import io.lynse.cli.client.Target;
import io.lynse.cli.dataset.Queries;
import io.lynse.cli.dataset.Recall;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Measures searches with all queries of a folder, in three passes: the first is compared with the exact answers and at the
 * same time warms the services up, the second is timed on one connection, the third on several.
 */
final class SearchTrial {

    static final int K = 10;
    static final int CONNECTIONS = 8;

    /** Recall from 0 to 1; the median on one connection; searches per second on {@link #CONNECTIONS}. */
    record Result(double recall, double p50Millis, double qps) {}

    private final LynseClient client;
    private final Target target;
    private final Queries queries;

    SearchTrial(LynseClient client, Target target, Queries queries) {
        this.client = client;
        this.target = target;
        this.queries = queries;
    }

    Result run() throws InterruptedException {
        List<long[]> found = IntStream.range(0, queries.count()).mapToObj(this::search).toList();
        double p50Millis = medianNanos() / 1e6;
        return new Result(Recall.at(K, found, queries), p50Millis, perSecond());
    }

    private long[] search(int query) {
        return client.searchIds(target, queries.dim(), queries.vector(query), K);
    }

    private long medianNanos() {
        long[] nanos = new long[queries.count()];
        for (int query = 0; query < nanos.length; query++) {
            long start = System.nanoTime();
            search(query);
            nanos[query] = System.nanoTime() - start;
        }
        return median(nanos);
    }

    private double perSecond() throws InterruptedException {
        var next = new AtomicInteger();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> connections = IntStream.range(0, CONNECTIONS)
                    .mapToObj(i -> threads.submit(() -> {
                        for (int query = next.getAndIncrement(); query < queries.count(); query = next.getAndIncrement()) search(query);
                    }))
                    .toList();
            for (Future<?> connection : connections) connection.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(failed);
        }
        return queries.count() * 1e9 / (System.nanoTime() - start);
    }

    /** The value that half of the measurements, at least one, do not exceed. */
    static long median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }
}
