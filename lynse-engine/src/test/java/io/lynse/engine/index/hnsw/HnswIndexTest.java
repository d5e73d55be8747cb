package io.lynse.engine.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.IndexMode;
import io.lynse.model.Metric;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HnswIndexTest {

    @ParameterizedTest
    @CsvSource({"HNSW-IP, IP", "hnsw-l2, L2", "HNSW-COS, COSINE", "HNSW-COSINE, COSINE", "HNSW, IP"})
    void hasDefaults(String mode, Metric metric) {
        assertThat(of(mode, "")).isEqualTo(new HnswIndex(new GraphSpec(metric, HnswIndex.M, HnswIndex.EF_CONSTRUCTION), HnswIndex.BEAM));
        assertThat(of(mode, "{}")).isEqualTo(of(mode, ""));
    }

    @Test
    void takesItsParameters() {
        assertThat(of("HNSW-L2", "{\"m\":8,\"ef_construction\" : 64, \"ef_search\":40,\"max_level\":3}"))
                .isEqualTo(new HnswIndex(new GraphSpec(Metric.L2, 8, 64), 40));
    }

    @Test
    void bringsWhatIsOutOfBoundsIntoThem() {
        assertThat(of("HNSW-L2", "{\"m\":100000,\"ef_construction\":0,\"ef_search\":0}"))
                .isEqualTo(new HnswIndex(new GraphSpec(Metric.L2, GraphSpec.M_MAX, 1), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLAT-L2", "HNSW-L2-SQ8", "hnsw-ip-sq8", "HNSW-L1", "IVF-IP", "DISKANN-L2"})
    void othersHaveNoGraph(String mode) {
        assertThat(of(mode, "")).isNull();
    }

    private static @Nullable HnswIndex of(String mode, String parameters) {
        return HnswIndex.of(IndexMode.parse(mode).orElseThrow(), parameters);
    }
}
