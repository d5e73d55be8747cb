package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class QueueBudgetTest {

    private static final int KIB = 1024;
    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final QueueBudget budget = new QueueBudget(100 * KIB);

    @Test
    void takesWhatFits() throws InterruptedException {
        assertThat(budget.acquire(60 * KIB, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(40 * KIB, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(1 * KIB, NOT_AT_ALL)).isFalse();
        budget.release(40 * KIB);
        assertThat(budget.acquire(1 * KIB, NOT_AT_ALL)).isTrue();
    }

    @Test
    void takesAnEntryAboveTheBudgetWhenItIsAlone() throws InterruptedException {
        assertThat(budget.acquire(1 * KIB, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(500 * KIB, NOT_AT_ALL)).isFalse();
        budget.release(1 * KIB);
        assertThat(budget.acquire(500 * KIB, NOT_AT_ALL)).isTrue();
        assertThat(budget.acquire(1 * KIB, NOT_AT_ALL)).isFalse();
    }

    @Test
    void whoWaitsGetsTheRoomThatIsFreed() throws Exception {
        assertThat(budget.acquire(100 * KIB, NOT_AT_ALL)).isTrue();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return budget.acquire(100 * KIB, LONG);
            } catch (InterruptedException interrupted) {
                return false;
            }
        });
        budget.release(100 * KIB);
        assertThat(waiting.get()).isTrue();
    }

    @Test
    void aLargeEntryIsNotOvertakenForEver() throws Exception {
        assertThat(budget.acquire(50 * KIB, NOT_AT_ALL)).isTrue();
        CompletableFuture<Boolean> large = CompletableFuture.supplyAsync(() -> {
            try {
                return budget.acquire(500 * KIB, LONG);
            } catch (InterruptedException interrupted) {
                return false;
            }
        });
        Awaitility.await().until(() -> {
            boolean overtook = budget.acquire(KIB, NOT_AT_ALL);
            if (overtook) budget.release(KIB);
            return !overtook;
        });
        budget.release(50 * KIB);
        assertThat(large.get()).isTrue();
    }
}
