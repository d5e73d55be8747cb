package io.lynse.shard.bench;

import io.lynse.shard.bench.StageCpu.Stage;
import io.lynse.shard.entry.Entry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Loads all rows into an empty engine, round after round. The first round is a cold JVM. CPU is that of the whole process until
 * every row is folded, forced and merged, without the benchmark's own sampling; the requests were made before.
 */
final class IngestTrial {

    private record Round(double wallSeconds, double cpuSeconds, Map<Figure, Double> microsPerRow) {}

    private final List<Entry> requests;
    private final int rows;
    private final int dimension;
    private final ThreadCpu cpu;
    private final List<Round> rounds = new ArrayList<>();

    IngestTrial(List<Entry> requests, int rows, int dimension, ThreadCpu cpu) {
        this.requests = requests;
        this.rows = rows;
        this.dimension = dimension;
        this.cpu = cpu;
    }

    /**
     * One round.
     *
     * @param crashed where a copy of the directory is left as it was before the checkpoint
     * @return the engine with all rows
     */
    BenchNode run(Path directory, Path crashed) {
        BenchNode node = BenchNode.empty(directory, dimension);
        StageCpu before = cpu.read();
        long began = System.nanoTime();
        long submitting = ownNanos();
        node.applyAll(requests);
        submitting = ownNanos() - submitting;
        double seconds = (System.nanoTime() - began) / 1e9;
        StageCpu copying = cpu.read();
        node.copyTo(crashed);
        copying = cpu.read().since(copying);
        long checkpoint = ownNanos();
        node.engine().checkpoint();
        checkpoint = ownNanos() - checkpoint;
        cpu.awaitMerges();
        StageCpu spent = cpu.read().since(before);
        // What the copy cost beside the engine's threads is the benchmark's own.
        long copied = copying.otherNanos();
        rounds.add(new Round(seconds, (spent.productNanos() - copied) / 1e9, perRow(spent, submitting, checkpoint, copied)));
        return node;
    }

    void report(Figures figures) {
        figures.put(Figure.INGEST_COLD_ROWS_PER_S, rows / rounds.getFirst().wallSeconds);
        figures.put(Figure.INGEST_COLD_ROWS_PER_CPU_S, rows / rounds.getFirst().cpuSeconds);
        List<Round> warm = rounds.size() < 2 ? rounds : rounds.subList(1, rounds.size());
        var wall = new Samples();
        var total = new Samples();
        for (Round round : warm) {
            wall.add(round.wallSeconds);
            total.add(round.cpuSeconds);
        }
        figures.put(Figure.INGEST_ROWS_PER_S, rows / wall.median());
        figures.put(Figure.INGEST_ROWS_PER_CPU_S, rows / total.median());
        for (Figure figure : warm.getFirst().microsPerRow.keySet()) {
            var samples = new Samples();
            for (Round round : warm) samples.add(round.microsPerRow.getOrDefault(figure, 0.0));
            figures.put(figure, samples.median());
        }
    }

    private Map<Figure, Double> perRow(StageCpu spent, long submitting, long checkpoint, long copied) {
        var nanos = new EnumMap<Figure, Long>(Figure.class);
        nanos.put(Figure.CPU_US_PER_ROW_SUBMIT, submitting);
        nanos.put(Figure.CPU_US_PER_ROW_LOG, spent.of(Stage.LOG));
        nanos.put(Figure.CPU_US_PER_ROW_APPLY, spent.of(Stage.APPLY));
        nanos.put(Figure.CPU_US_PER_ROW_FOLD, spent.of(Stage.FOLD));
        nanos.put(Figure.CPU_US_PER_ROW_CHECKPOINT, checkpoint);
        nanos.put(Figure.CPU_US_PER_ROW_MERGE, spent.of(Stage.MERGE));
        nanos.put(Figure.CPU_US_PER_ROW_COMPILER, spent.of(Stage.COMPILER));
        nanos.put(Figure.CPU_US_PER_ROW_COLLECTOR, spent.of(Stage.COLLECTOR));
        nanos.put(Figure.CPU_US_PER_ROW_OTHER, Math.max(0, spent.otherNanos() - copied - submitting - checkpoint));
        nanos.put(Figure.CPU_US_PER_ROW_TOTAL, spent.productNanos() - copied);
        var micros = new EnumMap<Figure, Double>(Figure.class);
        nanos.forEach((figure, value) -> micros.put(figure, value / 1e3 / rows));
        return micros;
    }

    private static long ownNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
