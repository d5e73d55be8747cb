package io.lynse.engine.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.TestEngine;
import io.lynse.engine.crash.ChildJvm;
import io.lynse.engine.index.hnsw.IndexState.Cause;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Query;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The largest graph that is allowed is built in a small heap, a quarter of which requests have taken; a larger one is refused. Whichever
 * runs out of memory ends its process. With two links per node the lists are nearly full, so little of the bound is slack.
 */
class GraphHeapIT {

    private static final int HEAP_MIB = 64;
    private static final int DIMENSION = 8;
    private static final int BATCH = 1_000;
    private static final int CANDIDATES = 10;

    @TempDir
    Path directory;

    @Test
    void theLargestGraphThatIsAllowedFits() throws IOException, InterruptedException {
        Process child = ChildJvm.start(List.of(), Build.class, HEAP_MIB, directory.toString());
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        System.out.print(said);
        assertThat(child.exitValue()).as(said).isZero();
        assertThat(said).doesNotContain("OutOfMemoryError").contains("all done");
    }

    static final class Build {

        private static final Random RANDOM = new Random(5);

        private Build() {}

        public static void main(String[] arguments) {
            ChildJvm.endsWithin(Duration.ofMinutes(5), () -> run(Path.of(arguments[0])));
        }

        private static void run(Path directory) {
            byte[] requests = new byte[(int) (Runtime.getRuntime().maxMemory() / 4)];
            try (var engine = new TestEngine(directory)) {
                long bytes = engine.engine().indexHeapMax();
                int rows = (int) (bytes / (GraphHeap.bytes(1_000_000, 2) / 1_000_000.0)) - 1;
                CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
                add(engine, id, rows - rows / 8);
                engine.setIndex(id, "HNSW-L2", 2, CANDIDATES);
                built(engine, id, rows - rows / 8);
                // more than the tail may have: the graph is begun with the one before; at once, or a graph may be made of its first batches
                // and leave the last ones to the tail for good
                engine.bulkAdd(id, rows(rows / 8));
                engine.engine().checkpoint();
                built(engine, id, rows);

                engine.setIndex(id, "HNSW-L2", 16, CANDIDATES);
                IndexState refused = engine.engine().indexBuilt(id).join();
                System.out.println(refused.text());
                assertThat(refused.phase()).isEqualTo(Phase.FAILED);
                assertThat(refused.problem()).satisfies(problem -> assertThat(problem.cause()).isEqualTo(Cause.HEAP));
                assertThat(engine.engine().search(id, new Query(new float[DIMENSION], new Query.Options(10, false, 0))).size()).isEqualTo(10);
                System.out.printf("%,d rows in a heap of %,d bytes: all done%n", rows, Runtime.getRuntime().maxMemory());
            }
            Reference.reachabilityFence(requests);
        }

        private static void built(TestEngine engine, CollectionId id, int rows) {
            IndexState state = engine.engine().indexState(id);
            for (int seconds = 0; state.linked() < rows && seconds < 240; seconds++) {
                sleepASecond();
                state = engine.engine().indexState(id);
            }
            assertThat(state).isEqualTo(new IndexState(Phase.READY, rows, rows, null));
            System.out.println(state.text());
        }

        private static void sleepASecond() {
            try {
                Thread.sleep(1_000);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }

        private static void add(TestEngine engine, CollectionId id, int rows) {
            for (int at = 0; at < rows; at += BATCH) engine.bulkAdd(id, rows(Math.min(BATCH, rows - at)));
        }

        private static float[][] rows(int count) {
            var rows = new float[count][DIMENSION];
            for (float[] row : rows) {
                for (int i = 0; i < DIMENSION; i++) row[i] = (float) RANDOM.nextGaussian();
            }
            return rows;
        }
    }
}
