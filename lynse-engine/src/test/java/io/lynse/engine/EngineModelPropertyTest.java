package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.collection.FoldPhase;
import io.lynse.engine.search.CopySettings;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Lsn;
import io.lynse.model.Metric;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.WriteRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on an engine and on a naive model, with reopening, checkpoints and copies of the live directory in
 * between; after every few, all that can be read is compared. Folds run in the background all the while, and every now and then one is
 * held between two of its phases for some steps. A failing seed is in the test's name; give it back with {@code -Dlynse.seed=N}.
 */
class EngineModelPropertyTest {

    private static final int STEPS = 200;
    private static final String[] MODES = {"FLAT-IP", "FLAT-L2", "FLAT-COS", "FLAT-L1", "FLAT-JACCARD", "HNSW-L2", "IVF-COS"};

    @TempDir
    Path temporary;

    private final NaiveCollection model = new NaiveCollection();
    private Random random = new Random(0);
    private int dimension;
    private boolean halved;
    private Metric metric = Metric.IP;
    private final List<WriteRows> sent = new ArrayList<>();
    private final List<Applied.RowsWritten> answers = new ArrayList<>();
    private final FoldGate gate = new FoldGate();
    private int comparedInMidFold;

    static LongStream seeds() {
        Long given = Long.getLong("lynse.seed");
        return given != null ? LongStream.of(given) : LongStream.rangeClosed(1, 6);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAsTheModelDoes(long seed) {
        random = new Random(seed);
        dimension = 1 + random.nextInt(40);
        halved = seed % 2 == 0;
        // With copies of the smallest segments, that are there when they are there: the answers do not depend on it.
        var copies = new CopySettings(1, random.nextInt(2) << 20, Duration.ZERO);
        var folds = new FoldLimits(1 + random.nextInt(60), 1 << 20, 1 + random.nextInt(5_000), Duration.ofHours(1));
        var settings = EngineSettings.of(temporary.resolve("node"))
                .withFolds(folds, random.nextInt(3) == 0 ? 3_000 : 64 << 20) // some batches are larger than all recent rows may be
                .withCheckpointInterval(Duration.ofHours(1))
                .withCopies(copies);
        try (var engine = new TestEngine(settings, gate)) {
            CollectionId id = engine.create("c", random.nextBoolean() ? dimension : 0, halved ? ElementType.FLOAT16 : ElementType.FLOAT32);
            for (int step = 0; step < STEPS; step++) {
                step(engine, id);
                if (random.nextInt(4) == 0) compare(engine.engine(), id);
            }
            compare(engine.engine(), id);
            engine.reopen();
            compare(engine.engine(), id);
            assertThat(comparedInMidFold).isGreaterThan(10);
        }
    }

    private void step(TestEngine engine, CollectionId id) {
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4 -> write(engine, id, WriteKind.ADD, distinctIds(true));
            case 5, 6, 7, 8 -> write(engine, id, WriteKind.UPSERT, distinctIds(false));
            case 9, 10 -> write(engine, id, WriteKind.ADD, null);
            case 11 -> {
                if (random.nextBoolean()) refusedAdd(engine, id);
                else repeat(engine);
            }
            case 12, 13, 14 -> mark(engine, id, true);
            case 15, 16 -> mark(engine, id, false);
            case 17 -> {
                if (random.nextInt(3) == 0) assertThat(engine.compact(id)).isEqualTo(model.compact());
            }
            case 18 -> {
                if (model.rows.isEmpty()) return;
                IndexMode mode = random.nextInt(5) == 0 ? null : IndexMode.parse(MODES[random.nextInt(MODES.length)]).orElseThrow();
                engine.setIndex(id, mode);
                metric = mode == null ? Metric.IP : mode.metric();
            }
            case 19, 20, 21 -> holdFold(engine, id);
            case 22 -> gate.open();
            default -> {
                switch (random.nextInt(4)) {
                    case 0 -> engine.reopen();
                    case 1 -> engine.engine().checkpoint();
                    case 2 -> engine.drop(engine.create("passing")); // the catalog alone is written
                    default -> compareCopy(engine, id);
                }
            }
        }
    }

