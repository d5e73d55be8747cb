package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.disk.WatchedFiles;
import io.lynse.model.CollectionId;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.UpdateCollection;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log forces an entry together with its neighbours, also with one that was appended this very moment: it could be durable and
 * applied before it was noted who waits for it, and then neither it nor anything behind it was answered. CrashIT found it as a child
 * that hung; on a disk that forces at once it took less than a hundred writes.
 */
class EveryAnswerIT {

    private static final int WRITES = 60_000;

    @TempDir
    Path temporary;

    @Test
    void everyWriteIsAnsweredHoweverSoonItIsDurable() throws InterruptedException {
        Path forcedAtOnce = WatchedFiles.path(temporary, _ -> true); // no real force is asked for: the log is as fast as it can be
        try (var engine = new TestEngine(forcedAtOnce)) {
            CollectionId id = engine.create("c");
            var message = UpdateCollection.newBuilder().setCollectionId(id.value()).setDescription("d").build();
            var free = new Semaphore(3);
            for (int i = 0; i < WRITES; i++) {
                assertThat(free.tryAcquire(1, TimeUnit.MINUTES)).as("the writes before %s are answered", i).isTrue();
                CompletableFuture<Applied> _ = engine.send(EntryType.UPDATE_COLLECTION, message).whenComplete((_, _) -> free.release());
            }
            assertThat(free.tryAcquire(3, 1, TimeUnit.MINUTES)).as("all are answered").isTrue();
        }
    }
}
