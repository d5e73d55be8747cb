package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.engine.search.CopySettings;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection of float16 keeps two bytes per component, and is else like one of float32 that was given the rounded numbers. */
class HalfCollectionIT {

    private static final int DIMENSION = 64;

    /** Positive and negative, zeros and subnormal ones included. */
    private static final int FINITE_HALVES = 2 * 0x7C00;

    private static final int ROWS = FINITE_HALVES / DIMENSION;

    /** So many times that a graph is worth it. */
    private static final int REPEATED = 3;

    @TempDir
    Path temporary;

    private final Random random = new Random(16);
    private TestEngine engine;

    @BeforeEach
    void open() {
        engine = new TestEngine(EngineSettings.of(temporary.resolve("node")).withFoldRows(700).withCheckpointInterval(Duration.ofHours(1))
                .withCopies(new CopySettings(1, 0, Duration.ZERO)));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void everyHalfComesBackToTheBitFromMemoryFileMergeAndGraph() throws IOException {
        CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT16);
        for (int time = 0; time < REPEATED; time++) engine.add(id, Ids.range((long) time * ROWS, ROWS), everyHalf());
        assertStored(id, LongStream.range(0, (long) REPEATED * ROWS));
        engine.engine().fold();
        assertStored(id, LongStream.range(0, (long) REPEATED * ROWS));
        engine.reopen();
        assertStored(id, LongStream.range(0, (long) REPEATED * ROWS));

        long[] gone = LongStream.range(0, (long) REPEATED * ROWS).filter(row -> row % 7 == 3).toArray();
        engine.mark(id, Ids.of(gone), true);
        engine.compact(id);
        engine.setIndex(id, "HNSW-L2", false);
        assertThat(engine.engine().indexBuilt(id).join().linked()).isEqualTo((long) REPEATED * ROWS - gone.length);
        assertStored(id, LongStream.range(0, (long) REPEATED * ROWS).filter(row -> row % 7 != 3));
        engine.reopen();
        assertStored(id, LongStream.range(0, (long) REPEATED * ROWS).filter(row -> row % 7 != 3));
    }

    @Test
    void aComponentTakesTwoBytesOfTheFile() throws IOException {
        CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT16);
        engine.add(id, Ids.range(0, ROWS), everyHalf());
        engine.engine().fold();
        engine.engine().checkpoint();
        try (Stream<Path> files = Files.list(temporary.resolve("node").resolve("collections").resolve(id.toString()))) {
            List<Path> vectors = files.filter(file -> file.toString().endsWith(".vec")).toList();
            assertThat(vectors).allMatch(file -> file.toString().contains("LynseHalfVectors"));
            long bytes = 0;
            for (Path file : vectors) bytes += Files.size(file);
            assertThat(bytes).isBetween((long) ROWS * DIMENSION * Short.BYTES, (long) ROWS * DIMENSION * Short.BYTES + 200L * vectors.size());
        }
    }

    @Test
    void answersAsTheRoundedNumbersDoInFloat32() {
        for (String mode : List.of("FLAT-IP", "FLAT-L2", "FLAT-COS", "FLAT-L1")) {
            CollectionId halves = engine.create("halves-" + mode, DIMENSION, ElementType.FLOAT16);
            CollectionId floats = engine.create("floats-" + mode, DIMENSION, ElementType.FLOAT32);
            for (CollectionId id : List.of(halves, floats)) engine.setIndex(id, mode, true);
            float[][] rows = gaussian(900);
            engine.add(halves, Ids.range(0, 900), rows);
            engine.add(floats, Ids.range(0, 900), Stream.of(rows).map(row -> RandomRows.halves(row).row(0)).toArray(float[][]::new));
            assertSameAnswers(halves, floats);
            engine.engine().fold();
            assertSameAnswers(halves, floats);
            engine.reopen();
            assertSameAnswers(halves, floats);
        }
    }

    /** The tail is merged into the graph by copying. */
    @Test
    void aGraphTakesInWhatCameAfterIt() {
        CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT16);
        engine.add(id, Ids.range(0, 2_500), gaussian(2_500));
        engine.setIndex(id, "HNSW-COS", false);
        assertThat(engine.engine().indexBuilt(id).join().phase()).isEqualTo(Phase.READY);
        float[][] later = gaussian(2_500);
        engine.add(id, Ids.range(2_500, 2_500), later);
        engine.engine().fold();
        await().atMost(Duration.ofMinutes(2)).until(() -> engine.engine().indexState(id).linked() > 2_500);
        for (int row = 0; row < later.length; row += 50) {
            Hits nearest = engine.engine().search(id, new Query(later[row], new Query.Options(1, false, 0)));
            assertThat(nearest.ids().intAt(0)).isEqualTo(2_500 + row);
        }
    }

    private void assertSameAnswers(CollectionId halves, CollectionId floats) {
        for (int k : new int[] {1, 10, 1_000}) {
            Vectors queries = Vectors.of(gaussian(5));
            List<Hits> found = engine.engine().batchSearch(halves, queries, new Query.Options(k, false, 0));
            List<Hits> expected = engine.engine().batchSearch(floats, queries, new Query.Options(k, false, 0));
            for (int query = 0; query < expected.size(); query++) {
                assertThat(found.get(query).ids().toList()).isEqualTo(expected.get(query).ids().toList());
                assertThat(found.get(query).scores()).isEqualTo(expected.get(query).scores());
            }
        }
    }

    private void assertStored(CollectionId id, LongStream rows) throws IOException {
        long[] ids = rows.toArray();
        Rows read = engine.engine().read(id, new RowSelection.ById(Ids.of(ids)), true, false);
        assertThat(read.vectors().count()).isEqualTo(ids.length);
        float[][] written = everyHalf();
        for (int row = 0; row < ids.length; row++) {
            assertThat(bits(read.vectors().row(row))).as("row %d", ids[row]).isEqualTo(bits(written[(int) (ids[row] % ROWS)]));
        }
    }

    private static int[] bits(float[] vector) {
        return IntStream.range(0, vector.length).map(i -> Float.floatToRawIntBits(vector[i])).toArray();
    }

    private static float[][] everyHalf() {
        var rows = new float[ROWS][DIMENSION];
        for (int i = 0; i < FINITE_HALVES; i++) {
            int half = i / 2 | (i % 2 == 0 ? 0 : 0x8000);
            rows[i / DIMENSION][i % DIMENSION] = Float.float16ToFloat((short) half);
        }
        return rows;
    }

    /** Not what float16 holds. */
    private float[][] gaussian(int count) {
        return Stream.generate(() -> {
            var vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
            return vector;
        }).limit(count).toArray(float[][]::new);
    }
}
