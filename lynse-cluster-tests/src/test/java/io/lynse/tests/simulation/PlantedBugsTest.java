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
            arguments("unknownIsSuccess", 3, "active members hold every acknowledged write"),
            arguments("promoteStale", 1, "active members hold every acknowledged write"),
            arguments("applyBeforeCommit", 1, "only committed entries are applied"),
            arguments("truncateByLsn", 9, "applied prefixes agree"),
            arguments("wipeKeepsId", 3, "active members hold every acknowledged write"),
            arguments("bindKeepsState", 8, "active members hold every acknowledged write"),
            arguments("resumeEpoch", 17, "active members hold every acknowledged write"),
            arguments("noVersion", 13, "active members hold every acknowledged write"),
            arguments("proposeBeforeCounting", 6, "active members hold every acknowledged write"),
            arguments("commitLsnUnmatched", 12, "applied prefixes agree"),
            arguments("answerRetryFromLog", 1, "acknowledged is committed"),
            arguments("forgetWriteId", 523, "one request, one result"),
            arguments("readBeforeInherited", 31, "a read sees every acknowledged write"),
            arguments("noEpochCheck", 22, "active members hold every acknowledged write"),
            arguments("seenEpochVolatile", 22, "active members hold every acknowledged write"),
            arguments("levelByKnownCommit", 17, "active members hold every acknowledged write"),
            arguments("truncatePrimaryEnd", 212, "applied prefixes agree"),
            arguments("lateTruncate", 957, "active members hold every acknowledged write"),
            arguments("ackUnreconciled", 26, "active members hold every acknowledged write"),
            arguments("ackWithoutId", 1159, "active members hold every acknowledged write"),
            arguments("serveBeforeAdopting", 8, "active members hold every acknowledged write"),
            arguments("countMetadataSet", 8, "active members hold every acknowledged write"),
            arguments("takeoverWithoutCount", 15, "one coordinator leads"),
            arguments("noMargin", 10, "one coordinator leads"),
            arguments("countFromReply", 84, "one coordinator leads"),
            arguments("noFence", 713, "no command of an earlier lease is accepted"),
            arguments("loseViewChange", 4, "members heal"),
            arguments("retryUnderNewId", 3, "nothing comes back"),
            arguments("unknownMadeDefinite", 3, "what was refused is never found"),
            arguments("installOldFiles", 855, "active members hold every acknowledged write"),
            arguments("belowMinimum", 7, "a write reaches the least number of members"),
            arguments("readUnconfirmed", 2, "a read sees every acknowledged write"),
            arguments("strongReadUnconfirmed", 40, "a read sees every acknowledged write"));

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
