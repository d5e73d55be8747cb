package io.lynse.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.model.Metric;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Section 7.4 of the wire contract, by hand, and what the original answered where it was asked. */
class DistancesTest {

    private static final float[] ZERO = {0, 0, 0, 0};
    private static final float[] RAMP = {1, 2, 3, 5};
    private static final float[] MIRROR = {-1, -2, -3, -4.5f};
    private static final float[] MIX = {0.2f, 0.35f, 0.15f, 0.3f};
    private static final float[] STEPS = {0.1f, 0.2f, 0.3f, 0.4f};
    private static final float[] FRANKFURT = {8.68f, 50.11f};

    static final List<Arguments> TABLE = List.of(
            arguments(Metric.IP, RAMP, STEPS, 3.4),
            arguments(Metric.IP, ZERO, RAMP, 0.0),
            arguments(Metric.L2, RAMP, STEPS, 0.81 + 3.24 + 7.29 + 21.16),
            arguments(Metric.L2, RAMP, RAMP, 0.0),
            arguments(Metric.COSINE, RAMP, new float[] {2, 4, 6, 10}, 0.0),
            arguments(Metric.COSINE, new float[] {1, 2, 3, 4}, RAMP, 0.006000876),
            arguments(Metric.COSINE, MIRROR, RAMP, 1.998689055),
            arguments(Metric.COSINE, ZERO, RAMP, 1.0),
            arguments(Metric.COSINE, ZERO, ZERO, 1.0),
            arguments(Metric.HAMMING, new float[] {1, 0, 0.6f, 0.5f}, new float[] {0, 0, 1, 1}, 2.0),
            arguments(Metric.JACCARD, new float[] {1, 0, 1, 0}, new float[] {0, 0, 1, 1}, 2.0 / 3),
            arguments(Metric.TANIMOTO, new float[] {1, 0, 1, 0}, new float[] {0, 0, 1, 1}, 2.0 / 3),
            arguments(Metric.DICE, new float[] {1, 0, 1, 0}, new float[] {0, 0, 1, 1}, 0.5),
            arguments(Metric.JACCARD, ZERO, ZERO, 0.0),
            arguments(Metric.DICE, ZERO, ZERO, 0.0),
            arguments(Metric.JACCARD, ZERO, RAMP, 1.0),
            arguments(Metric.L1, RAMP, STEPS, 10.0),
            arguments(Metric.CHEBYSHEV, MIX, STEPS, 0.15),
            arguments(Metric.CANBERRA, MIX, STEPS, 1.082250953),
            arguments(Metric.CANBERRA, ZERO, RAMP, 4.0),
            arguments(Metric.CANBERRA, ZERO, ZERO, 0.0),
            arguments(Metric.CANBERRA, MIRROR, RAMP, 4.0),
            arguments(Metric.BRAY_CURTIS, MIX, STEPS, 0.25),
            arguments(Metric.BRAY_CURTIS, MIRROR, RAMP, 43.0),
            arguments(Metric.BRAY_CURTIS, ZERO, ZERO, 0.0),
            arguments(Metric.CORRELATION, MIX, STEPS, 0.858578622),
            arguments(Metric.CORRELATION, new float[] {1, 1, 1, 1}, RAMP, 1.0),
            arguments(Metric.HELLINGER, MIX, STEPS, 0.188311756),
            arguments(Metric.HELLINGER, new float[] {1, 2, 3, 4}, RAMP, 0.039000176),
            arguments(Metric.HELLINGER, ZERO, RAMP, 1.0),
            arguments(Metric.HELLINGER, MIRROR, RAMP, Double.NaN),
            arguments(Metric.WASSERSTEIN, MIX, STEPS, 0.45),
            arguments(Metric.WASSERSTEIN, new float[] {1, 0, 0, 0}, new float[] {0, 0, 0, 1}, 3.0),
            arguments(Metric.JENSEN_SHANNON, MIX, STEPS, 0.187560707),
            arguments(Metric.JENSEN_SHANNON, ZERO, RAMP, 0.832554639),
            arguments(Metric.JENSEN_SHANNON, MIRROR, RAMP, Double.NaN),
            arguments(Metric.HAVERSINE, FRANKFURT, new float[] {13.4f, 52.5f}, 422_091.75),
            arguments(Metric.HAVERSINE, new float[] {180, 0}, new float[] {-179.9f, 0.5f}, 56_698.6953),
            arguments(Metric.HAVERSINE, new float[] {500, 95}, FRANKFURT, Double.NaN),
            arguments(Metric.HAVERSINE, RAMP, STEPS, Double.NaN));

    @ParameterizedTest(name = "{0}({1}, {2}) = {3}")
    @FieldSource("TABLE")
    void isAsTheContractSays(Metric metric, float[] a, float[] b, double expected) {
        for (double score : new double[] {Distances.of(metric).between(a, b), Distances.of(metric).between(b, a)}) {
            if (Double.isNaN(expected)) assertThat(score).isNaN();
            else assertThat(score).isCloseTo(expected, within(Math.abs(expected) * 1e-6 + 1e-7));
        }
    }

    /** The recorded answers list rows that tie by ascending id: they must tie after rounding, although their sums differ. */
    @ParameterizedTest
    @FieldSource("TIES")
    void tiesOfTheRecordedExchangesStayTies(Metric metric, float[] query, List<float[]> rows) {
        float first = (float) Distances.of(metric).between(query, rows.getFirst());
        for (float[] row : rows) assertThat((float) Distances.of(metric).between(query, row)).isEqualTo(first);
    }

    static final List<Arguments> TIES = List.of(
            arguments(Metric.L1, new float[] {0.8f, 0.3f, 0.25f, 0.15f}, List.of(
                    new float[] {0.1f, 1, 0.3f, 0}, new float[] {0.2f, 0.8f, 0.5f, 0.4f}, new float[] {0.05f, 0.45f, 0.15f, 0.75f})),
            arguments(Metric.BRAY_CURTIS, MIX, List.of(STEPS, new float[] {0.4f, 0.3f, 0.2f, 0.1f})));

    @ParameterizedTest
    @EnumSource(value = Metric.class, mode = EnumSource.Mode.EXCLUDE, names = {"IP", "HAVERSINE"})
    void ofEqualVectorsIsZero(Metric metric) {
        assertThat(Distances.of(metric).between(MIX, MIX.clone())).isCloseTo(0, within(1e-7));
    }
}
