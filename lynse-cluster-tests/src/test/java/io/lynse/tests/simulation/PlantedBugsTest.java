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
            arguments("unknownIsSuccess", 2, "active members hold every acknowledged write"),
            arguments("promoteStale", 1, "active members hold every acknowledged write"),
            arguments("applyBeforeCommit", 1, "only committed entries are applied"),
            arguments("truncateByLsn", 2, "applied prefixes agree"),
            arguments("wipeKeepsId", 17, "active members hold every acknowledged write"),
            arguments("bindKeepsState", 59, "active members hold every acknowledged write"),
            arguments("resumeEpoch", 20, "a write reaches the least number of members"),
            arguments("noVersion", 26, "active members hold every acknowledged write"),
            arguments("proposeBeforeCounting", 1, "active members hold every acknowledged write"),
            arguments("commitLsnUnmatched", 2, "applied prefixes agree"),
            arguments("answerRetryFromLog", 1, "acknowledged is committed"),
            arguments("forgetWriteId", 188, "one request, one result"),
            arguments("readBeforeInherited", 147, "a read sees every acknowledged write"),
            arguments("noEpochCheck", 9, "active members hold every acknowledged write"),
            arguments("seenEpochVolatile", 113, "active members hold every acknowledged write"),
            arguments("levelByKnownCommit", 76, "active members hold every acknowledged write"),
            arguments("truncatePrimaryEnd", 247, "applied prefixes agree"),
            arguments("lateTruncate", 1222, "active members hold every acknowledged write"),
            arguments("ackUnreconciled", 19, "active members hold every acknowledged write"),
            arguments("ackWithoutId", 556, "active members hold every acknowledged write"),
            arguments("serveBeforeAdopting", 26, "active members hold every acknowledged write"),
            arguments("countMetadataSet", 23, "active members hold every acknowledged write"),
            arguments("takeoverWithoutCount", 14, "one coordinator leads"),
            arguments("noMargin", 10, "one coordinator leads"),
            arguments("countFromReply", 141, "one coordinator leads"),
            arguments("noFence", 152, "no command of an earlier lease is accepted"),
            arguments("loseViewChange", 1, "members heal"),
            arguments("slowToLook", 8, "a dead primary is replaced at once"),
            arguments("neverGiveUp", 4, "members heal"),
            arguments("retryUnderNewId", 2, "nothing comes back"),
            arguments("unknownMadeDefinite", 1, "what was refused is never found"),
            arguments("installOldFiles", 3455, "active members hold every acknowledged write"),
            arguments("belowMinimum", 7, "a write reaches the least number of members"),
            arguments("readUnconfirmed", 1, "a read sees every acknowledged write"),
            arguments("strongReadUnconfirmed", 199, "a read sees every acknowledged write"),
            arguments("cutInDoubtTail", 2, "active members hold every acknowledged write"),
            arguments("timeoutIsRefusal", 2, "what was refused is never found"),
            arguments("deposedLeadsOn", 1, "members heal"),
            arguments("sumAtAnotherLsn", 3, "only what differs is reported"),
            arguments("neverCompared", 8, "damage is found"),
            arguments("primaryIsRight", 8, "only a damaged copy is given up"),
            arguments("damagedStaysActive", 12, "active members hold every acknowledged write"),
            arguments("damageUntold", 3, "members heal"),
            arguments("countedInBeforeRefilled", 3, "a damaged copy is not counted in"),
            arguments("installDamagedFiles", 8, "files are what was written"),
            arguments("promoteDamaged", 12, "a damaged copy is not promoted"),
            arguments("damagedPrimaryStays", 167, "damage heals"));

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
