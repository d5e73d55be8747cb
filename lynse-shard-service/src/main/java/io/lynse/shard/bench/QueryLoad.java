package io.lynse.shard.bench;

import io.lynse.engine.Engine;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.Vectors;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The data's queries, put to an engine in the ways that clients have. */
final class QueryLoad implements AutoCloseable {

    static final int K = 10;
    static final int BATCH = 32;

    /** Queries of one go. */
    static final int QUERIES = 300;

    /** With the beam that a client sends when nobody says anything. */
    private static final Query.Options OPTIONS = new Query.Options(K, false, 10);

    private final Engine engine;
    private final Embeddings data;
    private final int clientCount = Runtime.getRuntime().availableProcessors();
    private final ExecutorService clients = Executors.newFixedThreadPool(clientCount);

    QueryLoad(Engine engine, Embeddings data) {
        this.engine = engine;
        this.data = data;
    }

    float[] query(int i) {
        return data.queries().row(i % data.queries().count());
    }

    void one(int i) {
        if (engine.search(BenchNode.COLLECTION, new Query(query(i), OPTIONS)).size() == 0) throw new BenchFailed("a search found nothing");
    }

    /** One after the other. @param millis where the time of each goes @return queries per second */
    double oneByOne(Samples millis) {
        return QUERIES / seconds(() -> {
            for (int i = 0; i < QUERIES; i++) {
                int number = i;
                millis.add(1e3 * seconds(() -> one(number)));
            }
        });
    }

    /** As many clients as cores, each one after the other. @return queries per second */
    double together() {
        return clientCount * QUERIES / seconds(() -> {
            List<? extends Future<?>> running = IntStream.range(0, clientCount)
                    .mapToObj(client -> clients.submit(() -> IntStream.range(0, QUERIES).forEach(i -> one(client * QUERIES + i)))).toList();
            for (Future<?> client : running) await(client);
        });
    }

    /** @return queries per second */
    double batches() {
        int count = Math.max(1, QUERIES / BATCH);
        return count * BATCH / seconds(() -> IntStream.range(0, count).forEach(this::batch));
    }

    /** Over all queries, 0 to 1. */
    double recall() {
        int count = data.queries().count();
        double sum = 0;
        for (int q = 0; q < count; q++) {
            Hits hits = engine.search(BenchNode.COLLECTION, new Query(query(q), OPTIONS));
            var ids = new long[hits.size()];
            for (int i = 0; i < ids.length; i++) ids[i] = hits.ids().intAt(i);
            sum += data.recall(q, ids);
        }
        return sum / count;
    }

    static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    @Override
    public void close() {
        clients.shutdown();
    }

    private void batch(int number) {
        var batch = new float[BATCH][];
        for (int i = 0; i < BATCH; i++) batch[i] = query(number * BATCH + i);
        List<Hits> hits = engine.batchSearch(BenchNode.COLLECTION, Vectors.of(batch), OPTIONS);
        if (hits.size() != BATCH) throw new BenchFailed("a batch has " + hits.size() + " answers");
    }

    private static void await(Future<?> client) {
        try {
            client.get();
        } catch (ExecutionException failed) {
            throw new BenchFailed("a search failed: " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("interrupted", interrupted);
        }
    }
}
