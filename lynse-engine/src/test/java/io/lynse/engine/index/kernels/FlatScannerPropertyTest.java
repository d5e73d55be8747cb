package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The scanner against {@link BruteForce}: rows and the bits of scores, for every shape of data, in float32 and in float16. Give a seed by {@code -Dkernels.seed=N}. */
class FlatScannerPropertyTest {

    private static final int[] DIMENSIONS = {1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 33, 64, 100, 127, 129, 255, 384, 513, 1030};
    private static final long SEED = Long.getLong("kernels.seed", 20251125L);
    private static final List<Metric> METRICS = List.of(Metric.IP, Metric.L2, Metric.COSINE);

    private static ExecutorService executor;

    @BeforeAll
    static void startThreads() {
        executor = Executors.newFixedThreadPool(2);
    }

    @AfterAll
    static void stopThreads() {
        executor.shutdownNow();
    }

    static Stream<Arguments> cases() {
        return Stream.of(Shape.values()).flatMap(shape -> IntStream.range(0, 6)
                .mapToObj(i -> Arguments.of(shape, i < 4 ? ElementType.FLOAT32 : ElementType.FLOAT16, SEED + i)));
    }

    @ParameterizedTest(name = "{0} in {1}, seed {2}")
    @MethodSource("cases")
    void findsWhatBruteForceFinds(Shape shape, ElementType elements, long seed) {
        var random = new Random(seed * 31 + shape.ordinal());
        int dimension = DIMENSIONS[random.nextInt(DIMENSIONS.length)];
        // Enough for two passes, and a last group that is full, nearly full or nearly empty.
        int count = 513 + random.nextInt(700);
        float[][] rows = shape.rows(random, count, dimension);
        if (elements == ElementType.FLOAT16) roundToHalves(rows);
        int[] shuffled = permutation(random, count);
        try (var segment = Segments.of(elements, rows, dimension, elements.bytes() * random.nextInt(32))) {
            for (Metric metric : METRICS) {
                for (int round = 0; round < 3; round++) {
                    List<float[]> queries = queries(shape, random, rows, dimension);
                    ScanOptions options = options(random, metric, count, shuffled, rows, queries);
                    List<TopRows> found = new FlatScanner(executor, 1 + random.nextInt(2)).searchAll(segment, queries, options);
                    assertThat(found).hasSize(queries.size());
                    for (int i = 0; i < queries.size(); i++) {
                        assertSame(found.get(i), BruteForce.search(rows, queries.get(i), options), dimension + "-d " + options);
                    }
                }
            }
        }
    }

    /** The scan must also be right where it runs on several threads in pieces, which small segments do not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("metrics")
    void findsWhatBruteForceFindsOnSeveralThreads(Metric metric) {
        var random = new Random(SEED);
        int dimension = 48;
        float[][] rows = Shape.UNIT.rows(random, 40_000, dimension);
        List<float[]> queries = new ArrayList<>();
        for (int i = 0; i < 19; i++) queries.add(Shape.UNIT.row(random, dimension, i));
        try (var segment = Segments.of(ElementType.FLOAT32, rows, dimension, 4)) {
            var options = new ScanOptions(metric, 25).accept(row -> row % 3 != 0);
            List<TopRows> found = new FlatScanner(executor, 3).searchAll(segment, queries, options);
            for (int i = 0; i < queries.size(); i++) {
                assertSame(found.get(i), BruteForce.search(rows, queries.get(i), options), options.toString());
            }
        }
    }

    static List<Metric> metrics() {
        return METRICS;
    }

    /** What is too large for float16 becomes the largest there is. */
    private static void roundToHalves(float[][] rows) {
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) row[i] = Float.float16ToFloat(Float.floatToFloat16(Math.clamp(row[i], -65_504, 65_504)));
        }
    }

    private static List<float[]> queries(Shape shape, Random random, float[][] rows, int dimension) {
        List<float[]> queries = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            queries.add(switch (random.nextInt(5)) {
                case 0 -> rows[random.nextInt(rows.length)].clone();
                case 1 -> Shape.gaussian(random, dimension, 1);
                case 2 -> i == 0 ? new float[dimension] : Shape.MIXED_SCALES.row(random, dimension, i);
                default -> shape.row(random, dimension, i);
            });
        }
        return queries;
    }

    private static ScanOptions options(Random random, Metric metric, int count, int[] shuffled, float[][] rows, List<float[]> queries) {
        int[] ks = {1, 2, 10, 10, 100, count / 4, count, Integer.MAX_VALUE};
        var options = new ScanOptions(metric, ks[random.nextInt(ks.length)]);
        if (random.nextBoolean()) options = options.ties((a, b) -> Integer.compare(shuffled[a], shuffled[b]));
        switch (random.nextInt(4)) {
            case 0 -> options = options.accept(AcceptRows.of(live(random, count, 0.5)));
            case 1 -> options = options.accept(AcceptRows.of(live(random, count, 0.01)));
            case 2 -> {
                // A block of deleted rows, whole groups among them.
                var live = new BitSet(count);
                live.set(0, count);
                live.clear(count / 5, count / 2);
                options = options.accept(AcceptRows.of(live));
            }
            default -> {}
        }
        if (random.nextInt(3) == 0) {
            double exact = BruteForce.score(metric, queries.getFirst(), rows[random.nextInt(count)]);
            options = options.floor(new ScoreFloor(random.nextBoolean() ? (float) exact : exact));
        }
        return options;
    }

    private static BitSet live(Random random, int count, double share) {
        var live = new BitSet(count);
        for (int i = 0; i < count; i++) live.set(i, random.nextDouble() < share);
        return live;
    }

    private static int[] permutation(Random random, int count) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private static void assertSame(TopRows found, TopRows expected, String what) {
        assertThat(found.rows()).as(what).isEqualTo(expected.rows());
        // By bits, but for the two zeros, which are one score.
        assertThat(found.scores()).as(what).usingComparatorWithPrecision(0f).containsExactly(expected.scores());
    }
}
