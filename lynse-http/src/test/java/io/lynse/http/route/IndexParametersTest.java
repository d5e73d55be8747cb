package io.lynse.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.IndexMode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexParametersTest {

    @Test
    void keepsTheParametersOfTheModesOwnFamily() {
        assertThat(IndexParameters.checked(mode("HNSW-L2"), Map.of("m", 8L, "ef_search", 40L, "nprobe", 3L), 0)).isEqualTo(Map.of("m", 8L, "ef_search", 40L));
        assertThat(IndexParameters.checked(mode("DISKANN-L2"), Map.of("alpha", 1.2, "r", 8L), 0)).isEqualTo(Map.of("alpha", 1.2, "r", 8L));
        assertThat(IndexParameters.checked(mode("FLAT-IP"), null, 0)).isEmpty();
    }

    @Test
    void takesTheNumberOfClustersFromBesideTheParameters() {
        assertThat(IndexParameters.checked(mode("IVF-IP"), null, 7)).isEqualTo(Map.of("n_clusters", 7L));
        assertThat(IndexParameters.checked(mode("FLAT-IP"), null, 7)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"HNSW-L2, m, 0", "HNSW-L2, m, -1", "SPANN-IP, replica_count, 0", "FLAT-IP, colour, 1", "DISKANN-L2, l, 4294967296", "HNSW-L2, m, 513", "HNSW-L2, ef_construction, 3201"})
    void refusesByName(String mode, String name, long value) {
        assertThatThrownBy(() -> IndexParameters.checked(mode(mode), Map.of(name, value), 0)).hasMessageContaining(name);
    }

    @Test
    void refusesAnAlphaBelowOne() {
        assertThatThrownBy(() -> IndexParameters.checked(mode("DISKANN-L2"), Map.of("alpha", 0.5), 0)).hasMessageContaining("alpha must be a finite value >= 1.0");
    }

    private static IndexMode mode(String text) {
        return IndexMode.parse(text).orElseThrow();
    }
}