    /** From here on the steps run beside a fold that stands still, until something needs it done. */
    private void holdFold(TestEngine engine, CollectionId id) {
        if (gate.isHolding()) return;
        FoldPhase phase = FoldPhase.values()[random.nextInt(FoldPhase.values().length)];
        gate.hold(phase, () -> write(engine, id, WriteKind.UPSERT, List.of(RowId.of(random.nextInt(400)))), () -> engine.engine().foldSoon(id));
        compare(engine.engine(), id);
    }

    private void write(TestEngine engine, CollectionId id, WriteKind kind, @Nullable List<RowId> ids) {
        int count = ids == null ? 1 + random.nextInt(20) : ids.size();
        if (count == 0) return;
        var vectors = new float[count][];
        var fields = new ArrayList<@Nullable Fields>();
        boolean anyFields = random.nextBoolean();
        for (int row = 0; row < count; row++) {
            vectors[row] = vector();
            fields.add(anyFields && random.nextInt(3) > 0 ? RandomRows.fields(random) : null);
        }
        FieldBlock block = anyFields ? FieldBlock.of(fields) : FieldBlock.NONE;
        Ids given = ids == null ? null : Ids.of(ids);
        boolean sentAsHalves = random.nextInt(4) == 0;
        Vectors sentVectors = sentAsHalves ? RandomRows.halves(vectors) : Vectors.of(vectors);
        var batch = random.nextBoolean()
                ? new RowBatch(kind, sentVectors, given, block)
                : new RowBatch(kind, sentVectors, given, block, random.ints(count, 0, 1000).toArray());
        WriteRows entry = engine.entry(id, batch);
        var written = (Applied.RowsWritten) engine.apply(EntryType.WRITE_ROWS, entry);
        sent.add(entry);
        answers.add(written);
        List<RowId> expected = ids != null ? ids : LongStream.rangeClosed(1, count).mapToObj(i -> RowId.of(model.maxId() + i)).toList();
        assertThat(written.ids().toList()).isEqualTo(expected);
        for (int row = 0; row < count; row++) {
            float[] stored = vectors[row].clone();
            for (int i = 0; (halved || sentAsHalves) && i < stored.length; i++) stored[i] = Float.float16ToFloat(Float.floatToFloat16(stored[i]));
            model.upsert(expected.get(row), stored, fields.get(row), new OrderStamp(entry.getStamps().getClock(), batch.place(row)));
        }
    }

