package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof in {@link ScoreBound}, row by row: no exact score lies outside its bounds, and the vector test keeps what the bounds allow. */
class ScoreBoundPropertyTest {

    private static final long SEED = Long.getLong("kernels.seed", 20251125L);
    private static final Metric[] METRICS = {Metric.IP, Metric.L2, Metric.COSINE};

    @ParameterizedTest(name = "{0}")
    @EnumSource(Shape.class)
    void everyExactScoreLiesWithinItsBounds(Shape shape) {
        for (int dimension : new int[] {1, 2, 3, 6, 17, 64, 384, 1030}) {
            var random = new Random(SEED + dimension);
            float[][] rows = shape.rows(random, 70, dimension);
            try (var segment = Segments.of(ElementType.FLOAT32, rows, dimension, 0)) {
                for (int i = 0; i < 12; i++) {
                    int target = random.nextInt(rows.length);
                    float[] query = switch (i % 4) {
                        // What the codes of a row lose, as a query: here Cauchy-Schwarz is an equality.
                        case 0 -> loss(segment.copy(), rows[target], target);
                        case 1 -> plus(rows[target], loss(segment.copy(), rows[target], target));
                        case 2 -> rows[target].clone();
                        default -> shape.row(random, dimension, i);
                    };
                    for (Metric metric : METRICS) check(shape, metric, segment.copy(), rows, query);
                }
            }
        }
    }

    private static void check(Shape shape, Metric metric, Int8Copy copy, float[][] rows, float[] query) {
        QueryCodes codes = QueryCodes.of(query, copy, metric);
        ScoreBound bound = ScoreBound.of(metric, copy, codes, query);
        var dots = new int[Lanes.GROUP_ROWS];
        for (int row = 0; row < rows.length; row++) {
            int group = row / Lanes.GROUP_ROWS;
            int lane = row % Lanes.GROUP_ROWS;
            DotKernels.one(copy.memory(), copy.group(group), codes.codes(), dots, 0);
            bound.bound(dots[lane], copy.statistics(group), lane);
            double exact = BruteForce.score(metric, query, rows[row]);
            double badness = metric.higherIsBetter() ? -exact : exact;
            String what = "%s %s %d-d row %d: %s in [%s, %s]".formatted(shape, metric, query.length, row, badness, bound.low, bound.high);
            assertThat(bound.low <= badness && badness <= bound.high).as(what).isTrue();
            bound.limit(badness);
            assertThat(bound.reachable(dots, 0, copy.statistics(group)) >>> lane & 1).as("reachable at its own score: " + what).isEqualTo(1);
        }
    }

    private static float[] loss(Int8Copy copy, float[] row, int at) {
        int group = at / Lanes.GROUP_ROWS;
        int i = at % Lanes.GROUP_ROWS;
        int half = Lanes.GROUP_ROWS / 2;
        int lane = i < half ? 2 * i : 2 * (i - half) + 1;
        float scale = copy.memory().get(Int8Copy.FLOAT, copy.statistics(group) + Int8Copy.SCALE + 4L * i);
        var loss = new float[row.length];
        for (int j = 0; j < row.length; j++) {
            byte code = copy.memory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, copy.group(group) + (long) j * Lanes.GROUP_ROWS + lane);
            double value = (double) row[j] - copy.mean()[j] - (double) scale * code;
            loss[j] = (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
        }
        return loss;
    }

    private static float[] plus(float[] a, float[] b) {
        var sum = new float[a.length];
        for (int i = 0; i < a.length; i++) sum[i] = (float) Math.clamp((double) a[i] + b[i], -Float.MAX_VALUE, Float.MAX_VALUE);
        return sum;
    }
}
