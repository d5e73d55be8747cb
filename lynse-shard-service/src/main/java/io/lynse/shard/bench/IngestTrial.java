package io.lynse.shard.bench;

import io.lynse.model.ElementType;
import io.lynse.shard.bench.StageCpu.Stage;
import io.lynse.shard.entry.Entry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Loads all rows, and then all rows again under new ids, round after round, into a collection that so grows and merges. CPU is
 * that of the whole process until every row is folded, forced and merged, without the benchmark's own sampling; the requests are
 * made before the clock runs. The first round has a cold JVM; a few more let the compiler finish, and only those after them
 * count. Merges come now and then, so CPU figures are means over these rounds, not medians.
 */
final class IngestTrial {

    private record Round(double wallSeconds, Map<Figure, Double> microsPerRow) {}

    private static final int WARM_UPS = 5; // the compiler needs about 300,000 rows

    private final Requests requests;
    private final int rows;
    private final ThreadCpu cpu;
    private final List<Round> rounds = new ArrayList<>();

    IngestTrial(Requests requests, int rows, ThreadCpu cpu) {
        this.requests = requests;
        this.rows = rows;
        this.cpu = cpu;
    }

    /** @param count how many rounds count */
    void run(Path directory, int dimension, ElementType elements, int count, Consumer<String> progress) {
        for (int part = 0; part < 2; part++) {
            try (BenchNode node = BenchNode.empty(directory, dimension, elements)) {
                int these = part == 0 ? WARM_UPS : count;
                for (int round = 0; round < these; round++) {
                    progress.accept((part == 0 ? "ingest, warm-up " : "ingest, round ") + (round + 1) + " of " + these);
                    round(node, (long) round * rows);
                }
            }
            BenchNode.delete(directory);
        }
    }

    private void round(BenchNode node, long firstId) {
        List<Entry> entries = requests.add(firstId);
        StageCpu before = cpu.read();
        long began = System.nanoTime();
        long submitting = ownNanos();
        node.applyAll(entries);
        submitting = ownNanos() - submitting;
        double seconds = (System.nanoTime() - began) / 1e9;
        long checkpoint = ownNanos();
        node.engine().checkpoint();
        checkpoint = ownNanos() - checkpoint;
        cpu.awaitMerges();
        rounds.add(new Round(seconds, perRow(cpu.read().since(before), submitting, checkpoint)));
    }

    void report(Figures figures) {
        Round cold = rounds.getFirst();
        figures.put(Figure.INGEST_COLD_ROWS_PER_S, rows / cold.wallSeconds);
        figures.put(Figure.INGEST_COLD_ROWS_PER_CPU_S, perCpuSecond(cold.microsPerRow.getOrDefault(Figure.CPU_US_PER_ROW_TOTAL, 0.0)));
        List<Round> warm = rounds.subList(WARM_UPS, rounds.size());
        var wall = new Samples();
        for (Round round : warm) wall.add(round.wallSeconds);
        figures.put(Figure.INGEST_ROWS_PER_S, rows / wall.median());
        for (Figure figure : cold.microsPerRow.keySet()) {
            figures.put(figure, warm.stream().mapToDouble(round -> round.microsPerRow.getOrDefault(figure, 0.0)).average().orElseThrow());
        }
        figures.put(Figure.INGEST_ROWS_PER_CPU_S, perCpuSecond(figures.get(Figure.CPU_US_PER_ROW_TOTAL)));
        figures.put(Figure.INGEST_BEST_ROWS_PER_CPU_S, perCpuSecond(
                warm.stream().mapToDouble(round -> round.microsPerRow.getOrDefault(Figure.CPU_US_PER_ROW_TOTAL, 0.0)).min().orElseThrow()));
    }

    private Map<Figure, Double> perRow(StageCpu spent, long submitting, long checkpoint) {
        var nanos = new EnumMap<Figure, Long>(Figure.class);
        nanos.put(Figure.CPU_US_PER_ROW_SUBMIT, submitting);
        nanos.put(Figure.CPU_US_PER_ROW_LOG, spent.of(Stage.LOG));
        nanos.put(Figure.CPU_US_PER_ROW_APPLY, spent.of(Stage.APPLY));
        nanos.put(Figure.CPU_US_PER_ROW_FOLD, spent.of(Stage.FOLD));
        nanos.put(Figure.CPU_US_PER_ROW_CHECKPOINT, checkpoint);
        nanos.put(Figure.CPU_US_PER_ROW_MERGE, spent.of(Stage.MERGE) + spent.of(Stage.MERGED));
        nanos.put(Figure.CPU_US_PER_ROW_COMPILER, spent.of(Stage.COMPILER));
        nanos.put(Figure.CPU_US_PER_ROW_COLLECTOR, spent.of(Stage.COLLECTOR));
        nanos.put(Figure.CPU_US_PER_ROW_OTHER, Math.max(0, spent.otherNanos() - submitting - checkpoint));
        nanos.put(Figure.CPU_US_PER_ROW_TOTAL, spent.productNanos());
        var micros = new EnumMap<Figure, Double>(Figure.class);
        nanos.forEach((figure, value) -> micros.put(figure, value / 1e3 / rows));
        return micros;
    }

    private static double perCpuSecond(double microsPerRow) {
        return 1e6 / microsPerRow;
    }

    private static long ownNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
