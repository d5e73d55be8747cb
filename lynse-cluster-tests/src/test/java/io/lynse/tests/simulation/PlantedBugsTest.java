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

    /** A seed that finds it, and the rule that it sees broken. */
    static final List<Arguments> FINDERS = List.of(
            arguments("ackBeforeFsync", 1, "active members hold every acknowledged write"),
            arguments("dropBeforeMarkStale", 1, "no conflicting commits"),
            arguments("unknownIsSuccess", 1, "no conflicting commits"),
            arguments("promoteStale", 1, "a damaged copy is not promoted"),
            arguments("applyBeforeCommit", 1, "only committed entries are applied"),
            arguments("truncateByLsn", 1, "applied prefixes agree"),
            arguments("wipeKeepsId", 1, "members heal"),
            arguments("bindKeepsState", 20, "active members hold every acknowledged write"),
            arguments("resumeEpoch", 21, "a member that is alone is promoted anew"),
            arguments("noVersion", 4, "active members hold every acknowledged write"),
            arguments("proposeBeforeCounting", 1, "active members hold every acknowledged write"),
            arguments("commitLsnUnmatched", 1, "applied prefixes agree"),
            arguments("answerRetryFromLog", 1, "one request, one result"),
            arguments("forgetWriteId", 180, "one request, one result"),
            arguments("readBeforeInherited", 20, "a read sees every acknowledged write"),
            arguments("noEpochCheck", 1, "active members hold every acknowledged write"),
            arguments("seenEpochVolatile", 8, "active members hold every acknowledged write"),
            arguments("levelByKnownCommit", 182, "active members hold every acknowledged write"),
            arguments("truncatePrimaryEnd", 4, "applied prefixes agree"),
            arguments("lateTruncate", 970, "active members hold every acknowledged write"),
            arguments("ackUnreconciled", 34, "active members hold every acknowledged write"),
            arguments("ackWithoutId", 6, "active members hold every acknowledged write"),
            arguments("serveBeforeAdopting", 4, "active members hold every acknowledged write"),
            arguments("countMetadataSet", 10, "active members hold every acknowledged write"),
            arguments("takeoverWithoutCount", 26, "one coordinator leads"),
            arguments("noMargin", 15, "one coordinator leads"),
            arguments("countFromReply", 24, "one coordinator leads"),
            arguments("noFence", 24, "no command of an earlier lease is accepted"),
            arguments("loseViewChange", 1, "members heal"),
            arguments("slowToLook", 2, "a dead primary is replaced at once"),
            arguments("neverGiveUp", 1, "members heal"),
            arguments("retryUnderNewId", 1, "nothing comes back"),
            arguments("unknownMadeDefinite", 1, "what was refused is never found"),
            arguments("installOldFiles", 500, "active members hold every acknowledged write"),
            arguments("belowMinimum", 6, "a write reaches the least number of members"),
            arguments("waitForNobody", 1, "members heal"),
            arguments("readUnconfirmed", 2, "a read sees every acknowledged write"),
            arguments("strongReadUnconfirmed", 107, "a read sees every acknowledged write"),
            arguments("unconfirmedTooSoon", 1, "a read waits for a promotion that may come"),
            arguments("unconfirmedUntold", 3, "a read sees every acknowledged write"),
            arguments("cutInDoubtTail", 1, "no conflicting commits"),
            arguments("timeoutIsRefusal", 89, "what was refused is never found"),
            arguments("deposedLeadsOn", 1, "members heal"),
            arguments("sumAtAnotherLsn", 1, "only a damaged copy is given up"),
            arguments("neverCompared", 6, "damage is found"),
            arguments("primaryIsRight", 7, "only a damaged copy is given up"),
            arguments("damagedStaysActive", 64, "active members hold every acknowledged write"),
            arguments("damageUntold", 6, "members heal"),
            arguments("countedInBeforeRefilled", 6, "a damaged copy is not counted in"),
            arguments("installDamagedFiles", 243, "files are what was written"),
            arguments("promoteDamaged", 1, "a damaged copy is not promoted"),
            arguments("damagedPrimaryStays", 240, "members heal"),
            arguments("copyTakesPlace", 22, "active members hold every acknowledged write"),
            arguments("trustOldDisk", 83, "a disk that lost committed entries is noticed"),
            arguments("retryForce", 71, "active members hold every acknowledged write"),
            arguments("leaseByWallClock", 5, "one coordinator leads"),
            arguments("partIsWhole", 1, "nothing is silently partial"),
            arguments("forceKeepsEpoch", 3, "one committing primary per epoch"),
            arguments("forceUntold", 27, "a forced promotion that all have confirmed is the last word"),
            arguments("lostPartStays", 81, "members heal"),
            arguments("ownAckBeforeFsync", 1, "active members hold every acknowledged write"),
            arguments("aloneNotPromoted", 21, "replicas are equal"));

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
