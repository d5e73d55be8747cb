package io.lynse.engine.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Metric;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HnswIndexTest {

    @ParameterizedTest
    @CsvSource({"HNSW-IP, IP", "hnsw-l2, L2", "HNSW-COS, COSINE", "HNSW-COSINE, COSINE", "HNSW, IP"})
    void hasDefaults(String mode, Metric metric) {
        assertThat(of(mode, Map.of())).isEqualTo(new HnswIndex(new GraphSpec(metric, HnswIndex.M, HnswIndex.EF_CONSTRUCTION), HnswIndex.BEAM));
    }

    @Test
    void takesItsParameters() {
        assertThat(of("HNSW-L2", Map.of("m", 8, "ef_construction", 64, "ef_search", 40, "max_level", 3)))
                .isEqualTo(new HnswIndex(new GraphSpec(Metric.L2, 8, 64), 40));
    }

    @Test
    void whateverIsAcceptedCanBeBuilt() {
        assertThat(of("HNSW-L2", Map.of("m", GraphSpec.M_MAX, "ef_construction", GraphSpec.EF_CONSTRUCTION_MAX))).isNotNull();
        assertThatThrownBy(() -> of("HNSW-L2", Map.of("m", GraphSpec.M_MAX + 1))).hasMessageContaining("m must be");
        assertThatThrownBy(() -> of("HNSW-L2", Map.of("ef_construction", GraphSpec.EF_CONSTRUCTION_MAX + 1))).hasMessageContaining("ef_construction must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLAT-L2", "HNSW-L2-SQ8", "hnsw-ip-sq8", "HNSW-L1", "IVF-IP", "DISKANN-L2"})
    void othersHaveNoGraph(String mode) {
        assertThat(of(mode, Map.of())).isNull();
    }

    private static @Nullable HnswIndex of(String mode, Map<String, Object> given) {
        IndexMode parsed = IndexMode.parse(mode).orElseThrow();
        return HnswIndex.of(parsed, IndexParameters.of(parsed, given));
    }
}
