package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The simulation bites: each planted mistake is found by a seed. */
class PlantedBugsTest {

    /** The first seed that finds it. */
    static final List<Arguments> FINDERS = List.of(
            arguments("ackBeforeFsync", 1),
            arguments("dropBeforeMarkStale", 1),
            arguments("unknownIsSuccess", 2),
            arguments("promoteStale", 1),
            arguments("applyBeforeCommit", 1),
            arguments("truncateByLsn", 2),
            arguments("wipeKeepsId", 5),
            arguments("bindKeepsState", 44),
            arguments("resumeEpoch", 27),
            arguments("noVersion", 26),
            arguments("proposeBeforeCounting", 2),
            arguments("commitLsnUnmatched", 2),
            arguments("answerRetryFromLog", 1),
            arguments("forgetWriteId", 292),
            arguments("readBeforeInherited", 15));

    @ParameterizedTest(name = "{0} by seed {1}")
    @FieldSource("FINDERS")
    void isFound(String bug, int seed) {
        Supplier<PlantedBug> planted = Objects.requireNonNull(PlantedBugs.ALL.get(bug));
        assertThatThrownBy(() -> Simulation.run(seed, planted.get(), false)).isInstanceOf(Violation.class);
    }
}
