package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.IndexState.Phase;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HNSW with default settings finds at least 95 of 100 of the ten nearest, whatever happened since the graph was built. */
class HnswRecallIT {

    private static final int K = 10;
    private static final double RECALL_MIN = 0.95;

    /** What the client sends when nobody says anything. */
    private static final int NPROBE_DEFAULT = 10;

    private static final Query.Options DEFAULTS = new Query.Options(K, false, NPROBE_DEFAULT);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"HNSW-IP, FLOAT32", "HNSW-L2, FLOAT32", "HNSW-COS, FLOAT32", "HNSW-IP, FLOAT16", "HNSW-L2, FLOAT16", "HNSW-COS, FLOAT16"})
    void holdsOnTheSample(String mode, ElementType elements) throws IOException {
        holds(EmbeddingSet.sample(), mode, elements, 1_000, 500);
    }

    @Test
    void holdsOnTheFullSet() throws IOException {
        holds(EmbeddingSet.full(), "HNSW-L2", ElementType.FLOAT32, 10_000, 5_000);
    }

    /** @param added rows that come after the build; @param deleted rows of the graph that go then */
    private void holds(EmbeddingSet set, String mode, ElementType elements, int added, int deleted) throws IOException {
        int all = set.base().count();
        try (var engine = new TestEngine(directory)) {
            CollectionId id = engine.create("c", EmbeddingSet.DIMENSION, elements);
            write(engine, id, set, 0, all - added);
            engine.setIndex(id, mode, false);
            IndexState built = engine.engine().indexBuilt(id).join();
            assertThat(built.phase()).isEqualTo(Phase.READY);
            assertThat(built.linked()).isEqualTo(all - added);
            assertThat(recall(engine, id, set)).as("built").isGreaterThanOrEqualTo(RECALL_MIN);

            write(engine, id, set, all - added, all);
            assertThat(recall(engine, id, set)).as("after adds").isGreaterThanOrEqualTo(RECALL_MIN);

            engine.mark(id, Ids.of(LongStream.range(0, deleted).map(i -> i * ((all - added) / deleted)).toArray()), true);
            assertThat(recall(engine, id, set)).as("after deletes").isGreaterThanOrEqualTo(RECALL_MIN);

            engine.reopen();
            assertThat(engine.engine().indexState(id).linked()).as("the graph is there at once").isPositive();
            assertThat(recall(engine, id, set)).as("after a restart").isGreaterThanOrEqualTo(RECALL_MIN);

            assertThat(engine.compact(id)).isEqualTo(deleted);
            assertThat(recall(engine, id, set)).as("after compaction").isGreaterThanOrEqualTo(RECALL_MIN);
        }
    }

    private static void write(TestEngine engine, CollectionId id, EmbeddingSet set, int from, int to) {
        for (int at = from; at < to; at += 1_000) {
            engine.write(id, new RowBatch(WriteKind.ADD, set.rows(at, Math.min(at + 1_000, to)), null, FieldBlock.NONE));
        }
    }

    /** Of the graph's answers, among the exact ones: a search within a threshold is always exact. Their scores must be equal. */
    private static double recall(TestEngine engine, CollectionId id, EmbeddingSet set) {
        boolean higherIsBetter = engine.engine().catalog().byId(id).orElseThrow().metric().higherIsBetter();
        var exact = new Query.Options(K, false, 0, OptionalDouble.of(higherIsBetter ? -1e30 : 1e30));
        List<Hits> expected = engine.engine().batchSearch(id, set.queries(), exact);
        List<Hits> found = engine.engine().batchSearch(id, set.queries(), DEFAULTS);
        long hits = 0;
        for (int query = 0; query < found.size(); query++) {
            Hits near = found.get(query);
            assertThat(near.size()).isEqualTo(K);
            hits += EmbeddingSet.overlap(near.ids(), expected.get(query).ids(), K);
        }
        return (double) hits / found.size() / K;
    }
}
