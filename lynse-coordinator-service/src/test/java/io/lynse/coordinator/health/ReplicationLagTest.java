package io.lynse.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicationLagTest {

    private static final MemberImage B = new MemberImage("http://b:1", new NodeId("b"));
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ReplicationLag lag = new ReplicationLag();

    @Test
    void nothingIsKnownBeforeBothWereHeard() {
        lag.primaryAt(new Lsn(5), 0);
        assertThat(lag.of(B, 0)).isEmpty();
        lag.memberAt(B, new Lsn(5));
        assertThat(lag.of(B, 9 * SECOND)).contains(new Behind(0, Duration.ZERO));
    }

    @Test
    void aMemberIsBehindSinceItsPrimaryHadMore() {
        lag.memberAt(B, new Lsn(5));
        lag.primaryAt(new Lsn(5), 0);
        lag.primaryAt(new Lsn(8), 10 * SECOND);
        lag.primaryAt(new Lsn(8), 11 * SECOND);
        lag.primaryAt(new Lsn(9), 12 * SECOND);
        assertThat(lag.of(B, 13 * SECOND)).contains(new Behind(4, Duration.ofSeconds(3)));
        lag.memberAt(B, new Lsn(8));
        assertThat(lag.of(B, 13 * SECOND)).contains(new Behind(1, Duration.ofSeconds(1)));
        lag.memberAt(B, new Lsn(12)); // heard later than the primary
        assertThat(lag.of(B, 13 * SECOND)).contains(new Behind(0, Duration.ZERO));
    }

    @Test
    void whatAnEarlierPrimaryHadBeyondTheNextOnesLogIsNoMeasure() {
        lag.memberAt(B, new Lsn(5));
        lag.primaryAt(new Lsn(5), 0);
        lag.primaryAt(new Lsn(7), SECOND);
        lag.primaryAt(new Lsn(6), 5 * SECOND);
        assertThat(lag.of(B, 6 * SECOND)).contains(new Behind(1, Duration.ofSeconds(1)));
    }

    @Test
    void ofALongLagOnlyTheLastPartIsTold() {
        lag.memberAt(B, new Lsn(1));
        for (int second = 0; second < 5_000; second++) lag.primaryAt(new Lsn(2 + second), second * SECOND);
        assertThat(lag.of(B, 5_000 * SECOND).orElseThrow().entries()).isEqualTo(5_000);
        assertThat(lag.of(B, 5_000 * SECOND).orElseThrow().time()).isBetween(Duration.ofSeconds(1_000), Duration.ofSeconds(1_100));
    }

    @Test
    void whoIsAMemberNoMoreIsForgotten() {
        lag.memberAt(B, new Lsn(1));
        lag.primaryAt(new Lsn(2), 0);
        lag.keepOnly(List.of());
        assertThat(lag.of(B, SECOND)).isEmpty();
    }
}
