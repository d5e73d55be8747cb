package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A graph most of whose rows are deleted. The walk passes over rows that are gone, so it could end before it has found k of those that
 * are left, or find only those that it comes upon. Either way k hits come while there are k rows, and nearly all are the nearest.
 */
class HnswDeletionsIT {

    /** Enough that a seventieth of it is more than a walk would be spared for. */
    private static final int ROWS = 24_000;

    private static final int DIMENSION = 16;
    private static final int CENTRES = 40;
    private static final int QUERIES = 100;
    private static final int K = 10;
    private static final double RECALL_MIN = 0.95;

    private static final Random RANDOM = new Random(4);
    private static final float[][] VECTORS = clustered();

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static TestEngine engine;

    @SuppressWarnings("NullAway.Init")
    private static CollectionId id;

    @BeforeAll
    static void build() {
        engine = new TestEngine(directory);
        id = engine.create("c", DIMENSION, ElementType.FLOAT32);
        engine.bulkAdd(id, VECTORS);
        engine.setIndex(id, "HNSW-L2", false);
        assertThat(engine.engine().indexBuilt(id).join().linked()).isEqualTo(ROWS);
    }

    @AfterEach
    void restore() {
        engine.mark(id, Ids.range(0, ROWS), false);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /** @param share of the rows that go; @param folded whether Lucene knows of it, or only the recent rows do */
    @ParameterizedTest(name = "{0} of 100 deleted, folded: {1}")
    @CsvSource({"50, true", "80, true", "90, true", "93, true", "99, true", "90, false", "99, false"})
    void holdsWhenRowsGoAtRandom(int share, boolean folded) {
        var random = new Random(share);
        holds(LongStream.range(0, ROWS).filter(row -> random.nextInt(100) < share).toArray(), folded);
    }

    /** All rows that are near to one point, the entry to the rest of the graph perhaps among them. */
    @ParameterizedTest(name = "{0} of 100 deleted")
    @ValueSource(ints = {30, 60, 80, 90, 93, 99})
    void holdsWhenAWholeRegionGoes(int share) {
        holds(IntStream.range(0, ROWS).boxed().sorted(Comparator.comparingDouble(row -> distance(VECTORS[0], VECTORS[row]))).limit((long) ROWS * share / 100)
                .mapToLong(row -> row).sorted().toArray(), true);
    }

    private static void holds(long[] gone, boolean folded) {
        engine.mark(id, Ids.of(gone), true);
        if (folded) engine.engine().checkpoint();
        assertThat(engine.engine().indexState(id).linked()).as("the graph is kept").isEqualTo(ROWS);
        int live = ROWS - gone.length;
        for (int k : new int[] {K, live / 20, live / 2, live, live + 1}) {
            assertThat(engine.engine().search(id, new Query(VECTORS[1], new Query.Options(k, false, 0))).size()).as("hits of %d", k).isEqualTo(Math.min(k, live));
        }
        assertThat(recall(gone)).isGreaterThanOrEqualTo(RECALL_MIN);
    }

    /** A search within a threshold is always exact. */
    private static double recall(long[] gone) {
        var exact = new Query.Options(K, false, 0, OptionalDouble.of(1e30));
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
            float[] query = near(VECTORS[q * (ROWS / QUERIES)]);
            Ids near = engine.engine().search(id, new Query(query, new Query.Options(K, false, 0))).ids();
            assertThat(IntStream.range(0, K).mapToLong(near::intAt)).noneMatch(row -> Arrays.binarySearch(gone, row) >= 0);
            found += (int) EmbeddingSet.overlap(near, engine.engine().search(id, new Query(query, exact)).ids(), K);
        }
        return (double) found / QUERIES / K;
    }

    private static float[][] clustered() {
        var centres = IntStream.range(0, CENTRES).mapToObj(i -> near(new float[DIMENSION])).toArray(float[][]::new);
        for (float[] centre : centres) {
            for (int i = 0; i < DIMENSION; i++) centre[i] *= 8;
        }
        return IntStream.range(0, ROWS).mapToObj(row -> near(centres[RANDOM.nextInt(CENTRES)])).toArray(float[][]::new);
    }

    private static float[] near(float[] point) {
        var vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = point[i] + 0.3f * (float) RANDOM.nextGaussian();
        return vector;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < DIMENSION; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
