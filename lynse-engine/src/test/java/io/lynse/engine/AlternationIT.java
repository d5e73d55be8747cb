package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.collection.FoldPhase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One row is added, replaced and deleted, with a search after each: every search sees every write that was acknowledged, while folds,
 * merges and checkpoints run. What searches take beside that is printed, not judged: other work on the machine would decide.
 */
class AlternationIT {

    private static final long FIRST = 1_000_000;
    private static final int BLOCKS = 10;
    private static final int IDLE_SEARCHES = 300;
    private static final Query.Options TEN = new Query.Options(10, false, 0);

    private record Survivor(RowId row, float[] vector) {}

    @TempDir
    Path directory;

    private boolean exact = true;
    private final Random random = new Random(11);
    private final AtomicInteger folds = new AtomicInteger();
    private final FoldObserver counting = new FoldObserver() {
        @Override
        public void reached(FoldPhase phase) {
            if (phase == FoldPhase.SWAPPED) folds.incrementAndGet();
        }
    };
    private final List<Survivor> survivors = new ArrayList<>();
    private final Set<RowId> deleted = new HashSet<>();
    private final List<Long> nanos = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"FLAT-L2", "FLAT-COS", "HNSW-L2"})
    void everySearchSeesEveryWriteOfTheSample(String mode) throws IOException {
        alternate(EmbeddingSet.sample(), mode, 2_000);
    }

    @Test
    @Tag("long")
    void everySearchSeesEveryWriteOfTheFullSetOnFlat() throws IOException {
        alternate(EmbeddingSet.full(), "FLAT-L2", 10_000);
    }

    @Test
    @Tag("long")
    void everySearchSeesEveryWriteOfTheFullSetOnHnsw() throws IOException {
        alternate(EmbeddingSet.full(), "HNSW-L2", 10_000);
    }

    private void alternate(EmbeddingSet set, String mode, int rounds) throws IOException {
        exact = mode.startsWith("FLAT");
        var settings = EngineSettings.of(directory).withCheckpointInterval(Duration.ofSeconds(1));
        try (var engine = new TestEngine(settings, counting)) {
            CollectionId id = engine.create("c", EmbeddingSet.DIMENSION, ElementType.FLOAT32);
            for (int at = 0; at < set.base().count(); at += 1_000) {
                int to = Math.min(at + 1_000, set.base().count());
                engine.write(id, new RowBatch(WriteKind.ADD, set.rows(at, to), null, FieldBlock.NONE));
            }
            engine.setIndex(id, mode, false);
            engine.engine().indexBuilt(id).join();
            engine.engine().checkpoint();

            for (int i = 0; i < 3_000; i++) measure(engine, id, set, i); // the code is compiled, the copies are made
            folds.set(0);
            // Each block is held against searches just before it: what else the machine does changes within minutes.
            var idle = new double[BLOCKS];
            var busy = new double[BLOCKS];
            for (int block = 0; block < BLOCKS; block++) {
                engine.engine().checkpoint();
                nanos.clear();
                for (int i = 0; i < IDLE_SEARCHES; i++) measure(engine, id, set, i);
                idle[block] = p50Millis();
                nanos.clear();
                for (int round = rounds * block / BLOCKS; round < rounds * (block + 1) / BLOCKS; round++) {
                    alternate(engine, id, RowId.of(FIRST + round), round);
                    measure(engine, id, set, round);
                }
                busy[block] = p50Millis();
            }
            double[] ratios = IntStream.range(0, BLOCKS).mapToDouble(block -> busy[block] / idle[block]).sorted().toArray();
            System.out.printf(
                    "%s, %,d rows, %,d rounds: p50 of a search %.3f ms, idle %.3f ms, ratio %.2f (%.2f to %.2f); %d folds%n",
                    mode, set.base().count(), rounds, median(busy), median(idle), median(ratios), ratios[0], ratios[BLOCKS - 1], folds.get());
            assertThat(folds.get()).isPositive();
            assertThat(engine.engine().stats(id, false).live()).isEqualTo(set.base().count() + survivors.size());
        }
    }

    private void alternate(TestEngine engine, CollectionId id, RowId row, int round) {
        Ids ids = Ids.of(List.of(row));
        float[] first = direction();
        engine.add(id, ids, first);
        assertThat(nearest(engine, id, first)).isEqualTo(row);
        assertThat(isThere(engine, id, first)).isTrue();

        float[] second = direction();
        engine.upsert(id, ids, second);
        assertThat(nearest(engine, id, second)).isEqualTo(row);
        if (round % 4 == 0) {
            survivors.add(new Survivor(row, second));
        } else {
            engine.mark(id, ids, true);
            deleted.add(row);
        }
        assertThat(isThere(engine, id, first)).isFalse();
        assertThat(isThere(engine, id, second)).isEqualTo(round % 4 == 0);
        // One of long ago: by now it is in Lucene, or on its way there. A graph need not find a row that is far from all others.
        Survivor other = survivors.get(random.nextInt(survivors.size()));
        if (exact) assertThat(nearest(engine, id, other.vector)).isEqualTo(other.row);
        assertThat(engine.engine().hasRow(id, other.row)).isTrue();
    }

    private RowId nearest(TestEngine engine, CollectionId id, float[] vector) {
        return search(engine, id, vector).ids().get(0);
    }

    /** Whether a row has exactly this vector. */
    private boolean isThere(TestEngine engine, CollectionId id, float[] vector) {
        return search(engine, id, vector).scores()[0] < 1e-6f;
    }

    private Hits search(TestEngine engine, CollectionId id, float[] vector) {
        Hits hits = engine.engine().search(id, new Query(vector, TEN));
        assertThat(hits.ids().toList()).hasSize(10).noneMatch(deleted::contains);
        return hits;
    }

    /** A search like any other, right after a write. */
    private void measure(TestEngine engine, CollectionId id, EmbeddingSet set, int number) {
        var query = new Query(set.queries().row(number % set.queries().count()), TEN);
        long begin = System.nanoTime();
        Hits hits = engine.engine().search(id, query);
        nanos.add(System.nanoTime() - begin);
        assertThat(hits.size()).isEqualTo(10);
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
    }

    private double p50Millis() {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow() / 1e6;
    }

    /** Of unit length: far from every other row, so its own is the nearest. */
    private float[] direction() {
        var vector = new float[EmbeddingSet.DIMENSION];
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < vector.length; i++) vector[i] /= (float) Math.sqrt(squares);
        return vector;
    }
}
