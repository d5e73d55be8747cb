package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallValuesTest {

    @ParameterizedTest
    @CsvSource({"7637, 17637", "1, 10001", "55535, 65535", "55536, 45536", "65535, 55535"})
    void grpcListensTenThousandAboveOrBelow(int http, int grpc) {
        assertThat(GrpcPort.of(http)).isEqualTo(grpc);
    }

    @ParameterizedTest
    @CsvSource({"17637, 7637", "10001, 1", "65535, 55535", "50000, 40000", "45536, 35536"})
    void aGrpcPortTellsTheLowestHttpPortThatItBelongsTo(int grpc, int http) {
        assertThat(GrpcPort.httpPort(grpc)).isEqualTo(http);
        assertThat(GrpcPort.of(http)).isEqualTo(grpc);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000, 65_536, -20_000})
    void noHttpPortBelongsToAnyOther(int grpc) {
        assertThatThrownBy(() -> GrpcPort.httpPort(grpc)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void grpcPortRefusesWhatIsNoPort(int port) {
        assertThatThrownBy(() -> GrpcPort.of(port)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positionsAreNeverNegative() {
        assertThat(Lsn.NONE.next()).isEqualTo(new Lsn(1)).isGreaterThan(Lsn.NONE);
        assertThat(Epoch.NONE.next()).isEqualTo(new Epoch(1)).isGreaterThan(Epoch.NONE);
        assertThatThrownBy(() -> new Lsn(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Epoch(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CollectionId(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeId(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHybridClockFollowsTheWallAndNeverGoesBack() {
        var wall = new AtomicLong(1_000);
        var clock = new HybridClock(wall::get);
        assertThat(clock.next()).isEqualTo(1_000L << 16);
        assertThat(clock.next()).isEqualTo((1_000L << 16) + 1);
        wall.set(500);
        assertThat(clock.next()).isEqualTo((1_000L << 16) + 2);
        wall.set(1_001);
        assertThat(clock.next()).isEqualTo(1_001L << 16);
    }

    @Test
    void theHybridClockStaysAheadOfWhatItWasShown() {
        var clock = new HybridClock(() -> 1_000);
        clock.observe(2_000L << 16);
        assertThat(clock.next()).isEqualTo((2_000L << 16) + 1);
        clock.observe(5); // older: changes nothing
        assertThat(clock.next()).isEqualTo((2_000L << 16) + 2);
    }

    @Test
    void theHybridClockNeverRepeatsAcrossThreads() throws InterruptedException {
        var clock = new HybridClock(() -> 1);
        var seen = java.util.concurrent.ConcurrentHashMap.<Long>newKeySet();
        var threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) threads[i] = Thread.startVirtualThread(() -> {
            for (int n = 0; n < 5_000; n++) seen.add(clock.next());
        });
        for (Thread thread : threads) thread.join();
        assertThat(seen).hasSize(20_000);
    }

    @Test
    void aDeadlinePassesOnItsOwnClock() {
        var nanos = new AtomicLong(100);
        Deadline deadline = Deadline.after(Duration.ofMillis(5), nanos::get);
        assertThat(deadline.remainingMillis()).isEqualTo(5);
        assertThat(deadline.atMost(Duration.ofSeconds(9))).isSameAs(deadline);
        Deadline earlier = deadline.atMost(Duration.ofMillis(2));
        nanos.addAndGet(2_000_000);
        assertThat(earlier.passed()).isTrue();
        assertThat(deadline.passed()).isFalse();
        assertThat(deadline.remainingMillis()).isEqualTo(3);
        nanos.addAndGet(10_000_000);
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void stampsOrderByClockThenPlace() {
        assertThat(new OrderStamp(1, 9)).isLessThan(new OrderStamp(2, 0));
        assertThat(new OrderStamp(2, 0)).isLessThan(new OrderStamp(2, 1));
    }
}
