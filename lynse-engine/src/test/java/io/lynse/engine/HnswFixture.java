package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.Query;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/** Collections of made-up rows, graphs over them, and how much of the exact answers those find. */
final class HnswFixture {

    static final int DIMENSION = 12;

    /** More than are scanned without a graph. */
    static final int ROWS = 4_000;

    static final int K = 10;

    final Random random = new Random(11);

    CollectionId filled(TestEngine engine) {
        CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
        engine.bulkAdd(id, vectors(ROWS));
        return id;
    }

    /** With a build under way that takes far longer than a test waits for its end. */
    CollectionId building(TestEngine engine) {
        CollectionId id = filled(engine);
        beginBuild(engine, id);
        return id;
    }

    /** As {@link #building}, of a collection that has none. */
    static void beginBuild(TestEngine engine, CollectionId id) {
        engine.setIndex(id, "HNSW-L2", 200, 3_200);
        await().until(() -> engine.engine().indexBuilds().linked() > 0);
    }

    static void build(TestEngine engine, CollectionId id, String mode) {
        engine.setIndex(id, mode, false);
        awaitBuilt(engine, id);
    }

    static void awaitBuilt(TestEngine engine, CollectionId id) {
        IndexState built = engine.engine().indexBuilt(id).join();
        assertThat(built.phase()).isEqualTo(Phase.READY);
        assertThat(built.linked()).isEqualTo(built.rows());
    }

    static Query nearest(float[] vector, int k) {
        return new Query(vector, new Query.Options(k, false, 0));
    }

    /** Of 100 queries. A search within a threshold is always exact. */
    double recall(TestEngine engine, CollectionId id, Metric metric) {
        var exact = new Query.Options(K, false, 0, OptionalDouble.of(metric.higherIsBetter() ? -1e30 : 1e30));
        int found = 0;
        int queries = 100;
        for (int q = 0; q < queries; q++) {
            float[] query = vector();
            Ids near = engine.engine().search(id, nearest(query, K)).ids();
            found += (int) EmbeddingSet.overlap(near, engine.engine().search(id, new Query(query, exact)).ids(), K);
        }
        return (double) found / queries / K;
    }

    float[][] vectors(int count) {
        return IntStream.range(0, count).mapToObj(i -> vector()).toArray(float[][]::new);
    }

    /** Of any length, so that inner product, distance and direction disagree. */
    float[] vector() {
        var vector = new float[DIMENSION];
        float length = 0.1f + 3 * random.nextFloat();
        for (int i = 0; i < DIMENSION; i++) vector[i] = length * (float) random.nextGaussian();
        return vector;
    }
}
