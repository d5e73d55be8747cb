package io.lynse.shard.bench;

import io.lynse.engine.yardstick.StockFlat;
import io.lynse.model.ElementType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures one engine in this process, on real rows, in a scratch folder. */
@Command(
        name = "engine",
        description = {
            "Measures storage and search of one node without HTTP and gRPC: ingest with its CPU time by stage, exact search beside a plain memory "
                    + "read and Lucene's own, HNSW, single writes, upserts, deletes, reopening, memory and disk. The last line of the output is "
                    + "one JSON object; docs/benchmarks.md explains its keys."
        },
        sortOptions = false)
final class EngineBench implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "folder with base.f16, base.meta.jsonl.gz, queries.f16, queries.meta.jsonl.gz and "
            + "queries.gt100.i32; default: samples/debian-packages")
    private @Nullable Path data;

    @Option(names = "--json", description = "print the JSON object alone")
    private boolean json;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "times that everything is measured, default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--float16", description = "store two bytes per component instead of four")
    private boolean float16;

    @Option(names = "--warm-up", description = "begin with the warm-up that a node does in spare time after its start: the first round is not quite cold then")
    private boolean warmUp;

    @Option(names = "--scratch", paramLabel = "DIR", description = "folder for the files, on the disk to be measured; what is made there is "
            + "deleted in the end; default: the system's folder for temporary files")
    private @Nullable Path scratch;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) throw new IllegalStateException("picocli sets the specification before it runs");
        if (rounds < 1) throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
        PrintWriter progress = spec.commandLine().getErr();
        if (scratch != null) Files.createDirectories(scratch);
        Path folder = scratch == null ? Files.createTempDirectory("lynse-bench-") : Files.createTempDirectory(scratch, "lynse-bench-");
        try (var cpu = ThreadCpu.start()) {
            Figures figures = measure(folder, cpu, progress);
            if (!json) figures.print(System.out);
            System.out.println(figures.toJson());
            return 0;
        } finally {
            BenchNode.delete(folder);
        }
    }

    private Figures measure(Path folder, ThreadCpu cpu, PrintWriter progress) throws IOException, InterruptedException {
        var figures = new Figures();
        Path from = data == null ? sample() : data;
        tell(progress, "reading " + from);
        Embeddings embeddings = Embeddings.read(from);
        int rows = embeddings.rows().count();
        figures.put(Figure.ROWS, rows);
        figures.put(Figure.DIMENSION, embeddings.dimension());
        ElementType elements = float16 ? ElementType.FLOAT16 : ElementType.FLOAT32;
        figures.put(Figure.ELEMENT_BYTES, elements.bytes());
        figures.put(Figure.CORES, Runtime.getRuntime().availableProcessors());
        figures.put(Figure.ROUNDS, rounds);

        var requests = new Requests(embeddings);
        if (warmUp) warmUp(folder.resolve("warm-up"), cpu, progress, figures);
        var ingest = new IngestTrial(requests, rows, cpu);
        ingest.run(folder.resolve("ingest"), embeddings.dimension(), elements, rounds, step -> tell(progress, step));
        ingest.report(figures);
        try (BenchNode node = BenchNode.empty(folder.resolve("engine"), embeddings.dimension(), elements)) {
            node.applyAll(requests.add(0));
            reopen(node, folder.resolve("crashed"), progress, figures);
            tell(progress, "Lucene's own exact search: writing its index");
            try (StockFlat stock = StockFlat.write(folder.resolve("stock"), embeddings.rows());
                    var load = new QueryLoad(node.engine(), embeddings)) {
                tell(progress, "exact search, " + rounds + " rounds");
                new FlatTrial(node.engine(), load, stock).run(rounds, figures);
                Space.measure(node, rows, figures);
                tell(progress, "building an HNSW graph, searching through it");
                new HnswTrial(node, load, cpu).run(rounds, figures);
            }
            tell(progress, "single writes, upserts, deletes");
            new ChangeTrial(node, requests, rows, cpu).run(figures);
        }
        return figures;
    }

    private static void warmUp(Path directory, ThreadCpu cpu, PrintWriter progress, Figures figures) throws InterruptedException {
        tell(progress, "warming up, when the machine has spare time");
        StageCpu before = cpu.read();
        figures.put(Figure.WARM_UP_S, BenchNode.warmUp(directory));
        figures.put(Figure.WARM_UP_CPU_S, cpu.read().since(before).productNanos() / 1e9);
    }

    private void reopen(BenchNode node, Path crashed, PrintWriter progress, Figures figures) {
        tell(progress, "opening again");
        node.copyUncommitted(crashed);
        node.engine().checkpoint();
        var open = new Samples();
        for (int round = 0; round < rounds; round++) open.add(node.reopen());
        figures.put(Figure.OPEN_MS, open.median());
        long began = System.nanoTime();
        BenchNode replayed = BenchNode.existing(crashed);
        figures.put(Figure.REPLAY_MS, (System.nanoTime() - began) / 1e6);
        replayed.close();
        BenchNode.delete(crashed);
    }

    private static Path sample() {
        String home = System.getProperty("lynse.home");
        if (home == null) throw new BenchFailed("name the data with --data, or start the benchmark by bin/lynse bench engine");
        return Path.of(home, "samples/debian-packages");
    }

    private static void tell(PrintWriter progress, String step) {
        progress.println(step + " ...");
        progress.flush();
    }
}
