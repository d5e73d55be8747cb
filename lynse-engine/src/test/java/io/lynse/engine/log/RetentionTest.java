package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 200 durable entries in segments of some 15 each, and who keeps them. */
class RetentionTest {

    private static final RetentionLimits LONG_AGE = RetentionLimits.DEFAULT;
    private static final RetentionLimits NO_AGE = new RetentionLimits(LONG_AGE.followerBytesMax(), Duration.ofNanos(1));
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private final List<String> lapsed = new ArrayList<>();
    private WriteAheadLog log = open();
    private Retention retention = log.retention();

    @BeforeEach
    void append() {
        for (int i = 0; i < 200; i++) log.append(new Epoch(1), 1, 1, ByteBuffer.allocate(200));
        log.sync(new Lsn(200)).join();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void theSlowestFollowerKeepsTheLog() {
        retention.register(A);
        retention.register(B);
        retention.trimTo(new Lsn(150), LONG_AGE);
        assertThat(first()).as("nobody confirmed anything").isEqualTo(1);
        retention.confirmed(A, new Lsn(180));
        retention.confirmed(B, new Lsn(60));
        retention.trimTo(new Lsn(150), LONG_AGE);
        assertThat(first()).isBetween(40L, 61L);
        assertThat(holder()).isEqualTo(new Claim.Follower(B, new Lsn(61)));
        retention.confirmed(B, new Lsn(90));
        assertThat(holder()).isEqualTo(new Claim.Follower(B, new Lsn(91)));
        retention.forget(B);
        retention.confirmed(B, new Lsn(90)); // on its way when it was forgotten
        retention.trimTo(new Lsn(150), LONG_AGE);
        assertThat(first()).isBetween(130L, 150L);
        assertThat(holder()).isEqualTo(new Claim.Checkpoint(new Lsn(150)));
    }

    @Test
    void aFollowerTooFarBehindIsLeftBehind() {
        retention.register(A);
        retention.confirmed(A, new Lsn(20));
        long behind = retention.kept().bytes(); // the first segment has that entry
        try (LogReader reader = log.read(new Lsn(21))) {
            assertThat(reader.next()).isNotNull();
            retention.trimTo(new Lsn(150), new RetentionLimits(behind, Duration.ofHours(1)));
            assertThat(first()).as("within the bound").isLessThanOrEqualTo(21);
            log.append(new Epoch(1), 1, 1, ByteBuffer.allocate(4_000)); // a segment more
            retention.trimTo(new Lsn(150), new RetentionLimits(log.retention().kept().bytesFor(Claim.Follower.class) - 1, Duration.ofHours(1)));
            assertThat(first()).isBetween(130L, 150L);
            assertThat(retention.kept().lapsed()).extracting(Kept.Hold::claim).containsExactly(new Claim.Follower(A, new Lsn(21)));
            assertThatThrownBy(() -> {
                while (reader.next() != null) {}
            }).isInstanceOf(LogTrimmedException.class);
        }
        retention.confirmed(A, new Lsn(160)); // refilled from files
        retention.trimTo(new Lsn(190), LONG_AGE);
        assertThat(first()).isBetween(140L, 161L);
    }

    @Test
    void registeringAgainChangesNothing() {
        retention.register(A);
        retention.confirmed(A, new Lsn(100));
        retention.register(A);
        assertThat(holderAfterTrimTo(150)).isEqualTo(new Claim.Follower(A, new Lsn(101)));
    }

    @Test
    void aPinKeepsWhatIsTrimmed() {
        try (LogPin later = pin(120)) {
            try (LogPin pin = pin(20)) {
                retention.trimTo(new Lsn(150), LONG_AGE);
                assertThat(first()).isBetween(2L, pin.from().value());
            }
            retention.trimTo(new Lsn(150), LONG_AGE);
            assertThat(first()).isBetween(100L, later.from().value());
            assertThatThrownBy(() -> pin(20)).isInstanceOf(LogTrimmedException.class);
        }
        retention.trimTo(new Lsn(150), LONG_AGE);
        assertThat(first()).isGreaterThan(120);
        assertThat(lapsed).isEmpty();
    }

    @Test
    void anOldPinLapsesBeforeItsEntriesGo() {
        var firstAtLapse = new ArrayList<Long>();
        retention.pin(new Lsn(20), "backup", "test", () -> firstAtLapse.add(first()));
        retention.trimTo(new Lsn(150), LONG_AGE);
        assertThat(firstAtLapse).isEmpty();
        long kept = first();
        retention.trimTo(new Lsn(150), NO_AGE);
        assertThat(firstAtLapse).containsExactly(kept);
        assertThat(first()).isBetween(130L, 150L);
        retention.trimTo(new Lsn(190), NO_AGE);
        assertThat(firstAtLapse).as("once").hasSize(1);
    }

    @Test
    void aPinWhoseOwnerCannotGiveItUpHolds() {
        LogPin pin = retention.pin(new Lsn(20), "backup", "test", () -> {
            throw new UncheckedIOException(new IOException("the file that names it cannot be deleted"));
        });
        assertThatThrownBy(() -> retention.trimTo(new Lsn(150), NO_AGE)).isInstanceOf(UncheckedIOException.class);
        assertThat(first()).isEqualTo(1);
        pin.close();
        retention.trimTo(new Lsn(150), NO_AGE);
        assertThat(first()).isBetween(130L, 150L);
    }

    @Test
    void aPinTakenWhileTheTrimIsUnderWayHolds() {
        retention.pin(new Lsn(20), "backup", "test", () -> pin(30));
        retention.trimTo(new Lsn(150), NO_AGE);
        assertThat(first()).isBetween(15L, 30L);
    }

    @Test
    void pinsLapseForWantOfSpace() {
        pin(20);
        pin(30);
        retention.lapsePins();
        assertThat(lapsed).containsExactlyInAnyOrder("20", "30");
        assertThat(holderAfterTrimTo(150)).isEqualTo(new Claim.Checkpoint(new Lsn(150)));
        assertThat(first()).isBetween(130L, 150L);
    }

    private LogPin pin(long from) {
        return retention.pin(new Lsn(from), "owner", "test", () -> lapsed.add(Long.toString(from)));
    }

    private long first() {
        return log.firstLsn().value();
    }

    private Claim holder() {
        return retention.kept().holds().getFirst().claim();
    }

    private Claim holderAfterTrimTo(long lsn) {
        retention.trimTo(new Lsn(lsn), LONG_AGE);
        return holder();
    }

    private static WriteAheadLog open() {
        try {
            var ids = new Random(1);
            return WriteAheadLog.open(new FaultyDisk(), LogScenario.SMALL, Runnable::run, ids::nextLong);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
