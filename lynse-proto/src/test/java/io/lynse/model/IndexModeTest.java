package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.IndexMode.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of wire contract 7.5, written out. */
class IndexModeTest {

    private static final Map<String, Metric> DENSE = Map.of("IP", Metric.IP, "L2", Metric.L2, "COS", Metric.COSINE, "COSINE", Metric.COSINE);
    private static final Map<String, Metric> BITS = Map.of(
            "HAMMING", Metric.HAMMING, "JACCARD", Metric.JACCARD, "TANIMOTO", Metric.TANIMOTO, "DICE", Metric.DICE, "SORENSEN", Metric.DICE);
    private static final Map<String, Metric> FURTHER = Map.of(
            "L1", Metric.L1, "HAVERSINE", Metric.HAVERSINE, "CORRELATION", Metric.CORRELATION, "HELLINGER", Metric.HELLINGER,
            "WASSERSTEIN", Metric.WASSERSTEIN, "JENSEN-SHANNON", Metric.JENSEN_SHANNON, "CHEBYSHEV", Metric.CHEBYSHEV);

    record Mode(String text, Family family, Metric metric) {}

    static Stream<Mode> documented() {
        var modes = new ArrayList<Mode>();
        add(modes, Family.FLAT, DENSE, "", "-SQ8", "-PQ", "-PQ8", "-PQ16", "-PQ128", "-RABITQ", "-POLARVEC", "-POLARVEC4", "-POLARVEC12");
        add(modes, Family.FLAT, BITS, "", "-BINARY");
        add(modes, Family.FLAT, FURTHER, "");
        add(modes, Family.FLAT, Map.of("CANBERRA", Metric.CANBERRA, "BRAY-CURTIS", Metric.BRAY_CURTIS), "");
        add(modes, Family.HNSW, DENSE, "", "-SQ8");
        add(modes, Family.HNSW, FURTHER, "");
        add(modes, Family.DISKANN, DENSE, "", "-SQ8", "-PQ", "-PQ32");
        add(modes, Family.IVF, DENSE, "", "-SQ8");
        add(modes, Family.IVF, Map.of("JACCARD", Metric.JACCARD, "HAMMING", Metric.HAMMING), "", "-BINARY");
        add(modes, Family.SPANN, DENSE, "", "-SQ8");
        return modes.stream();
    }

    private static void add(List<Mode> modes, Family family, Map<String, Metric> metrics, String... suffixes) {
        for (var metric : new LinkedHashMap<>(metrics).entrySet()) {
            for (String suffix : suffixes) modes.add(new Mode(family + "-" + metric.getKey() + suffix, family, metric.getValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("documented")
    void everyDocumentedModeIsKnown(Mode mode) {
        assertThat(IndexMode.parse(mode.text())).contains(new IndexMode(mode.text(), mode.family(), mode.metric()));
        String written = mode.text().toLowerCase(Locale.ROOT);
        assertThat(IndexMode.parse(" " + written + " ")).contains(new IndexMode(written, mode.family(), mode.metric()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLAT", "HNSW", "IVF", "DISKANN", "SPANN"})
    void aBareFamilyMeansItsInnerProduct(String family) {
        assertThat(IndexMode.parse(family)).contains(new IndexMode(family + "-IP", Family.valueOf(family), Metric.IP));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "-", "FLAT-", "-IP", "FLAT-FOO", "FLAT-IP-", "FLAT-IP-SQ4", "FLAT-IP-SQ8-SQ8", "FLAT-L1-SQ8", "FLAT-HAMMING-SQ8", "FLAT-IP-BINARY",
        "HNSW-HAMMING", "HNSW-CANBERRA", "HNSW-BRAY-CURTIS", "HNSW-IP-PQ", "HNSW-IP-RABITQ", "IVF-L1", "IVF-IP-PQ", "IVF-TANIMOTO", "SPANN-IP-PQ",
        "SPANN-HAMMING", "DISKANN-L1", "DISKANN-IP-RABITQ", "LSH-IP", "FLAT IP", "FLAT_IP", "FLAT-IP-PQX", "FLAT-IP\nX", "FLAT-İP"
    })
    void nothingElseIs(String text) {
        assertThat(IndexMode.parse(text)).isEmpty();
    }

    @Test
    void onlyFlatIsExact() {
        assertThat(IndexMode.DEFAULT.approximate()).isFalse();
        assertThat(IndexMode.parse("HNSW-L2").orElseThrow().approximate()).isTrue();
    }
}
