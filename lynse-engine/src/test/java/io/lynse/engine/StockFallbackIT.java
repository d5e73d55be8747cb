package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.index.kernels.FlatScanner;
import io.lynse.engine.search.CopySettings;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without our kernels searches are slower and find the same, to the last bit: with them switched off, and in a JVM that lacks their module. */
class StockFallbackIT {

    private static final int DIMENSION = 20;
    private static final List<String> MODES = List.of("FLAT-IP", "FLAT-L2", "FLAT-COS");
    private static final int COLLECTIONS = MODES.size() * ElementType.values().length;

    @TempDir
    private Path directory;

    @Test
    void findsTheSameWithKernelsSwitchedOffAndWithoutTheirModule() throws Exception {
        fill();
        String withKernels = searchAll(settings(directory), true);
        assertThat(withKernels.lines()).hasSize(COLLECTIONS);
        assertThat(searchAll(settings(directory).withKernels(false), false)).isEqualTo(withKernels);
        assertThat(searchInAnotherJvm()).isEqualTo(withKernels);
    }

    /** Prints what a JVM without the module finds. */
    static void main(String[] arguments) {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) throw new IllegalStateException("the module is there");
        System.out.print(searchAll(settings(Path.of(arguments[0])), false));
    }

    private static EngineSettings settings(Path directory) {
        return EngineSettings.of(directory).withFoldRows(700).withCheckpointInterval(Duration.ofHours(1))
                .withCopies(new CopySettings(1, 64 << 20, Duration.ZERO));
    }

    /** Segments, recent rows, tombstones. */
    private void fill() {
        var random = new Random(3);
        try (var engine = new TestEngine(settings(directory))) {
            for (ElementType elements : ElementType.values()) {
                for (String mode : MODES) {
                    CollectionId id = engine.create(mode + elements, DIMENSION, elements);
                    engine.setIndex(id, mode, true);
                    engine.add(id, Ids.range(0, 1_500), vectors(random, 1_500));
                    engine.mark(id, Ids.range(100, 300), true);
                    engine.add(id, Ids.range(1_500, 100), vectors(random, 100));
                }
            }
        }
    }

    private static String searchAll(EngineSettings settings, boolean copied) {
        var found = new StringBuilder();
        try (var engine = new TestEngine(settings)) {
            for (long id = 1; id <= COLLECTIONS; id++) {
                var collection = new CollectionId(id);
                engine.add(collection, Ids.range(10_000, 50), vectors(new Random(id), 50)); // stay recent
                search(engine, collection, 4);
                if (copied && FlatScanner.isAvailable()) awaitCopies(engine, collection);
                for (Hits hits : search(engine, collection, 40)) {
                    for (int i = 0; i < hits.size(); i++) found.append(hits.ids().intAt(i)).append(' ').append(Float.floatToIntBits(hits.scores()[i])).append(' ');
                }
                found.append('\n');
                engine.mark(collection, Ids.range(10_000, 50), true);
                engine.compact(collection);
            }
            assertThat(engine.engine().copyBytes() > 0).isEqualTo(copied && FlatScanner.isAvailable());
        }
        return found.toString();
    }

    private static void awaitCopies(TestEngine engine, CollectionId id) {
        org.awaitility.Awaitility.await().until(() -> engine.engine().scanCost(id).waiting() == 0);
    }

    private static List<Hits> search(TestEngine engine, CollectionId id, int queries) {
        return engine.engine().batchSearch(id, Vectors.of(vectors(new Random(9), queries)), new Query.Options(25, false, 0));
    }

    private String searchInAnotherJvm() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                java, "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-cp", System.getProperty("java.class.path"), StockFallbackIT.class.getName(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    /** Few different components: ties are frequent. */
    private static float[][] vectors(Random random, int count) {
        return Stream.generate(() -> {
            var vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) vector[i] = (random.nextInt(17) - 8) / 8f + 0.01f;
            return vector;
        }).limit(count).toArray(float[][]::new);
    }
}
