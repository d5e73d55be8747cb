package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The simulation bites: each planted mistake is found by a seed. */
class PlantedBugsTest {

    /** The first seed that finds it, and the rule that it sees broken. */
    static final List<Arguments> FINDERS = List.of(
            arguments("ackBeforeFsync", 1, "active members hold every acknowledged write"),
            arguments("dropBeforeMarkStale", 2, "active members hold every acknowledged write"),
            arguments("unknownIsSuccess", 1, "members heal"),
            arguments("promoteStale", 1, "active members hold every acknowledged write"),
            arguments("applyBeforeCommit", 1, "only committed entries are applied"),
            arguments("truncateByLsn", 6, "applied prefixes agree"),
            arguments("wipeKeepsId", 6, "active members hold every acknowledged write"),
            arguments("bindKeepsState", 2, "active members hold every acknowledged write"),
            arguments("resumeEpoch", 16, "a write reaches the least number of members"),
            arguments("noVersion", 84, "active members hold every acknowledged write"),
            arguments("proposeBeforeCounting", 2, "active members hold every acknowledged write"),
            arguments("commitLsnUnmatched", 43, "applied prefixes agree"),
            arguments("answerRetryFromLog", 1, "acknowledged is committed"),
            arguments("forgetWriteId", 147, "one request, one result"),
            arguments("readBeforeInherited", 140, "a read sees every acknowledged write"),
            arguments("noEpochCheck", 8, "active members hold every acknowledged write"),
            arguments("seenEpochVolatile", 140, "active members hold every acknowledged write"),
            arguments("levelByKnownCommit", 765, "active members hold every acknowledged write"),
            arguments("truncatePrimaryEnd", 457, "applied prefixes agree"),
            arguments("lateTruncate", 783, "active members hold every acknowledged write"),
            arguments("ackUnreconciled", 2, "active members hold every acknowledged write"),
            arguments("ackWithoutId", 74, "active members hold every acknowledged write"),
            arguments("serveBeforeAdopting", 1, "active members hold every acknowledged write"),
            arguments("countMetadataSet", 12, "active members hold every acknowledged write"),
            arguments("takeoverWithoutCount", 2, "one coordinator leads"),
            arguments("noMargin", 33, "one coordinator leads"),
            arguments("countFromReply", 255, "one coordinator leads"),
            arguments("noFence", 26, "no command of an earlier lease is accepted"),
            arguments("loseViewChange", 1, "members heal"),
            arguments("slowToLook", 5, "a dead primary is replaced at once"),
            arguments("neverGiveUp", 4, "members heal"),
            arguments("retryUnderNewId", 1, "nothing comes back"),
            arguments("unknownMadeDefinite", 1, "what was refused is never found"),
            arguments("installOldFiles", 415, "active members hold every acknowledged write"),
            arguments("belowMinimum", 7, "a write reaches the least number of members"),
            arguments("readUnconfirmed", 1, "a read sees every acknowledged write"),
            arguments("strongReadUnconfirmed", 128, "a read sees every acknowledged write"),
            arguments("cutInDoubtTail", 1, "active members hold every acknowledged write"),
            arguments("timeoutIsRefusal", 60, "what was refused is never found"),
            arguments("deposedLeadsOn", 2, "members heal"));

    @Test
    void everyOneIsReplayed() {
        assertThat(FINDERS.stream().map(finder -> finder.get()[0])).containsExactlyElementsOf(PlantedBugs.ALL.keySet());
    }

    @ParameterizedTest(name = "{0} by seed {1}: {2}")
    @FieldSource("FINDERS")
    void isFound(String bug, int seed, String rule) {
        Supplier<PlantedBug> planted = Objects.requireNonNull(PlantedBugs.ALL.get(bug));
        assertThatThrownBy(() -> Simulation.run(seed, planted.get(), false)).isInstanceOf(Violation.class).hasMessageStartingWith(rule + ": ");
    }
}
