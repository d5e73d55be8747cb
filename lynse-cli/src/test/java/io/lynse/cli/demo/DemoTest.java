package io.lynse.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.cli.client.Found;
import io.lynse.cli.dataset.PackageText;
import io.lynse.model.field.FieldBlock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoTest {

    @Test
    void theLastLineHasTheSixKeysAndNeverFlatters() {
        String line = new DemoFigures(5000, 384, 0.99999999, 1.23456, 412.37, 20_123.49).toJson();
        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(line).doesNotContain("\n");
        assertThat(json.propertyNames()).containsExactly("vectors", "dim", "recall_at_10", "search_p50_ms", "search_qps", "ingest_vectors_per_s");
        assertThat(json.path("vectors").longValue()).isEqualTo(5000);
        assertThat(json.path("recall_at_10").doubleValue()).isEqualTo(0.999999);
        assertThat(json.path("search_qps").doubleValue()).isEqualTo(412.3);
        assertThat(JsonMapper.shared().readTree(new DemoFigures(1, 1, 1.0, 1, 1, 1).toJson()).path("recall_at_10").doubleValue()).isEqualTo(1.0);
    }

    @Test
    void theShownQueriesAreOfDifferentSections() {
        assertThat(ShownSearches.choose(List.of(query("a"), query("a"), query("b"), query("c"), query("b"), query("d"), query("e"), query("f"))))
                .containsExactly(0, 2, 3, 5, 6);
        assertThat(ShownSearches.choose(List.of(query(""), query("")))).containsExactly(0);
        assertThat(ShownSearches.choose(List.of())).isEmpty();
    }

    @Test
    void aHitIsOneLineOfScoreNameAndDescription() {
        assertThat(ShownSearches.line(new Found(7, 0.66449, Map.of("name", "httest", "description", "HTTP test tool"))))
                .isEqualTo("      0.664  httest                       HTTP test tool");
        assertThat(ShownSearches.line(new Found(7, 1, Map.of()))).isEqualTo("      1.000  id 7");
        assertThat(ShownSearches.line(new Found(7, 1, Map.of("description", "x".repeat(300))))).hasSize(110).endsWith("x...");
    }

    @Test
    void halfFloatsBecomeTheSameNumbers() {
        ByteBuffer bytes = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {0.5f, -2f, 65504f}) bytes.putShort(Float.floatToFloat16(value));
        assertThat(ShownSearches.floats(bytes.array())).containsExactly(0.5f, -2f, 65504f);
    }

    @Test
    void fieldsAreAPayloadThatTheServiceReads() {
        ByteBuffer payload = Loader.fields(List.of(new PackageText("0ad", "games", "Strategy"), new PackageText("é", "", "")));
        byte[] magic = new byte[5];
        payload.get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("LDBF1");
        assertThat(payload.order(ByteOrder.LITTLE_ENDIAN).getInt()).isEqualTo(2);
        FieldBlock fields = FieldBlock.checked(payload, 2);
        assertThat(fields.toList(2).get(0).toMap()).isEqualTo(Map.of("name", "0ad", "section", "games", "description", "Strategy"));
        assertThat(fields.toList(2).get(1).toMap()).isEqualTo(Map.of("name", "é", "section", "", "description", ""));
    }

    @Test
    void theMedianIsTheLowerOfTheMiddleTwo() {
        assertThat(SearchTrial.median(new long[] {9, 1, 5})).isEqualTo(5);
        assertThat(SearchTrial.median(new long[] {4, 1, 3, 2})).isEqualTo(2);
        assertThat(SearchTrial.median(new long[] {8})).isEqualTo(8);
    }

    @Test
    void progressIsOverwrittenOnATerminalAndLineByLineElsewhere() {
        assertThat(progressOn(true)).startsWith("\rLoading ...").contains("\rhalf").endsWith("\rLoaded" + System.lineSeparator());
        assertThat(progressOn(false)).isEqualTo("Loading ..." + System.lineSeparator() + "Loaded" + System.lineSeparator());
    }

    private static String progressOn(boolean terminal) {
        var bytes = new ByteArrayOutputStream();
        var progress = new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
        progress.start("Loading");
        progress.update("half");
        progress.done("Loaded");
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static PackageText query(String section) {
        return new PackageText("name", section, "description");
    }
}
