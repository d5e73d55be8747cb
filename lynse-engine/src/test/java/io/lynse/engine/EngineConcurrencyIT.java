package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once, while folds, merges and checkpoints run. */
class EngineConcurrencyIT {

    private static final int WRITERS = 4;
    private static final int ROWS = 60;
    private static final int DIMENSION = 8;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedWriteIsSeenByTheNextSearch() throws Exception {
        var settings = EngineSettings.of(directory).withFoldRows(7).withCheckpointInterval(Duration.ofMillis(20));
        try (var engine = new TestEngine(settings); var clients = Executors.newCachedThreadPool()) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            engine.setIndex(id, "FLAT-L2", false);
            var writing = new AtomicBoolean(true);
            List<Future<Integer>> readers = List.of(
                    clients.submit(() -> readUntilDone(engine, id, writing)), clients.submit(() -> readUntilDone(engine, id, writing)));
            List<Callable<Integer>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                writers.add(() -> write(engine, id, number));
            }
            for (Future<Integer> writer : clients.invokeAll(writers)) writer.get();
            writing.set(false);
            for (Future<Integer> reader : readers) assertThat(reader.get()).isPositive();
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(WRITERS * ROWS);
            engine.reopen();
            assertThat(engine.engine().stats(id, false).live()).isEqualTo(WRITERS * ROWS / 2);
        }
    }

    private static int write(TestEngine engine, CollectionId id, int writer) {
        for (int row = 0; row < ROWS; row++) {
            RowId mine = RowId.of(writer + "-" + row);
            float[] vector = vector(writer, row);
            engine.add(id, Ids.of(List.of(mine)), vector);
            assertThat(nearest(engine, id, vector)).isEqualTo(mine);
            if (row % 2 == 0) {
                engine.mark(id, Ids.of(List.of(mine)), true);
                assertThat(nearest(engine, id, vector)).isNotEqualTo(mine);
            } else {
                float[] moved = vector(writer + 100, row);
                engine.upsert(id, Ids.of(List.of(mine)), moved);
                assertThat(nearest(engine, id, moved)).isEqualTo(mine);
            }
        }
        return ROWS;
    }

    private static int readUntilDone(TestEngine engine, CollectionId id, AtomicBoolean writing) {
        int reads = 0;
        long rows = 0;
        while (writing.get() || reads == 0) {
            var stats = engine.engine().stats(id, false);
            assertThat(stats.rows()).isGreaterThanOrEqualTo(rows);
            rows = stats.rows();
            int listed = engine.engine().read(id, new RowSelection.Tail(1000), true, true).size();
            assertThat(listed).isGreaterThanOrEqualTo((int) rows);
            rows = listed;
            Hits hits = engine.engine().search(id, new Query(vector(0, 0), new Query.Options(5, true, 0)));
            for (int i = 1; i < hits.size(); i++) assertThat(hits.scores()[i]).isGreaterThanOrEqualTo(hits.scores()[i - 1]);
            reads++;
        }
        return reads;
    }

    @Test
    void aDropDoesNotDisturbReadsUnderWay() throws Exception {
        try (var engine = new TestEngine(directory); var clients = Executors.newCachedThreadPool()) {
            for (int round = 0; round < 10; round++) {
                CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
                engine.bulkAdd(id, vector(1, 1), vector(2, 2));
                Future<String> reader = clients.submit(() -> readUntilGone(engine, id));
                engine.drop(id);
                assertThat(reader.get()).isIn("Collection not found: " + id, "the collection is closed");
            }
        }
    }

    private static String readUntilGone(TestEngine engine, CollectionId id) {
        while (true) {
            try {
                assertThat(engine.engine().search(id, new Query(vector(1, 1), new Query.Options(5, true, 0))).size()).isEqualTo(2);
            } catch (LynseException gone) {
                return gone.error().message();
            }
        }
    }

    @Test
    void moreSearchesThanTheQueueTakesAreRefused() throws Exception {
        var settings = EngineSettings.of(directory).withSearchThreads(1, 1);
        try (var engine = new TestEngine(settings); var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            var rows = new float[5000][];
            for (int row = 0; row < rows.length; row++) rows[row] = vector(row, row);
            engine.bulkAdd(id, rows);
            List<Callable<Boolean>> searches = new ArrayList<>();
            // Of all rows, so that a search takes long beside what it takes to ask for one.
            var all = new Query.Options(5000, true, 0);
            for (int i = 0; i < 40; i++) searches.add(() -> engine.engine().search(id, new Query(vector(1, 2), all)).size() == 5000);
            int answered = 0;
            int refused = 0;
            for (Future<Boolean> search : clients.invokeAll(searches)) {
                try {
                    assertThat(search.get()).isTrue();
                    answered++;
                } catch (ExecutionException failed) {
                    assertThat(failed.getCause()).isInstanceOfSatisfying(LynseException.class,
                            told -> assertThat(told.error()).isInstanceOf(LynseError.Overloaded.class));
                    refused++;
                }
            }
            assertThat(answered).isPositive();
            assertThat(refused).isPositive();
            assertThat(engine.engine().search(id, new Query(vector(1, 2), all)).size()).isEqualTo(5000);
        }
    }

    @Test
    void aBatchIsSplitOverThreadsAndComesBackInOrder() {
        try (var engine = new TestEngine(EngineSettings.of(directory).withSearchThreads(3, 10))) {
            CollectionId id = engine.create("c", DIMENSION, ElementType.FLOAT32);
            engine.setIndex(id, "FLAT-L2", false);
            var rows = new float[50][];
            for (int row = 0; row < rows.length; row++) rows[row] = vector(row, row);
            engine.bulkAdd(id, rows);
            List<Hits> answers = engine.engine().batchSearch(id, Vectors.of(rows), new Query.Options(1, false, 0));
            for (int row = 0; row < rows.length; row++) assertThat(answers.get(row).ids()).isEqualTo(Ids.of(row));
            assertThatThrownBy(() -> engine.engine().batchSearch(id, Vectors.of(new float[3]), new Query.Options(1, false, 0)))
                    .hasMessage("Dimension mismatch: expected 8, got 3");
        }
    }

    private static RowId nearest(TestEngine engine, CollectionId id, float[] vector) {
        Hits hits = engine.engine().search(id, new Query(vector, new Query.Options(1, false, 0)));
        return hits.size() == 0 ? RowId.of("nothing") : hits.ids().get(0);
    }

    private static float[] vector(int writer, int row) {
        var vector = new float[DIMENSION];
        vector[0] = writer;
        vector[1] = row;
        vector[2 + row % 6] = 0.5f;
        return vector;
    }
}
