package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void theCallerDoesAllWhereTheExecutorRefuses() {
        var runs = new AtomicInteger();

        Workers.run(
                command -> {
                    throw new RejectedExecutionException();
                },
                3,
                runs::incrementAndGet);

        assertThat(runs).hasValue(1);
    }

    @Test
    void nobodyWaitsForATurnThatHasNotBegun() {
        List<Runnable> queue = new ArrayList<>();
        var runs = new AtomicInteger();

        Workers.run(queue::add, 3, runs::incrementAndGet);

        queue.forEach(Runnable::run);
        assertThat(runs).as("late turns do nothing").hasValue(1);
    }

    @Test
    void returnsWhenEveryTurnThatBeganHasEnded() throws InterruptedException {
        var begun = new CountDownLatch(2);
        var ended = new AtomicInteger();
        try (var executor = Executors.newFixedThreadPool(1)) {
            Workers.run(executor, 2, () -> {
                begun.countDown();
                await(begun);
                ended.incrementAndGet();
            });
            assertThat(ended).hasValue(2);
        }
    }

    @Test
    void aFailureOfAnyTurnIsTheCallers() {
        var begun = new CountDownLatch(2);
        try (var executor = Executors.newFixedThreadPool(1)) {
            Thread caller = Thread.currentThread();
            assertThatThrownBy(() -> Workers.run(executor, 2, () -> {
                        begun.countDown();
                        await(begun);
                        if (Thread.currentThread() != caller) throw new IllegalStateException("lost");
                    }))
                    .hasRootCauseMessage("lost");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
