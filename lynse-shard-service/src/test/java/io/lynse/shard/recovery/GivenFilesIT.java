package io.lynse.shard.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of a real engine, held for others; time is told. */
class GivenFilesIT {

    private static final CatchUpSettings SETTINGS = new CatchUpSettings(1 << 30, Duration.ofMinutes(2), 2);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    @TempDir
    Path temporary;

    private final AtomicLong now = new AtomicLong();
    private FilledEngine filled;
    private GivenFiles given;

    @BeforeEach
    void open() {
        filled = new FilledEngine(temporary);
        given = new GivenFiles(filled.engine::give, SETTINGS, now::get);
    }

    @AfterEach
    void close() {
        given.close();
        filled.close();
    }

    @Test
    void aTakerThatComesAgainGetsWhatIsHeldForIt() {
        GivenFiles.Held first = given.hold(A, false);
        filled.write(0, 1);
        assertThat(given.hold(A, false)).isSameAs(first);
        assertThat(given.hold(B, false).checkpoint().lsn()).isGreaterThan(first.checkpoint().lsn());
        GivenFiles.Held another = given.hold(A, true);
        assertThat(another.checkpoint().lsn()).isGreaterThan(first.checkpoint().lsn());
        assertThat(first.checkpoint().isLost()).isTrue();
        assertThatThrownBy(() -> given.find(first.id())).isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.NotFound.class));
    }

    @Test
    void aTakerThatAsksForNothingIsForgotten() {
        GivenFiles.Held busy = given.hold(A, false);
        GivenFiles.Held gone = given.hold(B, false);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        given.find(busy.id());
        now.addAndGet(Duration.ofMinutes(1).toNanos() + 1);
        given.lapse();
        assertThat(busy.checkpoint().isLost()).isFalse();
        assertThat(gone.checkpoint().isLost()).isTrue();
        assertThat(given.count()).isEqualTo(1);
    }

    @Test
    void thoseBeyondTheBoundAreToldToWait() {
        GivenFiles.Held held = given.hold(A, false);
        given.hold(B, false);
        assertThatThrownBy(() -> given.hold(new NodeId("c"), false))
                .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.Overloaded.class));
        given.release(held.id());
        assertThat(given.hold(new NodeId("c"), false)).isNotNull();
    }

    @Test
    void whatTheEngineGaveUpIsTakenAnew() {
        GivenFiles.Held held = given.hold(A, false);
        held.checkpoint().close();
        assertThat(given.hold(A, false)).isNotSameAs(held);
        assertThat(given.count()).isEqualTo(1);
    }
}
