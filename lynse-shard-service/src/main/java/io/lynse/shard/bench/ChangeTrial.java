package io.lynse.shard.bench;

import io.lynse.shard.entry.Entry;
import java.util.List;

/** Single writes, upserts of stored rows and deletes, on an engine that holds all rows. */
final class ChangeTrial {

    private static final int WARM_UP = 200;
    private static final int SINGLE = 500;
    private static final int UPSERT_WARM_UPS = 3; // deletes in Lucene and the merges after them are code that nothing has run yet

    private final BenchNode node;
    private final Requests requests;
    private final int rows;
    private final ThreadCpu cpu;

    ChangeTrial(BenchNode node, Requests requests, int rows, ThreadCpu cpu) {
        this.node = node;
        this.requests = requests;
        this.rows = rows;
        this.cpu = cpu;
    }

    void run(Figures figures) {
        var millis = new Samples();
        List<Entry> single = requests.single(WARM_UP + SINGLE);
        single.subList(0, WARM_UP).forEach(node::apply);
        for (Entry entry : single.subList(WARM_UP, single.size())) {
            long began = System.nanoTime();
            node.apply(entry);
            millis.add((System.nanoTime() - began) / 1e6);
        }
        figures.put(Figure.WRITE_P50_MS, millis.median());
        figures.put(Figure.WRITE_P99_MS, millis.percentile(99));
        for (int i = 0; i < UPSERT_WARM_UPS; i++) apply(requests.upsertAll());
        Rates upserts = apply(requests.upsertAll());
        figures.put(Figure.UPSERT_ROWS_PER_S, upserts.perSecond);
        figures.put(Figure.UPSERT_ROWS_PER_CPU_S, upserts.perCpuSecond);
        Rates deletes = apply(requests.deleteAll());
        figures.put(Figure.DELETE_ROWS_PER_S, deletes.perSecond);
        figures.put(Figure.DELETE_ROWS_PER_CPU_S, deletes.perCpuSecond);
    }

    private record Rates(double perSecond, double perCpuSecond) {}

    /** Until the last acknowledgement, and the CPU until all is folded, forced and merged. */
    private Rates apply(List<Entry> entries) {
        StageCpu before = cpu.read();
        long began = System.nanoTime();
        node.applyAll(entries);
        double seconds = (System.nanoTime() - began) / 1e9;
        node.engine().checkpoint();
        cpu.awaitMerges();
        return new Rates(rows / seconds, rows * 1e9 / cpu.read().since(before).productNanos());
    }
}
