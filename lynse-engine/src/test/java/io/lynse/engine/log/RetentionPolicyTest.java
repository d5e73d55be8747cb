package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.engine.log.Kept.Hold;
import io.lynse.engine.log.RetentionPolicy.SegmentBytes;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RetentionPolicyTest {

    /** Entries 101 to 499 in segments of 10 bytes; the checkpoint needs 400 and what follows. */
    private static final List<SegmentBytes> LOG = List.of(segment(101), segment(200), segment(300), segment(400));

    private static final Claim.Checkpoint CHECKPOINT = new Claim.Checkpoint(new Lsn(400));

    /** Three segments for followers, pins for an hour. */
    private static final RetentionLimits LIMITS = new RetentionLimits(30, Duration.ofHours(1));

    static final List<Arguments> TABLE = List.of(
            arguments("nobody else", List.of(), LIMITS, CHECKPOINT, List.of()),
            arguments("a follower", List.of(follower("a", 350)), LIMITS, follower("a", 350), List.of()),
            arguments("the slowest of two", List.of(follower("a", 350), follower("b", 250)), LIMITS, follower("b", 250), List.of()),
            arguments("at the byte bound", List.of(follower("a", 200)), LIMITS, follower("a", 200), List.of()),
            arguments("beyond the byte bound", List.of(follower("a", 199)), LIMITS, CHECKPOINT, List.of(follower("a", 199))),
            arguments("one beyond it, another within", List.of(follower("a", 150), follower("b", 300)), LIMITS, follower("b", 300), List.of(follower("a", 150))),
            arguments("its next entry is gone", List.of(follower("a", 100)), new RetentionLimits(1_000, Duration.ofHours(1)), CHECKPOINT, List.of(follower("a", 100))),
            arguments("a follower that is level", List.of(follower("a", 500)), LIMITS, CHECKPOINT, List.of()),
            arguments("a level one costs nothing when the disk is low", List.of(follower("a", 400)), LIMITS.withoutFollowers(), CHECKPOINT, List.of()),
            arguments("the disk is low", List.of(follower("a", 350)), LIMITS.withoutFollowers(), CHECKPOINT, List.of(follower("a", 350))),
            arguments("a pin costs what it costs", List.of(pin(110, 59)), LIMITS, pin(110, 59), List.of()),
            arguments("a pin, and the disk is low", List.of(pin(110, 59)), LIMITS.withoutFollowers(), pin(110, 59), List.of()),
            arguments("a pin at its age", List.of(pin(110, 60)), LIMITS, pin(110, 60), List.of()),
            arguments("a pin beyond it", List.of(pin(110, 61)), LIMITS, CHECKPOINT, List.of(pin(110, 61))),
            arguments("an old pin of what is kept anyway", List.of(pin(450, 61)), LIMITS, CHECKPOINT, List.of()),
            arguments("a pin and a slower follower", List.of(pin(300, 1), follower("a", 250)), LIMITS, follower("a", 250), List.of()),
            arguments("a pin as old as the checkpoint", List.of(pin(400, 1)), LIMITS, CHECKPOINT, List.of()));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void keeps(String when, List<Claim> others, RetentionLimits limits, Claim holder, List<Claim> lapsed) {
        Kept kept = RetentionPolicy.decide(CHECKPOINT, others, LOG, limits);
        assertThat(kept.holds().getFirst().claim()).isEqualTo(holder);
        assertThat(kept.from()).isEqualTo(holder.from());
        assertThat(kept.lapsed()).extracting(Hold::claim).containsExactlyElementsOf(lapsed);
        assertThat(kept.holds()).hasSize(1 + others.size() - lapsed.size());
    }

    @Test
    void tellsWhatEachCosts() {
        Kept kept = RetentionPolicy.decide(CHECKPOINT, List.of(follower("a", 350), follower("b", 450), pin(110, 1)), LOG, LIMITS);
        assertThat(kept.bytes()).isEqualTo(40);
        assertThat(kept.holds()).containsExactly(
                new Hold(pin(110, 1), 40), new Hold(follower("a", 350), 20), new Hold(CHECKPOINT, 10), new Hold(follower("b", 450), 10));
        assertThat(kept.bytesFor(Claim.Follower.class)).isEqualTo(20);
        assertThat(kept.bytesFor(Claim.Checkpoint.class)).isEqualTo(10);
        assertThat(RetentionPolicy.decide(CHECKPOINT, List.of(), LOG, LIMITS).bytesFor(Claim.Pin.class)).isZero();
    }

    @Test
    void aCheckpointMayNeedWhatIsGone() { // a collection that cannot be opened: what is left is kept for it
        Kept kept = RetentionPolicy.decide(new Claim.Checkpoint(new Lsn(5)), List.of(follower("a", 350)), LOG, LIMITS);
        assertThat(kept.from()).isEqualTo(new Lsn(5));
        assertThat(kept.bytesFor(Claim.Checkpoint.class)).isEqualTo(40);
    }

    private static SegmentBytes segment(long first) {
        return new SegmentBytes(new Lsn(first), 10);
    }

    private static Claim follower(String member, long from) {
        return new Claim.Follower(new NodeId(member), new Lsn(from));
    }

    private static Claim pin(long from, long minutes) {
        return new Claim.Pin("backup", "test", new Lsn(from), Duration.ofMinutes(minutes));
    }
}
