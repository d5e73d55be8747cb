package io.lynse.shard.bench;

import io.lynse.engine.Engine;
import io.lynse.engine.yardstick.MemoryRead;
import io.lynse.engine.yardstick.StockFlat;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Exact search beside what it is measured against. Everything takes its turn in every round, so that a neighbour's load hits all
 * alike, and the ratios are those of one round; the figures are medians over the rounds.
 */
final class SearchTrial {

    private static final int K = 10;
    private static final int BATCH = 32;
    private static final int QUERIES = 300; // in each round
    private static final int STOCK_QUERIES = 60;
    private static final int PASSES = 60;
    private static final int COLD = 20;
    private static final long LARGE_BYTES = 256L << 20; // beyond every cache
    private static final Query.Options OPTIONS = new Query.Options(K, false, 0);

    private final Engine engine;
    private final Embeddings data;
    private final int cores = Runtime.getRuntime().availableProcessors();

    private final Samples memory = new Samples();
    private final Samples memoryAll = new Samples();
    private final Samples cached = new Samples();
    private final Samples cold = new Samples();
    private final Samples coldShare = new Samples();
    private final Samples stockMillis = new Samples();
    private final Samples stockQps = new Samples();
    private final Samples millis = new Samples();
    private final Samples qps = new Samples();
    private final Samples allQps = new Samples();
    private final Samples batchQps = new Samples();
    private final Samples speedup = new Samples();

    SearchTrial(Engine engine, Embeddings data) {
        this.engine = engine;
        this.data = data;
    }

    /** Waits for the one-byte copies, which the first search asks for. */
    static double awaitCopies(Engine engine) throws InterruptedException {
        long began = System.nanoTime();
        while (engine.scanCost(BenchNode.COLLECTION).waiting() > 0) Thread.sleep(5);
        return (System.nanoTime() - began) / 1e9;
    }

    void run(int rounds, StockFlat stock, Figures figures) throws InterruptedException {
        figures.put(Figure.FLAT_COPY_READY_S, awaitCopies(engine));
        long bytes = engine.scanCost(BenchNode.COLLECTION).bytes();
        try (var large = new MemoryRead(LARGE_BYTES); var same = new MemoryRead(bytes); var clients = Executors.newFixedThreadPool(cores)) {
            for (int round = -1; round < rounds; round++) {
                boolean counts = round >= 0; // the first one warms up
                reads(large, same, bytes, counts);
                searches(stock, clients, counts);
            }
        }
        figures.put(Figure.MEMORY_READ_GB_S, memory.median());
        figures.put(Figure.MEMORY_READ_ALL_GB_S, memoryAll.median());
        figures.put(Figure.CACHED_READ_GB_S, cached.median());
        figures.put(Figure.FLAT_SCAN_MB, bytes / 1e6);
        figures.put(Figure.FLAT_COLD_READ_GB_S, cold.median());
        figures.put(Figure.FLAT_COLD_READ_SHARE, coldShare.median());
        figures.put(Figure.FLAT_READ_GB_S, qps.median() * bytes / 1e9);
        figures.put(Figure.FLAT_READ_SHARE, qps.median() * bytes / 1e9 / memory.median());
        figures.put(Figure.FLAT_P50_MS, millis.median());
        figures.put(Figure.FLAT_P99_MS, millis.percentile(99));
        figures.put(Figure.FLAT_QPS, qps.median());
        figures.put(Figure.FLAT_ALL_QPS, allQps.median());
        figures.put(Figure.FLAT_BATCH_QPS, batchQps.median());
        figures.put(Figure.FLAT_RECALL_AT_10, recall());
        figures.put(Figure.LUCENE_FLAT_P50_MS, stockMillis.median());
        figures.put(Figure.LUCENE_FLAT_QPS, stockQps.median());
        figures.put(Figure.FLAT_SPEEDUP, speedup.median());
    }

    /** A plain read of much memory leaves the caches without anything that the search after it reads. */
    private void reads(MemoryRead large, MemoryRead same, long bytes, boolean counts) {
        var plain = new Samples();
        var scan = new Samples();
        for (int i = 0; i < COLD; i++) {
            plain.add(large.bytes() / 1e9 / seconds(large::pass));
            scan.add(bytes / 1e9 / seconds(search(i)));
        }
        double all = COLD * large.bytes() / 1e9 / seconds(() -> large.passes(COLD, cores));
        double again = PASSES * same.bytes() / 1e9 / seconds(() -> same.passes(PASSES, 1));
        if (!counts) return;
        memory.add(plain.median());
        memoryAll.add(all);
        cached.add(again);
        cold.add(scan.median());
        coldShare.add(scan.median() / plain.median());
    }

    private void searches(StockFlat stock, ExecutorService clients, boolean counts) {
        var stockTimes = new Samples();
        double stockRate = STOCK_QUERIES / seconds(() -> {
            for (int i = 0; i < STOCK_QUERIES; i++) stockTimes.add(1e3 * seconds(stockSearch(stock, i)));
        });
        var times = new Samples();
        double rate = QUERIES / seconds(() -> {
            for (int i = 0; i < QUERIES; i++) times.add(1e3 * seconds(search(i)));
        });
        double all = cores * QUERIES / seconds(() -> together(clients));
        int batches = Math.max(1, QUERIES / BATCH);
        double batched = batches * BATCH / seconds(() -> IntStream.range(0, batches).forEach(this::batch));
        if (!counts) return;
        stockMillis.add(stockTimes.median());
        stockQps.add(stockRate);
        millis.addAll(times);
        qps.add(rate);
        allQps.add(all);
        batchQps.add(batched);
        speedup.add(rate / stockRate);
    }

    private Runnable search(int i) {
        return () -> {
            if (engine.search(BenchNode.COLLECTION, new Query(query(i), OPTIONS)).size() == 0) throw new BenchFailed("a search found nothing");
        };
    }

    private Runnable stockSearch(StockFlat stock, int i) {
        return () -> {
            try {
                if (stock.search(query(i), K).length == 0) throw new BenchFailed("a search found nothing");
            } catch (IOException failure) {
                throw new BenchFailed("Lucene's search failed: " + failure.getMessage(), failure);
            }
        };
    }

    private void batch(int number) {
        var batch = new float[BATCH][];
        for (int i = 0; i < BATCH; i++) batch[i] = query(number * BATCH + i);
        List<Hits> hits = engine.batchSearch(BenchNode.COLLECTION, Vectors.of(batch), OPTIONS);
        if (hits.size() != BATCH) throw new BenchFailed("a batch has " + hits.size() + " answers");
    }

    private void together(ExecutorService clients) {
        List<? extends Future<?>> running = IntStream.range(0, cores)
                .mapToObj(client -> clients.submit(() -> IntStream.range(0, QUERIES).forEach(i -> search(client * QUERIES + i).run()))).toList();
        try {
            for (Future<?> one : running) one.get();
        } catch (ExecutionException failed) {
            throw new BenchFailed("a search failed: " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("interrupted", interrupted);
        }
    }

    private double recall() {
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

    private float[] query(int i) {
        return data.queries().row(i % data.queries().count());
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
