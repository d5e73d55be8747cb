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
            arguments("unknownIsSuccess", 2, "no conflicting commits"),
            arguments("promoteStale", 2, "a damaged copy is not promoted"),
            arguments("applyBeforeCommit", 1, "only committed entries are applied"),
            arguments("truncateByLsn", 2, "applied prefixes agree"),
            arguments("wipeKeepsId", 4, "active members hold every acknowledged write"),
            arguments("bindKeepsState", 9, "active members hold every acknowledged write"),
            arguments("resumeEpoch", 56, "applied prefixes agree"),
            arguments("noVersion", 67, "active members hold every acknowledged write"),
            arguments("proposeBeforeCounting", 2, "active members hold every acknowledged write"),
            arguments("commitLsnUnmatched", 8, "applied prefixes agree"),
            arguments("answerRetryFromLog", 2, "one request, one result"),
            arguments("forgetWriteId", 22, "one request, one result"),
            arguments("readBeforeInherited", 30, "a read sees every acknowledged write"),
            arguments("noEpochCheck", 2, "active members hold every acknowledged write"),
            arguments("seenEpochVolatile", 226, "active members hold every acknowledged write"),
            arguments("levelByKnownCommit", 411, "active members hold every acknowledged write"),
            arguments("truncatePrimaryEnd", 2832, "applied prefixes agree"),
            arguments("lateTruncate", 853, "active members hold every acknowledged write"),
            arguments("ackUnreconciled", 6, "active members hold every acknowledged write"),
            arguments("ackWithoutId", 63, "active members hold every acknowledged write"),
            arguments("serveBeforeAdopting", 1, "active members hold every acknowledged write"),
            arguments("countMetadataSet", 53, "active members hold every acknowledged write"),
            arguments("takeoverWithoutCount", 13, "one coordinator leads"),
            arguments("noMargin", 1, "one coordinator leads"),
            arguments("countFromReply", 301, "one coordinator leads"),
            arguments("noFence", 33, "no command of an earlier lease is accepted"),
            arguments("loseViewChange", 1, "members heal"),
            arguments("slowToLook", 2, "a dead primary is replaced at once"),
            arguments("neverGiveUp", 1, "replicas are equal"),
            arguments("retryUnderNewId", 1, "nothing comes back"),
            arguments("unknownMadeDefinite", 2, "what was refused is never found"),
            arguments("installOldFiles", 646, "active members hold every acknowledged write"),
            arguments("belowMinimum", 6, "a write reaches the least number of members"),
            arguments("readUnconfirmed", 1, "a read sees every acknowledged write"),
            arguments("strongReadUnconfirmed", 101, "a read sees every acknowledged write"),
            arguments("cutInDoubtTail", 1, "active members hold every acknowledged write"),
            arguments("timeoutIsRefusal", 139, "what was refused is never found"),
            arguments("deposedLeadsOn", 1, "members heal"),
            arguments("sumAtAnotherLsn", 1, "only a damaged copy is given up"),
            arguments("neverCompared", 42, "damage is found"),
            arguments("primaryIsRight", 26, "only a damaged copy is given up"),
            arguments("damagedStaysActive", 38, "active members hold every acknowledged write"),
            arguments("damageUntold", 2, "members heal"),
            arguments("countedInBeforeRefilled", 2, "a damaged copy is not counted in"),
            arguments("installDamagedFiles", 68, "files are what was written"),
            arguments("promoteDamaged", 2, "a damaged copy is not promoted"),
            arguments("damagedPrimaryStays", 109, "members heal"),
            arguments("copyTakesPlace", 26, "active members hold every acknowledged write"),
            arguments("trustOldDisk", 4, "a disk that lost committed entries is noticed"),
            arguments("retryForce", 134, "active members hold every acknowledged write"),
            arguments("leaseByWallClock", 4, "one coordinator leads"),
            arguments("partIsWhole", 2, "nothing is silently partial"));

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
