package io.lynse.shard.bench;

import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.UpdateCollection;

/** Builds a graph with default settings over all rows and searches through it. */
final class HnswTrial {

    private static final String MODE = "HNSW-IP";

    private final BenchNode node;
    private final QueryLoad load;
    private final ThreadCpu cpu;

    HnswTrial(BenchNode node, QueryLoad load, ThreadCpu cpu) {
        this.node = node;
        this.load = load;
        this.cpu = cpu;
    }

    void run(int rounds, Figures figures) {
        StageCpu before = cpu.read();
        long began = System.nanoTime();
        index(MODE);
        IndexState state = node.engine().indexBuilt(BenchNode.COLLECTION).join();
        if (state.phase() != IndexState.Phase.READY) throw new BenchFailed("no graph was built: " + state.text());
        figures.put(Figure.HNSW_BUILD_S, (System.nanoTime() - began) / 1e9);
        cpu.awaitMerges();
        figures.put(Figure.HNSW_BUILD_CPU_S, cpu.read().since(before).productNanos() / 1e9);
        var millis = new Samples();
        var qps = new Samples();
        var together = new Samples();
        for (int round = -1; round < rounds; round++) {
            var times = new Samples();
            double rate = load.oneByOne(times);
            double all = load.together();
            if (round < 0) continue; // warms up
            millis.addAll(times);
            qps.add(rate);
            together.add(all);
        }
        figures.put(Figure.HNSW_RECALL_AT_10, load.recall());
        figures.put(Figure.HNSW_P50_MS, millis.median());
        figures.put(Figure.HNSW_P99_MS, millis.percentile(99));
        figures.put(Figure.HNSW_QPS, qps.median());
        figures.put(Figure.HNSW_ALL_QPS, together.median());
        index(BenchNode.EXACT);
    }

    private void index(String mode) {
        node.apply(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder()
                .setCollectionId(BenchNode.COLLECTION.value()).setIndex(IndexSetting.newBuilder().setMode(mode)).build());
    }
}
