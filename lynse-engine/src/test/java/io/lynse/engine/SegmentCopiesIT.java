package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lynse.engine.index.kernels.FlatScanner;
import io.lynse.engine.search.CopySettings;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies change how a segment is searched and never what is found: one engine with copies, one without, and the same entries. */
class SegmentCopiesIT {

    private static final int DIMENSION = 24;
    private static final int ROWS = 1_500;
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final Random random = new Random(5);
    private TestEngine copying;
    private TestEngine plain;
    private CollectionId id = new CollectionId(1);

    @BeforeEach
    void open() {
        assumeTrue(FlatScanner.isAvailable() || "true".equals(System.getenv("CI")), "this machine has no vector instructions for the kernels");
        var settings = EngineSettings.of(directory.resolve("copying")).withFoldRows(700).withCheckpointInterval(Duration.ofHours(1));
        copying = new TestEngine(settings.withCopies(new CopySettings(1, 64 * MIB, Duration.ZERO)));
        plain = new TestEngine(EngineSettings.of(directory.resolve("plain")).withCopies(new CopySettings(1, 0, Duration.ZERO)));
    }

    @AfterEach
    void close() {
        copying.close();
        plain.close();
    }

    @ParameterizedTest
    @CsvSource({"FLAT-IP, FLOAT32", "FLAT-L2, FLOAT32", "FLAT-COS, FLOAT32", "FLAT-IP, FLOAT16", "FLAT-L2, FLOAT16", "FLAT-COS, FLOAT16"})
    void answerTheSameWithAndWithoutThroughAllThatHappensToRows(String mode, ElementType elements) {
        create(mode, elements);
        add(0, ROWS);
        compare();
        awaitCopies();
        compare();

        both(engine -> engine.mark(id, ids(0, 400), true));
        compare();
        both(engine -> engine.mark(id, ids(100, 200), false));
        float[][] replaced = vectors(300);
        both(engine -> engine.upsert(id, ids(1_200, 1_500), replaced));
        compare();
        awaitCopies();
        compare();

        both(engine -> engine.compact(id));
        add(ROWS, 2 * ROWS);
        compare();
        awaitCopies();
        compare();

        both(TestEngine::reopen);
        assertThat(copying.engine().copies().bytes()).isZero();
        compare();
        awaitCopies();
        compare();
    }

    @Test
    void outliveTheViewsOfTheirSegment() {
        create("FLAT-L2");
        add(0, ROWS);
        awaitCopies();
        long bytes = copying.engine().copies().bytes();
        both(engine -> engine.mark(id, ids(0, 10), true));
        compare();
        assertThat(copying.engine().copies().pending()).isZero();
        assertThat(copying.engine().copies().bytes()).isEqualTo(bytes);
    }

    @Test
    void areFreedWithTheirCollection() {
        create("FLAT-IP");
        add(0, ROWS);
        awaitCopies();
        copying.drop(id);
        await().until(() -> copying.engine().copies().bytes() == 0);
    }

    @Test
    void areFreedWhenTheirSegmentsMergeAway() {
        create("FLAT-L2");
        // Every batch becomes a segment with a copy; the merges keep the segments few.
        for (int batch = 0; batch < 40; batch++) {
            add(batch * 60, batch * 60 + 60);
            awaitCopies();
        }
        compare();
        // Rows that a merge has copied are there once: a leak would hold those of its sources, too.
        await().untilAsserted(() -> {
            search(copying, List.of(vector()), new Query.Options(1, false, 0));
            assertThat(copying.engine().copies().pending()).isZero();
            assertThat(copying.engine().copies().bytes()).isBetween((long) 2_400 * DIMENSION, (long) 2_400 * (DIMENSION + 24) * 3 / 2);
        });
    }

    @Test
    void stayWithinTheirBytes() {
        copying.close();
        long twoThirds = ROWS * 2L / 3 * (DIMENSION + 24);
        copying = new TestEngine(EngineSettings.of(directory.resolve("small")).withFoldRows(700)
                .withCopies(new CopySettings(1, twoThirds, Duration.ZERO)));
        create("FLAT-L2");
        add(0, ROWS / 2);
        compare();
        add(ROWS / 2, ROWS);
        compare();
        await().until(() -> copying.engine().copies().pending() == 0);
        assertThat(copying.engine().copies().bytes()).isBetween(1L, twoThirds);
        compare();
    }

