package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

    @ParameterizedTest
    @EnumSource
    void sortsBestFirstAndNoNumberLast(Metric metric) {
        List<Float> ascending = List.of(Float.NEGATIVE_INFINITY, -1f, -0.0f, 1f, 2f, Float.POSITIVE_INFINITY);
        List<Float> expected = new ArrayList<>(metric == Metric.IP ? ascending.reversed() : ascending);
        expected.add(Float.NaN);
        var shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(5));
        shuffled.sort(metric::compareScores);
        assertThat(shuffled).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource
    void zerosAreOneScore(Metric metric) {
        assertThat(metric.compareScores(0.0f, -0.0f)).isZero();
        assertThat(metric.compareScores(Float.NaN, Float.NaN)).isZero();
        assertThat(metric.compareScores(Float.NaN, 1)).isPositive();
        assertThat(metric.compareScores(1, Float.NaN)).isNegative();
    }

    @ParameterizedTest
    @CsvSource({
        "ip, IP", "inner_product, IP", "inner, IP", "dot, IP", "l2, L2", "l2sq, L2", "l2_squared, L2", "euclidean, L2", "cosine, COSINE", "cos, COSINE",
        "cosine_distance, COSINE", "hamming, HAMMING", "jaccard, JACCARD", "tanimoto, TANIMOTO", "dice, DICE", "sorensen, DICE", "l1, L1",
        "manhattan, L1", "cityblock, L1", "chebyshev, CHEBYSHEV", "chebychev, CHEBYSHEV", "linf, CHEBYSHEV", "canberra, CANBERRA",
        "bray_curtis, BRAY_CURTIS", "haversine, HAVERSINE", "geo, HAVERSINE", "correlation, CORRELATION", "pearson, CORRELATION",
        "hellinger, HELLINGER", "wasserstein, WASSERSTEIN", "emd, WASSERSTEIN", "jensen_shannon, JENSEN_SHANNON", "js, JENSEN_SHANNON",
    })
    void knowsEveryAliasOfTheContract(String name, Metric metric) {
        assertThat(Metric.named(name)).contains(metric);
        assertThat(Metric.named(" " + name.toUpperCase(java.util.Locale.ROOT))).contains(metric);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "l3", "ip2", "innerproduct"})
    void knowsNoOther(String name) {
        assertThat(Metric.named(name)).isEmpty();
    }

    @Test
    void onlyInnerProductGrows() {
        assertThat(Metric.values()).filteredOn(Metric::higherIsBetter).containsExactly(Metric.IP);
    }
}
