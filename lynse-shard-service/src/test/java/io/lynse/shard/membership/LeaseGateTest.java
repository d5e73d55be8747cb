package io.lynse.shard.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LeaseGateTest {

    private static final LeaseEpoch FIRST = new LeaseEpoch(5);
    private static final LeaseEpoch NEXT = FIRST.next();

    private final LeaseGate gate = new LeaseGate();
    private final AtomicInteger begun = new AtomicInteger();

    @Test
    void anEarlierLeaderChangesNothingOnceTheNextOneHasChangedSomething() {
        assertThat(change(FIRST, done())).isCompleted();
        assertThat(change(NEXT, done())).isCompleted();
        assertConflict(() -> change(FIRST, done()));
        assertThat(begun).hasValue(2);
    }

    @Test
    void norOnceTheNextOneHasLooked() {
        gate.look(NEXT, at(0));
        assertConflict(() -> change(FIRST, done()));
        assertConflict(() -> gate.look(FIRST, at(0)));
        assertThat(begun).hasValue(0);
    }

    @Test
    void norOnceAProbeHasTold() {
        gate.heard(NEXT);
        gate.heard(FIRST);
        assertConflict(() -> change(FIRST, done()));
    }

    /** Else the next one's list could lack what is applied right behind it. */
    @Test
    void theNextOneLooksWhenWhatTheEarlierOneBeganIsOver() throws InterruptedException {
        var open = new CompletableFuture<String>();
        change(FIRST, open);
        assertThatThrownBy(() -> gate.look(NEXT, at(0)))
                .isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error()).isInstanceOf(LynseError.Unavailable.class));
        Thread looking = Thread.ofVirtual().start(() -> gate.look(NEXT, at(60)));
        assertConflict(() -> change(FIRST, done()));
        open.completeExceptionally(new IllegalStateException("refused"));
        looking.join();
        assertThat(change(NEXT, done())).isCompleted();
    }

    @Test
    void aChangeThatDoesNotBeginKeepsNobodyOut() {
        assertThatThrownBy(() -> gate.change(FIRST, at(0), () -> {
            throw new IllegalStateException("no room");
        })).hasMessage("no room");
        gate.look(NEXT, at(0));
    }

    @Test
    void whatOneLeaderBeginsDoesNotHoldUpItself() {
        change(FIRST, new CompletableFuture<>());
        gate.look(FIRST, at(0));
        assertThat(change(FIRST, done())).isCompleted();
    }

    private CompletableFuture<String> change(LeaseEpoch lease, CompletableFuture<String> change) {
        return gate.change(lease, at(0), () -> {
            begun.incrementAndGet();
            return change;
        });
    }

    private static CompletableFuture<String> done() {
        return CompletableFuture.completedFuture("done");
    }

    private static Deadline at(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds));
    }

    private static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error()).isInstanceOf(LynseError.Conflict.class))
                .hasMessageContaining("lease 5 was followed by lease 6");
    }
}
