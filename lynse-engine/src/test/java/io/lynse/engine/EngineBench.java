package io.lynse.engine;

import com.sun.management.OperatingSystemMXBean;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Prints what ingest, search and reopening cost: {@code EngineBench DATA SCRATCH [rounds]}, DATA as ../shared/data lays it out
 * ({@code base.f16}, {@code queries.f16} of 384 dimensions). CPU is that of the whole process, compiler and collector included,
 * so that other work on the machine does not count; the first round is a cold JVM.
 */
final class EngineBench {

    private static final int DIMENSION = 384;
    private static final int BATCH = 1000;
    private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private EngineBench() {}

    public static void main(String[] arguments) throws IOException {
        Vectors base = halves(Path.of(arguments[0], "base.f16"));
        Vectors queries = halves(Path.of(arguments[0], "queries.f16"));
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        for (int round = 0; round < rounds; round++) {
            Path directory = Path.of(arguments[1], "engine");
            delete(directory);
            try (var engine = new TestEngine(directory)) {
                CollectionId id = engine.create("bench", DIMENSION, ElementType.FLOAT32);
                ingest(engine, id, base);
                measure("checkpoint", 1, () -> engine.engine().checkpoint());
                measure("reopen", 1, engine::reopen);
                search(engine, id, queries);
                measure("head of 10", 20, () -> {
                    for (int i = 0; i < 20; i++) engine.engine().read(id, new io.lynse.model.RowSelection.Head(10), true, true);
                });
                upsert(engine, id, base);
            }
        }
    }

    private static void ingest(TestEngine engine, CollectionId id, Vectors base) {
        var entries = new ArrayList<io.lynse.wire.v1.WriteRows>();
        for (int from = 0; from < base.count(); from += BATCH) {
            int count = Math.min(BATCH, base.count() - from);
            var rows = new float[count][];
            var fields = new ArrayList<@Nullable Fields>();
            for (int row = 0; row < count; row++) {
                rows[row] = base.row(from + row);
                fields.add(Fields.of(Map.of("name", "package-" + (from + row), "section", "libs", "text", "x".repeat(80))));
            }
            entries.add(engine.entry(id, new RowBatch(WriteKind.ADD, Vectors.of(rows), Ids.range(from, count), FieldBlock.of(fields))));
        }
        measure("ingest, batches of " + BATCH, base.count(), () -> {
            var waiting = new ArrayDeque<CompletableFuture<Applied>>();
            for (var entry : entries) {
                waiting.add(engine.send(EntryType.WRITE_ROWS, entry));
                if (waiting.size() > 4) waiting.remove().join();
            }
            waiting.forEach(CompletableFuture::join);
            engine.engine().stats(id, false);
        });
    }

    private static void search(TestEngine engine, CollectionId id, Vectors queries) {
        var options = new Query.Options(10, false, 0);
        int count = 300;
        for (int repeat = 0; repeat < 2; repeat++) {
            var nanos = new long[count];
            measure("search, one at a time", count, () -> {
                for (int i = 0; i < count; i++) {
                    long start = System.nanoTime();
                    Hits hits = engine.engine().search(id, new Query(queries.row(i), options));
                    nanos[i] = System.nanoTime() - start;
                    if (hits.size() != 10) throw new IllegalStateException("not ten hits");
                }
            });
            Arrays.sort(nanos);
            System.out.printf("  p50 %.2f ms, p99 %.2f ms%n", nanos[count / 2] / 1e6, nanos[count * 99 / 100] / 1e6);
            measure("search, batches of 32", count / 32 * 32, () -> {
                for (int from = 0; from + 32 <= count; from += 32) {
                    var batch = new float[32][];
                    for (int i = 0; i < 32; i++) batch[i] = queries.row(from + i);
                    List<Hits> hits = engine.engine().batchSearch(id, Vectors.of(batch), options);
                    if (hits.size() != 32) throw new IllegalStateException("not 32 answers");
                }
            });
        }
    }

    private static void upsert(TestEngine engine, CollectionId id, Vectors base) {
        int count = 20_000;
        var rows = new float[BATCH][];
        measure("upsert of stored rows", count, () -> {
            for (int from = 0; from < count; from += BATCH) {
                var ids = new long[BATCH];
                for (int row = 0; row < BATCH; row++) {
                    ids[row] = (from + row) * 3L;
                    rows[row] = base.row((int) ids[row]);
                }
                engine.upsert(id, Ids.of(ids), rows);
            }
            engine.engine().stats(id, false);
        });
    }

    private static void measure(String what, int units, Runnable work) {
        long cpu = PROCESS.getProcessCpuTime();
        long wall = System.nanoTime();
        work.run();
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        double cpuSeconds = (PROCESS.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf("%-28s %7d: %10.1f per second, %10.1f per CPU-second (%.3f s, %.3f CPU-s)%n",
                what, units, units / wallSeconds, units / cpuSeconds, wallSeconds, cpuSeconds);
    }

    private static Vectors halves(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Vectors(bytes.length / Short.BYTES / DIMENSION, DIMENSION, ElementType.FLOAT16, data);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) return;
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
