package io.lynse.shard.bench;

import io.lynse.engine.Engine;
import io.lynse.engine.yardstick.MemoryRead;
import io.lynse.engine.yardstick.StockFlat;
import java.io.IOException;

/**
 * Exact search beside what it is measured against. Everything takes its turn in every round, so that a neighbour's load hits all
 * alike, and the ratios are those of one round; the figures are medians over the rounds.
 */
final class FlatTrial {

    private static final int STOCK_QUERIES = 60;
    private static final int PASSES = 60;
    private static final int COLD = 20;
    private static final long LARGE_BYTES = 256L << 20; // beyond every cache

    private final Engine engine;
    private final QueryLoad load;
    private final StockFlat stock;
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
    private final Samples readShare = new Samples();
    private final Samples speedup = new Samples();

    FlatTrial(Engine engine, QueryLoad load, StockFlat stock) {
        this.engine = engine;
        this.load = load;
        this.stock = stock;
    }

    void run(int rounds, Figures figures) throws InterruptedException {
        figures.put(Figure.FLAT_COPY_READY_S, awaitCopies());
        long bytes = engine.scanCost(BenchNode.COLLECTION).bytes();
        try (var large = new MemoryRead(LARGE_BYTES); var same = new MemoryRead(bytes)) {
            for (int round = -1; round < rounds; round++) round(large, same, bytes, round >= 0); // the first one warms up
        }
        figures.put(Figure.MEMORY_READ_GB_S, memory.median());
        figures.put(Figure.MEMORY_READ_ALL_GB_S, memoryAll.median());
        figures.put(Figure.CACHED_READ_GB_S, cached.median());
        figures.put(Figure.FLAT_SCAN_MB, bytes / 1e6);
        figures.put(Figure.FLAT_READ_GB_S, qps.median() * bytes / 1e9);
        figures.put(Figure.FLAT_READ_SHARE, readShare.median());
        figures.put(Figure.FLAT_COLD_READ_GB_S, cold.median());
        figures.put(Figure.FLAT_COLD_READ_SHARE, coldShare.median());
        figures.put(Figure.FLAT_P50_MS, millis.median());
        figures.put(Figure.FLAT_P99_MS, millis.percentile(99));
        figures.put(Figure.FLAT_QPS, qps.median());
        figures.put(Figure.FLAT_ALL_QPS, allQps.median());
        figures.put(Figure.FLAT_BATCH_QPS, batchQps.median());
        figures.put(Figure.FLAT_RECALL_AT_10, load.recall());
        figures.put(Figure.LUCENE_FLAT_P50_MS, stockMillis.median());
        figures.put(Figure.LUCENE_FLAT_QPS, stockQps.median());
        figures.put(Figure.FLAT_SPEEDUP, speedup.median());
    }

    /** Seconds until the one-byte copies are made, which the first search asks for. */
    private double awaitCopies() throws InterruptedException {
        long began = System.nanoTime();
        while (engine.scanCost(BenchNode.COLLECTION).waiting() > 0) Thread.sleep(5);
        return (System.nanoTime() - began) / 1e9;
    }

    private void round(MemoryRead large, MemoryRead same, long bytes, boolean counts) {
        var plain = new Samples();
        var scan = new Samples();
        for (int i = 0; i < COLD; i++) {
            int number = i;
            // A plain read of much memory leaves the caches without anything that the search after it reads.
            plain.add(large.bytes() / 1e9 / QueryLoad.seconds(large::pass));
            scan.add(bytes / 1e9 / QueryLoad.seconds(() -> load.one(number)));
        }
        double all = COLD * large.bytes() / 1e9 / QueryLoad.seconds(() -> large.passes(COLD, cores));
        double again = PASSES * same.bytes() / 1e9 / QueryLoad.seconds(() -> same.passes(PASSES, 1));
        var stockTimes = new Samples();
        double stockRate = STOCK_QUERIES / QueryLoad.seconds(() -> {
            for (int i = 0; i < STOCK_QUERIES; i++) {
                int number = i;
                stockTimes.add(1e3 * QueryLoad.seconds(() -> stockSearch(number)));
            }
        });
        var times = new Samples();
        double rate = load.oneByOne(times);
        double together = load.together();
        double batched = load.batches();
        if (!counts) return;
        memory.add(plain.median());
        memoryAll.add(all);
        cached.add(again);
        cold.add(scan.median());
        coldShare.add(scan.median() / plain.median());
        stockMillis.add(stockTimes.median());
        stockQps.add(stockRate);
        millis.addAll(times);
        qps.add(rate);
        allQps.add(together);
        batchQps.add(batched);
        readShare.add(rate * bytes / 1e9 / plain.median());
        speedup.add(rate / stockRate);
    }

    private void stockSearch(int i) {
        try {
            if (stock.search(load.query(i), QueryLoad.K).length == 0) throw new BenchFailed("a search found nothing");
        } catch (IOException failure) {
            throw new BenchFailed("Lucene's search failed: " + failure.getMessage(), failure);
        }
    }
}
