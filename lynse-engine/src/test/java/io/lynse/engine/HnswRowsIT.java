package io.lynse.engine;

import static io.lynse.engine.HnswFixture.DIMENSION;
import static io.lynse.engine.HnswFixture.K;
import static io.lynse.engine.HnswFixture.ROWS;
import static io.lynse.engine.HnswFixture.build;
import static io.lynse.engine.HnswFixture.nearest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.Distances;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search through a graph finds, whatever happens to the rows. Where most of them go: {@link HnswDeletionsIT}. */
class HnswRowsIT {

    @TempDir
    Path directory;

    private final HnswFixture hnsw = new HnswFixture();

    /** A zero vector has no direction: 1 away from everything, and on nobody's way to anything. */
    @Test
    void zeroVectorsAreUnrelatedByCosine() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            float[][] rows = hnsw.vectors(ROWS);
            for (int i = 0; i < ROWS; i += 4) rows[i] = new float[DIMENSION];
            engine.bulkAdd(id, rows);
            build(engine, id, "HNSW-COS");
            assertThat(hnsw.recall(engine, id, Metric.COSINE)).isGreaterThanOrEqualTo(0.95);
            Hits all = engine.engine().search(id, nearest(new float[DIMENSION], K));
            assertThat(all.size()).isEqualTo(K);
            assertThat(all.scores()).containsOnly(1f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, K, 300, ROWS, 2 * ROWS})
    void asManyHitsComeAsThereAre(int k) {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-IP");
            assertThat(engine.engine().search(id, nearest(hnsw.vector(), k)).size()).isEqualTo(Math.min(k, ROWS));
        }
    }

    @Test
    void deletedRowsAreNeverFound() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            engine.mark(id, Ids.of(LongStream.range(0, ROWS).filter(row -> row % 10 != 3).toArray()), true);
            Hits left = engine.engine().search(id, nearest(hnsw.vector(), K));
            assertThat(left.size()).isEqualTo(K);
            assertThat(IntStream.range(0, K).mapToLong(left.ids()::intAt)).allMatch(row -> row % 10 == 3);
            engine.mark(id, Ids.range(0, ROWS), true);
            assertThat(engine.engine().search(id, nearest(hnsw.vector(), K)).size()).isZero();
            engine.compact(id);
            assertThat(engine.engine().search(id, nearest(hnsw.vector(), K)).size()).isZero();
            engine.add(id, Ids.of(7), hnsw.vector());
            assertThat(engine.engine().search(id, nearest(hnsw.vector(), K)).ids()).isEqualTo(Ids.of(7));
        }
    }

    @Test
    void aLongTailJoinsTheGraph() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = hnsw.filled(engine);
            build(engine, id, "HNSW-L2");
            engine.bulkAdd(id, hnsw.vectors(ROWS));
            engine.engine().checkpoint(); // folds
            await().until(() -> engine.engine().indexState(id).linked() == 2 * ROWS);
            assertThat(hnsw.recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
        }
    }

    /** Ids, scores and their order are the exact search's, for all that the graph finds; and it finds nearly all. */
    @ParameterizedTest
    @EnumSource(value = Metric.class, names = {"IP", "L2", "COSINE"})
    void anyChangesAfterABuildAreSeen(Metric metric) {
        var rows = new TreeMap<Long, float[]>();
        try (var engine = new TestEngine(EngineSettings.of(directory).withFoldRows(200))) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            put(engine, id, rows, WriteKind.ADD, LongStream.range(0, ROWS).toArray());
            build(engine, id, "HNSW-" + (metric == Metric.COSINE ? "COS" : metric));
            var deleted = new TreeMap<Long, float[]>();
            for (int step = 0; step < 60; step++) {
                long[] some = hnsw.random.longs(50, 0, ROWS + 40L * step).distinct().toArray();
                switch (hnsw.random.nextInt(5)) {
                    case 0, 1 -> {
                        put(engine, id, rows, WriteKind.UPSERT, some);
                        for (long row : some) deleted.remove(row);
                    }
                    case 2 -> {
                        engine.mark(id, Ids.of(some), true);
                        for (long row : some) {
                            float[] gone = rows.remove(row);
                            if (gone != null) deleted.put(row, gone);
                        }
                    }
                    case 3 -> {
                        engine.mark(id, Ids.of(some), false);
                        for (long row : some) {
                            float[] back = deleted.remove(row);
                            if (back != null) rows.put(row, back);
                        }
                    }
                    default -> {
                        if (hnsw.random.nextInt(3) == 0) engine.reopen();
                        if (hnsw.random.nextInt(3) == 0) {
                            engine.compact(id);
                            deleted.clear();
                        }
                    }
                }
                compare(engine, id, metric, rows);
            }
            assertThat(hnsw.recall(engine, id, metric)).isGreaterThanOrEqualTo(0.95);
        }
    }

    /** What is written while a graph is built is found before it is there, and after. */
    @Test
    void writesDuringABuildAreFoundAtOnceAndAfterIt() {
        var rows = new TreeMap<Long, float[]>();
        try (var engine = new TestEngine(EngineSettings.of(directory).withFoldRows(200))) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            put(engine, id, rows, WriteKind.ADD, LongStream.range(0, ROWS).toArray());
            HnswFixture.beginBuild(engine, id);
            for (int step = 0; step < 20; step++) {
                put(engine, id, rows, WriteKind.UPSERT, hnsw.random.longs(40, 0, ROWS + 400).distinct().toArray());
                long[] gone = hnsw.random.longs(40, 0, ROWS).distinct().toArray();
                engine.mark(id, Ids.of(gone), true);
                for (long row : gone) rows.remove(row);
                compare(engine, id, Metric.L2, rows);
            }
            assertThat(engine.engine().indexBuilds().completed()).isZero();

            engine.setIndex(id, "HNSW-L2", 32, 400);
            await().until(() -> engine.engine().indexBuilds().linked() > 0);
            put(engine, id, rows, WriteKind.UPSERT, hnsw.random.longs(300, 0, ROWS + 400).distinct().toArray());
            assertThat(engine.engine().indexBuilt(id).join().linked()).isPositive();
            for (int step = 0; step < 20; step++) compare(engine, id, Metric.L2, rows);
            assertThat(hnsw.recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
        }
    }

    private static void compare(TestEngine engine, CollectionId id, Metric metric, TreeMap<Long, float[]> rows) {
        var random = new Random(rows.size());
        var query = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) query[i] = (float) random.nextGaussian();
        Hits hits = engine.engine().search(id, nearest(query, K));
        assertThat(hits.size()).isEqualTo(K);
        for (int i = 0; i < K; i++) {
            float[] row = rows.get(hits.ids().intAt(i));
            if (row == null) throw new AssertionError("row " + hits.ids().get(i) + " was found and is not live");
            assertThat(hits.scores()[i]).isEqualTo((float) Distances.of(metric).between(query, row));
            if (i > 0) assertThat(metric.compareScores(hits.scores()[i - 1], hits.scores()[i])).isLessThanOrEqualTo(0);
        }
    }

    private void put(TestEngine engine, CollectionId id, TreeMap<Long, float[]> rows, WriteKind kind, long... ids) {
        float[][] vectors = hnsw.vectors(ids.length);
        engine.write(id, new RowBatch(kind, Vectors.of(vectors), Ids.of(ids), FieldBlock.NONE));
        for (int i = 0; i < ids.length; i++) rows.put(ids[i], vectors[i]);
    }
}
