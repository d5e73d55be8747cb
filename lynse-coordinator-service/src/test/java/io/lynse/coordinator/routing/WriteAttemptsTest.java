package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.error.LynseError;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Definite and unknown answers. */
class WriteAttemptsTest {

    private static final Epoch EPOCH = new Epoch(3);
    static final LynseError BUSY = new LynseError.Unavailable("too few members", Duration.ofSeconds(1));
    static final LynseError WRONG = LynseError.invalid("vectors", "a vector is too long");

    static final List<Arguments> REFUSALS = List.of(
            arguments("of its standing, is tried again", new LynseError.NotPrimary(new ShardGroupId("sg0"), "it follows"), true),
            arguments("of its epoch, is tried again", new LynseError.StaleEpoch(EPOCH, EPOCH.next()), true),
            arguments("for now, is tried again", BUSY, true),
            arguments("of a collection that it does not have yet, is tried again", new LynseError.NotFound("collection", "7"), true),
            arguments("of the request itself, is final", WRONG, false));

    @ParameterizedTest(name = "a refusal {0}")
    @FieldSource("REFUSALS")
    void refused(String kind, LynseError error, boolean again) {
        WriteAttempts.Verdict verdict = WriteAttempts.FIRST.refused(error, EPOCH);
        assertThat(verdict).isEqualTo(again
                ? new WriteAttempts.Verdict.Again(new WriteAttempts(false, EPOCH, error))
                : new WriteAttempts.Verdict.Failed(error));
    }

    @ParameterizedTest(name = "after an attempt without answer, a refusal {0}: the outcome stays open")
    @FieldSource("REFUSALS")
    void noRefusalMakesDefiniteWhatIsOpen(String kind, LynseError error, boolean again) {
        assertThat(WriteAttempts.FIRST.unanswered().refused(error, EPOCH)).isInstanceOfSatisfying(WriteAttempts.Verdict.Again.class, next ->
                assertThat(next.next().atDeadline("sg0")).isInstanceOf(LynseError.OutcomeUnknown.class));
    }

    @Test
    void whatWasDecidedWhenItWasAppliedIsFinalWhateverWentBefore() {
        assertThat(WriteAttempts.FIRST.unanswered().decided(WRONG, EPOCH)).isEqualTo(new WriteAttempts.Verdict.Failed(WRONG));
        LynseError missing = new LynseError.NotFound("collection", "7");
        assertThat(WriteAttempts.FIRST.decided(missing, EPOCH)).isEqualTo(new WriteAttempts.Verdict.Again(new WriteAttempts(false, EPOCH, missing)));
    }

    @Test
    void aRefusedConnectionLeavesTheOutcomeDefinite() {
        assertThat(WriteAttempts.FIRST.notConnected(BUSY).atDeadline("sg0")).isEqualTo(BUSY);
    }

    @Test
    void nothingTriedInTimeIsDefiniteToo() {
        assertThat(WriteAttempts.FIRST.atDeadline("sg0")).isInstanceOf(LynseError.Unavailable.class);
    }
}
