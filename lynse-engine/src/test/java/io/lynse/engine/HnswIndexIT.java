package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.Distances;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of an HNSW index: built, changed, removed, given up, cut short, and all that can happen to its rows. */
class HnswIndexIT {

    private static final int DIMENSION = 12;

    /** More than are scanned without a graph. */
    private static final int ROWS = 4_000;

    private static final int K = 10;

    @TempDir
    Path temporary;

    private final Random random = new Random(11);
    private Path directory = Path.of("");

    @BeforeEach
    void node() {
        directory = temporary.resolve("node");
    }

    @Test
    void aRemovedIndexLeavesExactSearch() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            engine.setIndex(id, null, false);
            assertThat(engine.engine().indexState(id).phase()).isEqualTo(Phase.NONE);
            assertThat(recall(engine, id, Metric.IP)).isEqualTo(1.0);
        }
    }

    /** A graph made for one metric leads astray in another: it is neither walked nor taken over. */
    @Test
    void anotherMetricGetsAGraphOfItsOwn() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            assertThat(recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
            build(engine, id, "HNSW-IP");
            assertThat(engine.engine().indexBuilds().completed()).isEqualTo(2);
            assertThat(recall(engine, id, Metric.IP)).isGreaterThanOrEqualTo(0.95);
            build(engine, id, "HNSW-COS");
            assertThat(recall(engine, id, Metric.COSINE)).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void theSameIndexAskedForAgainIsThereAlready() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            build(engine, id, "HNSW-L2");
            assertThat(engine.engine().indexBuilds().started()).isEqualTo(1);
        }
    }

    /** A zero vector has no direction: 1 away from everything, and on nobody's way to anything. */
    @Test
    void zeroVectorsAreUnrelatedByCosine() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            float[][] rows = vectors(ROWS);
            for (int i = 0; i < ROWS; i += 4) rows[i] = new float[DIMENSION];
            engine.bulkAdd(id, rows);
            build(engine, id, "HNSW-COS");
            assertThat(recall(engine, id, Metric.COSINE)).isGreaterThanOrEqualTo(0.95);
            Hits all = engine.engine().search(id, new Query(new float[DIMENSION], new Query.Options(K, false, 0)));
            assertThat(all.size()).isEqualTo(K);
            assertThat(all.scores()).containsOnly(1f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, K, 300, ROWS, 2 * ROWS})
    void asManyHitsComeAsThereAre(int k) {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-IP");
            assertThat(engine.engine().search(id, new Query(vector(), new Query.Options(k, false, 0))).size()).isEqualTo(Math.min(k, ROWS));
        }
    }

    @Test
    void deletedRowsAreNeverFound() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            engine.mark(id, Ids.of(LongStream.range(0, ROWS).filter(row -> row % 10 != 3).toArray()), true);
            Hits left = engine.engine().search(id, new Query(vector(), new Query.Options(K, false, 0)));
            assertThat(left.size()).isEqualTo(K);
            assertThat(IntStream.range(0, K).mapToLong(left.ids()::intAt)).allMatch(row -> row % 10 == 3);
            engine.mark(id, Ids.range(0, ROWS), true);
            assertThat(engine.engine().search(id, new Query(vector(), new Query.Options(K, false, 0))).size()).isZero();
            engine.compact(id);
            assertThat(engine.engine().search(id, new Query(vector(), new Query.Options(K, false, 0))).size()).isZero();
            engine.add(id, Ids.of(7), vector());
            assertThat(engine.engine().search(id, new Query(vector(), new Query.Options(K, false, 0))).ids()).isEqualTo(Ids.of(7));
        }
    }

    @Test
    void aLongTailJoinsTheGraph() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            engine.bulkAdd(id, vectors(ROWS));
            engine.engine().checkpoint(); // folds
            await().until(() -> engine.engine().indexState(id).linked() == 2 * ROWS);
            assertThat(recall(engine, id, Metric.L2)).isGreaterThanOrEqualTo(0.95);
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
                long[] some = random.longs(50, 0, ROWS + 40L * step).distinct().toArray();
                switch (random.nextInt(5)) {
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
                        if (random.nextInt(3) == 0) engine.reopen();
                        if (random.nextInt(3) == 0) {
                            engine.compact(id);
                            deleted.clear();
                        }
                    }
                }
                compare(engine, id, metric, rows);
            }
            assertThat(recall(engine, id, metric)).isGreaterThanOrEqualTo(0.95);
        }
    }

    private static void compare(TestEngine engine, CollectionId id, Metric metric, TreeMap<Long, float[]> rows) {
        var random = new Random(rows.size());
        var query = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) query[i] = (float) random.nextGaussian();
        Hits hits = engine.engine().search(id, new Query(query, new Query.Options(K, false, 0)));
        assertThat(hits.size()).isEqualTo(K);
        for (int i = 0; i < K; i++) {
            float[] row = rows.get(hits.ids().intAt(i));
            if (row == null) throw new AssertionError("row " + hits.ids().get(i) + " was found and is not live");
            assertThat(hits.scores()[i]).isEqualTo((float) Distances.of(metric).between(query, row));
            if (i > 0) assertThat(metric.compareScores(hits.scores()[i - 1], hits.scores()[i])).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void aBuildThatIsWantedNoMoreIsGivenUp() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = building(engine);
            engine.setIndex(id, null, false);
            await().until(() -> engine.engine().indexBuilds().rows() == 0);
            assertThat(engine.engine().indexBuilds().completed()).isZero();
            assertThat(engine.engine().indexBuilt(id).join().phase()).isEqualTo(Phase.NONE);
        }
    }

    @Test
    void aDropDoesNotWaitForTheBuild() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = building(engine);
            var built = engine.engine().indexBuilt(id);
            engine.drop(id);
            assertThat(built).succeedsWithin(Duration.ofSeconds(10));
            assertThat(engine.engine().indexBuilds().completed()).isZero();
            engine.engine().checkpoint();
            assertThat(directory.resolve("collections").resolve(id.toString())).doesNotExist();
        }
    }

    @Test
    void aBuildThatAStopCutShortIsDoneAfterTheNextStart() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = building(engine);
            engine.reopen();
            IndexState built = engine.engine().indexBuilt(id).join();
            assertThat(built).isEqualTo(new IndexState(Phase.READY, ROWS, ROWS, null));
        }
    }

    @Test
    void aBuildThatACrashCutShortIsDoneAfterTheNextStart() {
        Path crashed = temporary.resolve("crashed");
        CollectionId id;
        try (var engine = new TestEngine(directory)) {
            id = building(engine);
            LiveCopy.of(directory, crashed);
        }
        try (var engine = new TestEngine(crashed)) {
            assertThat(engine.engine().indexBuilt(id).join()).isEqualTo(new IndexState(Phase.READY, ROWS, ROWS, null));
        }
    }

    /** It costs minutes on a large collection, so a crash soon after it must not lose it: it is followed by a checkpoint. */
    @Test
    void aBuildThatIsDoneSurvivesACrash() {
        try (var engine = new TestEngine(EngineSettings.of(directory).withCheckpointInterval(Duration.ofHours(1)))) {
            CollectionId id = filled(engine, ROWS);
            build(engine, id, "HNSW-L2");
            await().until(() -> hasCommittedGraph(id));
            Path crashed = temporary.resolve("crashed");
            LiveCopy.of(directory, crashed);
            try (var again = new TestEngine(crashed)) {
                assertThat(again.engine().indexState(id).linked()).isEqualTo(ROWS);
                assertThat(again.engine().indexBuilds().started()).isZero();
            }
        }
    }

    private boolean hasCommittedGraph(CollectionId id) throws IOException {
        Path folder = directory.resolve("collections").resolve(id.toString());
        try (var lucene = FSDirectory.open(folder)) {
            return DirectoryReader.indexExists(lucene)
                    && SegmentInfos.readLatestCommit(lucene).files(true).stream().anyMatch(file -> file.endsWith(".vex"));
        }
    }

    private CollectionId filled(TestEngine engine, int rows) {
        CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
        engine.bulkAdd(id, vectors(rows));
        return id;
    }

    /** With a build under way that takes far longer than a test waits for its end. */
    private CollectionId building(TestEngine engine) {
        CollectionId id = filled(engine, ROWS);
        engine.setIndex(id, "HNSW-L2", 200, 3_200);
        await().until(() -> engine.engine().indexBuilds().linked() > 0);
        return id;
    }

    private static void build(TestEngine engine, CollectionId id, String mode) {
        engine.setIndex(id, mode, false);
        IndexState built = engine.engine().indexBuilt(id).join();
        assertThat(built.phase()).isEqualTo(Phase.READY);
        assertThat(built.linked()).isEqualTo(built.rows());
    }

    private void put(TestEngine engine, CollectionId id, TreeMap<Long, float[]> rows, WriteKind kind, long... ids) {
        float[][] vectors = vectors(ids.length);
        engine.write(id, new RowBatch(kind, Vectors.of(vectors), Ids.of(ids), FieldBlock.NONE));
        for (int i = 0; i < ids.length; i++) rows.put(ids[i], vectors[i]);
    }

    /** A search within a threshold is always exact. */
    private double recall(TestEngine engine, CollectionId id, Metric metric) {
        int found = 0;
        int queries = 100;
        for (int q = 0; q < queries; q++) {
            float[] query = vector();
            var exact = new Query.Options(K, false, 0, OptionalDouble.of(metric.higherIsBetter() ? -1e30 : 1e30));
            Ids near = engine.engine().search(id, new Query(query, new Query.Options(K, false, 0))).ids();
            found += (int) EmbeddingSet.overlap(near, engine.engine().search(id, new Query(query, exact)).ids(), K);
        }
        return (double) found / queries / K;
    }

    private float[][] vectors(int count) {
        return IntStream.range(0, count).mapToObj(i -> vector()).toArray(float[][]::new);
    }

    /** Of any length, so that inner product, distance and direction disagree. */
    private float[] vector() {
        var vector = new float[DIMENSION];
        float length = 0.1f + 3 * random.nextFloat();
        for (int i = 0; i < DIMENSION; i++) vector[i] = length * (float) random.nextGaussian();
        return vector;
    }
}