    @Test
    void closingGivesUpTheCopyThatIsBeingMade() {
        copying.close();
        plain.close();
        assertThat(makers()).isEmpty();
        // Far more than the kernels need, which takes seconds all the same.
        copying = new TestEngine(EngineSettings.of(directory.resolve("warm")).withCopies(new CopySettings(1, 64 * MIB, Duration.ofHours(1))));
        id = copying.create("c", DIMENSION, ElementType.FLOAT32);
        copying.setIndex(id, "FLAT-IP", true);
        copying.add(id, ids(0, ROWS), vectors(ROWS));
        copying.engine().fold();
        search(copying, List.of(vector()), new Query.Options(1, false, 0));
        await().until(() -> makers().size() == 1);
        copying.close();
        assertThat(makers()).isEmpty();
    }

    private static List<String> makers() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter("lynse-copies"::equals).toList();
    }

    private interface Step {
        void on(TestEngine engine);
    }

    private void both(Step step) {
        step.on(copying);
        step.on(plain);
    }

    private void create(String mode) {
        create(mode, ElementType.FLOAT32);
    }

    private void create(String mode, ElementType elements) {
        id = copying.create("c", DIMENSION, elements);
        assertThat(plain.create("c", DIMENSION, elements)).isEqualTo(id);
        both(engine -> engine.setIndex(id, mode, true));
    }

    private void add(int from, int to) {
        float[][] vectors = vectors(to - from);
        both(engine -> engine.add(id, ids(from, to), vectors));
    }

    /** Every row is in a segment, and in its copy. */
    private void awaitCopies() {
        copying.engine().fold();
        await().until(() -> {
            search(copying, List.of(vector()), new Query.Options(1, false, 0));
            long rows = copying.engine().stats(id, false).rows();
            return copying.engine().copies().pending() == 0 && copying.engine().copies().bytes() >= rows * DIMENSION;
        });
    }

    private void compare() {
        List<float[]> queries = Stream.generate(this::vector).limit(9).toList();
        for (int k : new int[] {1, 10, 100, 5_000}) {
            var options = new Query.Options(k, true, 0);
            same(search(copying, queries, options), search(plain, queries, options));
        }
        Hits ranked = search(plain, queries.subList(0, 1), new Query.Options(40, false, 0)).getFirst();
        var range = new Query.Options(1_000, true, 0, OptionalDouble.of(ranked.scores()[30]));
        same(search(copying, queries, range), search(plain, queries, range));
    }

    private static void same(List<Hits> found, List<Hits> expected) {
        for (int q = 0; q < expected.size(); q++) {
            assertThat(found.get(q).ids().toList()).isEqualTo(expected.get(q).ids().toList());
            assertThat(found.get(q).scores()).isEqualTo(expected.get(q).scores());
        }
    }

    private List<Hits> search(TestEngine engine, List<float[]> queries, Query.Options options) {
        return engine.engine().batchSearch(id, Vectors.of(queries.toArray(float[][]::new)), options);
    }

    /** Integers and texts by turns, not in the order in which they are inserted. */
    private static Ids ids(int from, int to) {
        var ids = new ArrayList<RowId>();
        IntStream.range(from, to).forEach(i -> ids.add(i % 3 == 0 ? RowId.of("row-" + (9_999 - i)) : RowId.of(99_999L - i)));
        return Ids.of(ids);
    }

    private float[][] vectors(int count) {
        return Stream.generate(this::vector).limit(count).toArray(float[][]::new);
    }

    /** Few different components, and every fourth vector one of very few: ties are frequent, at the k-th place too. */
    private float[] vector() {
        var vector = new float[DIMENSION];
        boolean common = random.nextInt(4) == 0;
        for (int i = 0; i < DIMENSION; i++) vector[i] = common ? (i == 0 ? random.nextInt(3) : 1) : (random.nextInt(17) - 8) / 8f;
        return vector;
    }
}
