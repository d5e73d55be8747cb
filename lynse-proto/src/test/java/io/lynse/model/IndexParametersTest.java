package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError.InvalidArgument;
import io.lynse.error.LynseException;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexParametersTest {

    @Test
    void keepsTheParametersOfTheModesOwnFamily() {
        assertThat(of("HNSW-L2", Map.of("m", 8L, "ef_search", 40, "nprobe", 3L))).isEqualTo(Map.of("m", 8, "ef_search", 40));
        assertThat(of("DISKANN-L2", Map.of("alpha", 1.5, "r", 8L))).isEqualTo(Map.of("alpha", 1.5, "r", 8));
        assertThat(of("IVF-IP", Map.of("n_clusters", 7L))).isEqualTo(Map.of("n_clusters", 7));
        assertThat(of("FLAT-IP", Map.of("n_clusters", 7L))).isEmpty();
        assertThat(of("HNSW-L2", Collections.singletonMap("m", null))).isEmpty();
    }

    @Test
    void aWholeAlphaIsARealOneAllTheSame() {
        assertThat(of("DISKANN-L2", Map.of("alpha", 2L))).isEqualTo(Map.of("alpha", 2.0));
    }

    @Test
    void whatWasNotGivenHasTheDefault() {
        var parameters = new IndexParameters(Map.of(IndexParameter.M, 8L));
        assertThat(parameters.whole(IndexParameter.M, 16)).isEqualTo(8);
        assertThat(parameters.whole(IndexParameter.EF_SEARCH, 64)).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({
        "HNSW-L2, m, 0", "HNSW-L2, m, -1", "HNSW-L2, m, 513", "HNSW-L2, ef_construction, 3201", "HNSW-L2, ef_search, 2147483648",
        "SPANN-IP, replica_count, 0", "DISKANN-L2, l, 4294967296", "DISKANN-L2, alpha, 0", "FLAT-IP, colour, 1"})
    void refusesByName(String mode, String name, long value) {
        assertRefused(mode, name, value);
    }

    @Test
    void refusesWhatIsNoNumberOrNoWholeOne() {
        assertRefused("HNSW-L2", "m", "16");
        assertRefused("HNSW-L2", "m", 16.0);
        assertRefused("HNSW-L2", "m", true);
        assertRefused("DISKANN-L2", "alpha", 0.5);
        assertRefused("DISKANN-L2", "alpha", Double.NaN);
        assertRefused("DISKANN-L2", "alpha", Double.POSITIVE_INFINITY);
    }

    private static void assertRefused(String mode, String name, Object value) {
        assertThatThrownBy(() -> of(mode, Map.of(name, value))).isInstanceOfSatisfying(LynseException.class, refused ->
                assertThat(refused.error()).isInstanceOfSatisfying(InvalidArgument.class, error -> {
                    assertThat(error.field()).isEqualTo("params." + name);
                    assertThat(error.reason()).contains(name);
                }));
    }

    private static Map<String, Number> of(String mode, Map<String, Object> given) {
        return IndexParameters.of(IndexMode.parse(mode).orElseThrow(), given).byName();
    }
}
