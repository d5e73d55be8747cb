package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineOpenException;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.LiveCopy;
import io.lynse.engine.TestEngine;
import io.lynse.engine.log.LogSettings;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.WriteKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The child of {@link CorruptionIT}: makes a directory with something of everything, and opens damaged copies of it, one after the other,
 * in a small heap. Prints a line for each kind of file, or ends with the stack of what was wrong.
 */
final class DamagedEngines {

    private static final long SEED = 7;
    private static final Duration LONGEST = Duration.ofMinutes(1); // for one directory; seconds would do
    private static final LogSettings LOG = new LogSettings(256 << 10, 64 << 10, 1 << 20, Duration.ofMillis(20));
    private static final int GRAPH_ROWS = 2_500; // fewer are scanned without a graph

    private enum Fate { WHOLE, COLLECTION_UNAVAILABLE, QUARANTINED, REFUSED }

    private final Path root;
    private final NaiveEngine model = new NaiveEngine();
    private final Map<String, Map<Fate, Integer>> fates = new TreeMap<>();
    private final AtomicReference<String> current = new AtomicReference<>("making the directory");
    private volatile long since = System.nanoTime();

    private DamagedEngines(Path root) {
        this.root = root;
    }

    /** Arguments: an empty directory, the number of damages, the first one's number. */
    public static void main(String[] args) {
        ((Logger) LoggerFactory.getLogger("io.lynse")).setLevel(Level.OFF); // what is said of each damage is looked at here
        ChildJvm.endsWithin(Duration.ofMinutes(30), () -> new DamagedEngines(Path.of(args[0]))
                .run(Integer.parseInt(args[1]), Integer.parseInt(args[2])));
    }

    private void run(int count, int first) {
        Thread.ofPlatform().daemon().name("hang").start(this::watch);
        try {
            make(root.resolve("node"), root.resolve("original"));
            var damage = new Damage(root.resolve("original"));
            System.out.println("kinds: " + damage.kinds());
            for (int number = first; number < first + count; number++) damaged(damage, number);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        fates.forEach((kind, found) -> System.out.println(kind + ": " + found));
    }

    private void damaged(Damage damage, int number) throws IOException {
        Path copy = root.resolve("copy-" + number);
        Damage.Done done = damage.apply(copy, number, new Random(SEED * 1_000_003 + number));
        current.set("damage " + number + ", " + done);
        since = System.nanoTime();
        try {
            fates.computeIfAbsent(done.kind(), _ -> new TreeMap<>()).merge(open(copy, done), 1, Integer::sum);
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError(current.get() + ": " + wrong.getMessage(), wrong);
        }
        delete(copy);
    }

    private Fate open(Path copy, Damage.Done done) {
        Engine engine;
        try {
            engine = TestEngine.open(settings(copy), LOG);
        } catch (EngineOpenException refused) {
            assertThat(refused).hasMessageContaining(copy.resolve(done.file()).toString());
            return Fate.REFUSED;
        }
        try (engine) {
            String quarantine = engine.quarantine();
            if (quarantine == null) return compare(engine, copy, done);
            assertThat(quarantine).contains(copy.resolve(done.file()).toString(), "restore");
            assertThat(done.file().getName(0)).asString().as("only what all depends on quarantines all").isIn("log", "catalog");
            return Fate.QUARANTINED;
        }
    }

    private Fate compare(Engine engine, Path copy, Damage.Done done) {
        Fate fate = Fate.WHOLE;
        assertThat(engine.trouble()).isNull();
        assertThat(engine.appliedLsn().value()).isEqualTo(model.lsn());
        assertThat(engine.catalog().collections()).hasSameSizeAs(model.collections.keySet());
        for (NaiveEngine.Held held : model.collections.values()) {
            String folder = copy.resolve("collections").resolve(held.id.toString()).toString();
            try {
                Comparison.same(engine, held);
                write(engine, held);
            } catch (LynseException unavailable) {
                assertThat(unavailable.error()).isInstanceOf(LynseError.Unavailable.class);
                assertThat(unavailable).hasMessageContaining(folder);
                assertThat(copy.resolve(done.file()).toString()).as("damage is local").startsWith(folder + "/");
                fate = Fate.COLLECTION_UNAVAILABLE;
            }
        }
        return fate;
    }

    private static void write(Engine engine, NaiveEngine.Held held) {
        var op = new Op.Write(held.id, WriteKind.ADD, null, new float[][] {new float[Math.max(1, held.dimension)]}, List.of(), 1L << 40);
        Applied applied = engine.submit(TestEngine.EPOCH, op.type().getNumber(), 1, op.message(held.id.value()).toByteString().asReadOnlyByteBuffer()).join();
        assertThat(applied.result()).isInstanceOf(Applied.RowsWritten.class);
    }

    /** Several segments, tombstones, graphs over both kinds of numbers, a log that goes on behind the last checkpoint. */
    private void make(Path node, Path original) throws IOException {
        var load = new Load(SEED);
        try (Engine engine = TestEngine.open(settings(node), LOG)) {
            new Driver(engine, load, 1, model, new Driver.Listener() {
                @Override
                public void begun(long lsn, Op op) {}

                @Override
                public void acknowledged(long lsn, Op op) {}
            }).run(120);
            graph(engine, ElementType.FLOAT16);
            CollectionId id = graph(engine, ElementType.FLOAT32);
            engine.checkpoint();
            for (int i = 0; i < 12; i++) {
                Op op = load.next(2, model);
                if (!(op instanceof Op.Drop)) submit(engine, op);
            }
            // The mark that says so comes when the log has been idle for a while, or with the next entry: then it is no torn tail.
            engine.checkpoint();
            submit(engine, new Op.Describe(id, "the last but one"));
            submit(engine, new Op.Describe(id, "the last"));
            LiveCopy.of(node, original);
        }
        try (Engine engine = TestEngine.open(settings(original), LOG)) {
            Comparison.same(engine, model);
        }
        delete(original);
        LiveCopy.of(node, original);
    }

    private CollectionId graph(Engine engine, ElementType elements) {
        var id = new CollectionId(model.lsn() + 1);
        submit(engine, new Op.Create(id, 12, elements));
        var random = new Random(SEED);
        var vectors = new float[GRAPH_ROWS][];
        for (int row = 0; row < GRAPH_ROWS; row++) vectors[row] = Load.vector(12, random);
        submit(engine, new Op.Write(id, WriteKind.ADD, null, vectors, List.of(), model.lsn() << 16));
        submit(engine, new Op.Index(id));
        engine.indexBuilt(id).join();
        since = System.nanoTime();
        return id;
    }

    private void submit(Engine engine, Op op) {
        model.apply(op);
        engine.submit(TestEngine.EPOCH, op.type().getNumber(), 1, op.message(model.lsn()).toByteString().asReadOnlyByteBuffer()).join();
    }

    private static EngineSettings settings(Path directory) {
        return DoomedEngine.settings(directory).withFoldRows(60);
    }

    private void watch() {
        while (System.nanoTime() - since < LONGEST.toNanos()) LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        throw ChildJvm.hung(current.get());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
