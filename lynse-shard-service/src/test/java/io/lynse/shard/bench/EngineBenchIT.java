package io.lynse.shard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EngineBenchIT {

    private static final int ROWS = 1_500;
    private static final int QUERIES = 40;
    private static final int DIMENSION = 16;
    private static final int TRUTH = 100;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeData() throws IOException {
        var random = new Random(7);
        float[][] rows = vectors(random, ROWS);
        float[][] queries = vectors(random, QUERIES);
        Files.write(folder.resolve("base.f16"), halves(rows));
        Files.write(folder.resolve("queries.f16"), halves(queries));
        lines("base.meta.jsonl.gz", ROWS);
        lines("queries.meta.jsonl.gz", QUERIES);
        var truth = ByteBuffer.allocate(QUERIES * TRUTH * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] query : queries) {
            IntStream.range(0, ROWS).boxed().sorted(Comparator.comparingDouble(row -> -product(query, rows[row]))).limit(TRUTH).forEach(truth::putInt);
        }
        Files.write(folder.resolve("queries.gt100.i32"), truth.array());
    }

    @Test
    void measuresEverythingAndLeavesNothingBehind() throws IOException {
        Path scratch = folder.resolve("scratch");
        List<String> said = run(0, "engine", "--data", folder.toString(), "--scratch", scratch.toString(), "--rounds", "1");

        assertThat(said).anyMatch(line -> line.endsWith("rows per second, to the last acknowledgement"));
        JsonNode json = JsonMapper.shared().readTree(said.getLast());
        assertThat(json.get("rows").asInt()).isEqualTo(ROWS);
        assertThat(json.get("dimension").asInt()).isEqualTo(DIMENSION);
        assertThat(json.get("element_bytes").asInt()).isEqualTo(Float.BYTES);
        assertThat(json.get("flat_recall_at_10").asDouble()).isEqualTo(1.0);
        for (Figure figure : Figure.values()) {
            boolean asked = figure != Figure.WARM_UP_S && figure != Figure.WARM_UP_CPU_S;
            assertThat(json.get(figure.key()).isNumber()).as(figure.key()).isEqualTo(asked);
        }
        for (Figure positive : List.of(Figure.INGEST_ROWS_PER_CPU_S, Figure.CPU_US_PER_ROW_LOG, Figure.CPU_US_PER_ROW_APPLY, Figure.FLAT_QPS,
                Figure.LUCENE_FLAT_QPS, Figure.HNSW_QPS, Figure.HNSW_RECALL_AT_10, Figure.MEMORY_READ_GB_S, Figure.UPSERT_ROWS_PER_S, Figure.DELETE_ROWS_PER_S, Figure.DISK_BYTES_PER_ROW)) {
            assertThat(json.get(positive.key()).asDouble()).as(positive.key()).isPositive();
        }
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void printsTheObjectAloneAndStoresHalvesWhenAsked() throws IOException {
        List<String> said = run(
                0, "engine", "--data", folder.toString(), "--scratch", folder.resolve("scratch").toString(), "--rounds", "1", "--float16", "--json");

        assertThat(said).singleElement().satisfies(line -> {
            JsonNode json = JsonMapper.shared().readTree(line);
            assertThat(json.get("benchmark").asString()).isEqualTo("engine");
            assertThat(json.get("element_bytes").asInt()).isEqualTo(Short.BYTES);
            assertThat(json.get("flat_recall_at_10").asDouble()).isEqualTo(1.0);
        });
    }

    @Test
    void missingDataIsOneLineAndExitCode1() throws IOException {
        Files.delete(folder.resolve("base.f16"));

        assertThat(run(1, "engine", "--data", folder.toString())).isEmpty();
    }

    @Test
    void noRoundIsWrongUse() throws IOException {
        assertThat(run(2, "engine", "--rounds", "0")).isEmpty();
        assertThat(run(2)).isEmpty();
    }

    private static List<String> run(int expected, String... arguments) throws IOException {
        // Alone in its process the benchmark logs to standard error; here another test may have had a whole node log to standard output.
        ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
        PrintStream before = System.out;
        try (var bytes = new ByteArrayOutputStream(); var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            assertThat(BenchCommand.run(arguments)).isEqualTo(expected);
            return bytes.toString(StandardCharsets.UTF_8).lines().toList();
        } finally {
            System.setOut(before);
        }
    }

    private static float[][] vectors(Random random, int count) {
        var vectors = new float[count][DIMENSION];
        for (float[] vector : vectors) {
            for (int i = 0; i < DIMENSION; i++) vector[i] = Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian()));
        }
        return vectors;
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    private static byte[] halves(float[][] vectors) {
        var bytes = ByteBuffer.allocate(vectors.length * DIMENSION * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            for (float element : vector) bytes.putShort(Float.floatToFloat16(element));
        }
        return bytes.array();
    }

    private void lines(String file, int count) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(file)))) {
            for (int i = 0; i < count; i++) out.write(("{\"id\": " + i + ", \"name\": \"row-" + i + "\"}\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
