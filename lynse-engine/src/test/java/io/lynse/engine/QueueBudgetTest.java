package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class QueueBudgetTest {

    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final QueueBudget budget = new QueueBudget(100);

    @Test
    void takesWhatFits() throws InterruptedException {
        assertThat(budget.acquire(60, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(40, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(1, NOT_AT_ALL)).isFalse();
        budget.release(40);
        assertThat(budget.acquire(1, NOT_AT_ALL)).isTrue();
    }

    @Test
    void takesAnEntryAboveTheBudgetWhenItIsAlone() throws InterruptedException {
        assertThat(budget.acquire(1, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(500, NOT_AT_ALL)).isFalse();
        budget.release(1);
        assertThat(budget.acquire(500, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(1, NOT_AT_ALL)).isFalse();
    }

    @Test
    void whoWaitsGetsTheRoomThatIsFreed() throws Exception {
        assertThat(budget.acquire(100, NOT_AT_ALL)).isTrue();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return budget.acquire(100, LONG);
            } catch (InterruptedException interrupted) {
                return false;
            }
        });
        budget.release(100);
        assertThat(waiting.get()).isTrue();
    }
}
