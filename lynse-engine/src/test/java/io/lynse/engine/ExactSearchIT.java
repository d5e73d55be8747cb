package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact means exact: against ground truth from elsewhere, and where float32 alone would get it wrong. */
class ExactSearchIT {

    @TempDir
    Path directory;

    @Test
    void findsThe100NearestOfTheSample() throws IOException {
        assertThat(recall(EmbeddingSet.sample(), 100)).isEqualTo(1.0);
    }

    @Test
    void findsTheTenNearestOfTheFullSet() throws IOException {
        assertThat(recall(EmbeddingSet.full(), 10)).isGreaterThanOrEqualTo(0.9999);
    }

    private double recall(EmbeddingSet set, int k) {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", 0, ElementType.FLOAT32);
            for (int from = 0; from < set.base().count(); from += 1_000) {
                Vectors part = set.rows(from, Math.min(from + 1_000, set.base().count()));
                engine.write(id, new RowBatch(WriteKind.ADD, part, null, FieldBlock.NONE));
            }
            List<Hits> answers = engine.engine().batchSearch(id, set.queries(), new Query.Options(k, false, 0));
            long found = 0;
            for (int query = 0; query < answers.size(); query++) found += EmbeddingSet.overlap(answers.get(query).ids(), set.nearest(query, k), k);
            return (double) found / answers.size() / k;
        }
    }

    /** Rows a few units in the last place apart, with large and small magnitudes: the scan's float32 sums cannot order them. */
    @ParameterizedTest
    @ValueSource(strings = {"FLAT-IP", "FLAT-L2", "FLAT-COS"})
    void ordersWhatFloat32SumsCannot(String mode) {
        var random = new Random(7);
        var base = new float[200];
        for (int i = 0; i < base.length; i++) base[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4)));
        var rows = new float[500][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = base.clone();
            for (int change = 0; change < 3; change++) {
                int i = random.nextInt(base.length);
                rows[row][i] = Math.nextAfter(rows[row][i], random.nextBoolean() ? 1e9 : -1e9);
            }
        }
        var query = new float[base.length];
        for (int i = 0; i < query.length; i++) query[i] = (float) random.nextGaussian();
        try (var engine = new TestEngine(EngineSettings.of(directory).withFoldRows(100))) {
            CollectionId id = engine.create("c", 0, ElementType.FLOAT32);
            engine.setIndex(id, mode, false);
            engine.bulkAdd(id, rows);
            Hits hits = engine.engine().search(id, new Query(query, new Query.Options(20, false, 0)));
            List<Integer> expected = IntStream.range(0, rows.length).boxed()
                    .sorted(Comparator.comparingDouble((Integer row) -> score(mode, query, rows[row])).thenComparing(Comparator.naturalOrder()))
                    .limit(20)
                    .toList();
            assertThat(hits.ids().toList().stream().map(hit -> Integer.valueOf(hit.toString())).toList()).isEqualTo(expected);
        }
    }

    /** Rounded to float32 as answers are, negated where higher is better. */
    private static float score(String mode, float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
            distance += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return switch (mode) {
            case "FLAT-IP" -> (float) -product;
            case "FLAT-L2" -> (float) distance;
            default -> (float) (1 - product / Math.sqrt(squareA * squareB));
        };
    }

    @Test
    void hugeComponentsOverflowNothingButTheirScore() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", 0, ElementType.FLOAT32);
            engine.bulkAdd(id, new float[] {3e38f, -3e38f, 1}, new float[] {1, 2, 3}, new float[] {-3e38f, 3e38f, 5});
            Hits hits = engine.engine().search(id, new Query(new float[] {3e38f, 3e38f, 1}, new Query.Options(3, false, 0)));
            assertThat(hits.ids()).isEqualTo(Ids.of(1, 0, 2));
            assertThat(hits.scores()).containsExactly(Float.POSITIVE_INFINITY, 0, 0); // beside 9e76 a 5 is nothing in float64 either
        }
    }

    /** In float32 the sum of the second row is minus infinity on its way, and stays so. */
    @Test
    void sumsThatOverflowOnTheirWayDropNoRow() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", 0, ElementType.FLOAT32);
            engine.bulkAdd(id, new float[] {-1e38f, 0}, new float[] {-2e38f, 2.5e38f});
            Hits hits = engine.engine().search(id, new Query(new float[] {2, 1}, new Query.Options(1, false, 0)));
            assertThat(hits.ids()).isEqualTo(Ids.of(1));
        }
    }

    /** Its length is more than a float32 holds. */
    @Test
    void theLongestVectorsAreFoundByTheirDirection() {
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", 0, ElementType.FLOAT32);
            engine.setIndex(id, "FLAT-COS", true);
            engine.bulkAdd(id, new float[] {1, 0.5f}, new float[] {3e38f, 3e38f});
            Hits hits = engine.engine().search(id, new Query(new float[] {1e-3f, 1e-3f}, new Query.Options(1, false, 0)));
            assertThat(hits.ids()).isEqualTo(Ids.of(1));
        }
    }
}
