package io.lynse.shard.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FigureTest {

    @Test
    void everyKeyIsDocumented() throws IOException {
        String document = Files.readString(Path.of("../docs/benchmarks.md"));

        for (Figure figure : Figure.values()) assertThat(document).contains("| `" + figure.key() + "` |");
    }

    @Test
    void theJsonObjectAlwaysHasEveryKeyInOrder() {
        var figures = new Figures();
        figures.put(Figure.ROWS, 5_000);
        figures.put(Figure.FLAT_P50_MS, 0.12349);

        JsonNode json = JsonMapper.shared().readTree(figures.toJson());
        var keys = new ArrayList<>(List.of("benchmark", "jdk", "heap_max_mb"));
        for (Figure figure : Figure.values()) keys.add(figure.key());
        assertThat(json.propertyNames()).containsExactlyElementsOf(keys);
        assertThat(json.get("benchmark").asString()).isEqualTo("engine");
        assertThat(json.get("rows").asInt()).isEqualTo(5_000);
        assertThat(json.get("flat_p50_ms").decimalValue()).isEqualByComparingTo("0.123");
        assertThat(json.get("hnsw_qps").isNull()).isTrue();
    }

    @Test
    void theTableShowsWhatWasMeasuredAndSaysWhatWasNot() {
        var figures = new Figures();
        figures.put(Figure.INGEST_ROWS_PER_S, 123_456.7);

        var out = new ByteArrayOutputStream();
        figures.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("123,457  rows per second, to the last acknowledgement")
                .doesNotContain("rows per second when the JVM is cold")
                .containsPattern("HNSW, k = 10\\R +not built yet");
    }

    @Test
    void aFigureIsNotReadBeforeItIsMeasured() {
        assertThatThrownBy(() -> new Figures().get(Figure.ROWS)).hasMessageContaining("not measured yet");
    }
}
