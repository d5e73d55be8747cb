package io.lynse.engine.collection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An entry that waits for a fold which never comes, because the collection failed meanwhile, ends all the same. */
class FoldWaitIT {

    @TempDir
    Path directory;

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    /** The one thread that folds stands still in the first fold. */
    private final FoldObserver observer = new FoldObserver() {
        @Override
        public void reached(FoldPhase phase) {
            held.countDown();
            try {
                go.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void awaited() {
            waiting.countDown();
        }
    };

    @Test
    void anEntryThatWaitsForRoomEndsWithItsCollection() throws Exception {
        var limits = new FoldLimits(1, 1 << 20, 1 << 20, Duration.ofHours(1));
        try (var folds = new Folds(limits, 1 << 20, 1, observer);
                var indexing = new Indexing(GraphBuilds.ofThisProcess());
                var busy = open("busy", 1, folds, indexing);
                var full = open("full", 2, folds, indexing)) {
            write(busy, 1);
            held.await();
            write(full, 2);
            write(full, 3);
            var third = CompletableFuture.runAsync(() -> write(full, 4));
            waiting.await();
            full.close();
            try {
                assertThatThrownBy(() -> third.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(CollectionUnavailableException.class);
            } finally {
                go.countDown();
            }
        }
    }

    private Collection open(String name, long id, Folds folds, Indexing indexing) {
        return Collection.open(
                directory.resolve(name), new CollectionId(id), 2, ElementType.FLOAT32, Lsn.NONE, Lsn.NONE, folds, null, indexing, Long.MAX_VALUE);
    }

    private static void write(Collection collection, long lsn) {
        collection.write(new Lsn(lsn), new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 2}), null, FieldBlock.NONE), lsn);
    }
}