    /** A retry changes nothing, whatever was done since. */
    private void repeat(TestEngine engine) {
        if (sent.isEmpty()) return;
        int which = random.nextInt(sent.size());
        Lsn before = engine.engine().lastLsn();
        assertThat(engine.apply(EntryType.WRITE_ROWS, sent.get(which))).isEqualTo(answers.get(which));
        assertThat(engine.engine().lastLsn()).isEqualTo(before);
        // As it may stand in the log of another member.
        engine.engine().log().append(before.next(), TestEngine.EPOCH, EntryType.WRITE_ROWS_VALUE, 1, sent.get(which).toByteString().asReadOnlyByteBuffer());
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> engine.engine().appliedLsn().equals(before.next()));
    }

    private void refusedAdd(TestEngine engine, CollectionId id) {
        if (model.rows.isEmpty()) return;
        RowId taken = anyStored();
        var ids = new ArrayList<>(distinctIds(true));
        ids.remove(taken);
        ids.add(random.nextInt(ids.size() + 1), taken);
        var vectors = Stream.generate(this::vector).limit(ids.size()).toArray(float[][]::new);
        assertThatThrownBy(() -> engine.add(id, Ids.of(ids), vectors))
                .isInstanceOf(LynseException.class)
                .hasMessage("external id " + taken + " already exists");
    }

    private void mark(TestEngine engine, CollectionId id, boolean deleted) {
        var ids = new LinkedHashSet<>(distinctIds(false));
        if (!model.rows.isEmpty()) ids.add(anyStored());
        engine.mark(id, Ids.of(List.copyOf(ids)), deleted);
        ids.forEach(row -> model.mark(row, deleted));
    }

    private void compareCopy(TestEngine engine, CollectionId id) {
        Path copy = temporary.resolve("copy");
        LiveCopy.of(engine.engine().directory(), copy);
        try (var copied = Engine.open(EngineSettings.of(copy))) {
            compare(copied, id);
        }
        delete(copy);
    }

    private void compare(Engine engine, CollectionId id) {
        if (gate.isHolding()) comparedInMidFold++;
        var stats = engine.stats(id, true);
        assertThat(stats.rows()).isEqualTo(model.rows.size());
        assertThat(stats.tombstones()).isEqualTo(model.deleted().size());
        assertThat(stats.live()).isEqualTo(model.live().size());
        assertThat(stats.maxId()).isEqualTo(model.maxId());
        assertThat(stats.largestIntId()).isEqualTo(model.largestIntId);
        assertThat(stats.rowsEver()).isEqualTo(model.rowsEver);
        assertThat(stats.holdsTextIds()).isEqualTo(model.holdsTextIds);
        var names = new TreeSet<String>();
        model.rows.values().forEach(row -> names.addAll(row.fields().toMap().keySet()));
        assertThat(stats.fieldNames()).containsExactlyElementsOf(names);

        List<NaiveCollection.Row> ordered = model.inOrder();
        int n = random.nextInt(ordered.size() + 3);
        Comparison.same(engine.read(id, new RowSelection.Head(n), true, true), ordered.subList(0, Math.min(n, ordered.size())));
        Comparison.same(engine.read(id, new RowSelection.Tail(n), true, true), ordered.subList(Math.max(0, ordered.size() - n), ordered.size()));
        Comparison.same(engine.read(id, new RowSelection.Deleted(), true, true), model.deleted());

        List<RowId> asked = distinctIds(false);
        for (int i = 0; i < 60 && !ordered.isEmpty(); i++) asked.add(anyStored());
        asked = asked.stream().distinct().toList();
        Comparison.same(engine.read(id, new RowSelection.ById(Ids.of(asked)), true, true), found(asked));
        Comparison.bare(engine.read(id, new RowSelection.ById(Ids.of(asked)), false, false), found(asked));
        Comparison.bare(engine.read(id, new RowSelection.Head(n), false, false), ordered.subList(0, Math.min(n, ordered.size())));
        for (RowId row : asked) assertThat(engine.hasRow(id, row)).isEqualTo(model.has(row));
        if (dimension > 0 && !model.rows.isEmpty()) compareSearch(engine, id);
    }

    private List<NaiveCollection.Row> found(List<RowId> asked) {
        return asked.stream().filter(model::has).map(model.rows::get).toList();
    }

    private void compareSearch(Engine engine, CollectionId id) {
        var queries = Stream.generate(this::vector).limit(1 + random.nextInt(12)).toArray(float[][]::new);
        var options = new Query.Options(random.nextInt(30), true, 0);
        List<Hits> batch = engine.batchSearch(id, Vectors.of(queries), options);
        for (int q = 0; q < queries.length; q++) Comparison.same(batch.get(q), model, metric, queries[q], options);
        Comparison.same(engine.search(id, new Query(queries[0], options)), model, metric, queries[0], options);
        if (model.live().isEmpty()) return;
        List<NaiveCollection.Row> live = model.live();
        float threshold = Comparison.score(metric, queries[0], live.get(random.nextInt(live.size())).vector());
        var range = new Query.Options(1000, false, 0, OptionalDouble.of(threshold));
        Comparison.same(engine.search(id, new Query(queries[0], range)), model, metric, queries[0], range);
    }

    private float[] vector() {
        return RandomRows.vector(random, dimension);
    }

    private List<RowId> distinctIds(boolean unknown) {
        var ids = RandomRows.distinctIds(random);
        if (unknown) ids.removeIf(model::has);
        return ids;
    }

    private RowId anyStored() {
        return List.copyOf(model.rows.keySet()).get(random.nextInt(model.rows.size()));
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
