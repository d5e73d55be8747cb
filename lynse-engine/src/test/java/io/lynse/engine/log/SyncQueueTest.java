package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Lsn;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SyncQueueTest {

    private final SyncQueue queue = new SyncQueue();

    @Test
    void givesThoseThatAreReachedInOrder() {
        List<CompletableFuture<Lsn>> futures = List.of(queue.add(9), queue.add(3), queue.add(20), queue.add(3));
        assertThat(queue.takeUpTo(2)).isEmpty();
        assertThat(queue.takeUpTo(19)).extracting(SyncQueue.Waiter::lsn).containsExactly(3L, 3L, 9L);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(futures).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void givesBackThoseWhoseEntriesAreCut() {
        assertThat(List.of(queue.add(1), queue.add(5), queue.add(6))).hasSize(3);
        assertThat(queue.takeFrom(5)).extracting(SyncQueue.Waiter::lsn).containsExactlyInAnyOrder(5L, 6L);
        assertThat(queue.takeUpTo(100)).extracting(SyncQueue.Waiter::lsn).containsExactly(1L);
    }
}
