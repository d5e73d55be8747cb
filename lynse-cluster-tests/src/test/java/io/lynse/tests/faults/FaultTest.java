package io.lynse.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.faults.Fault.Kind;
import io.lynse.tests.faults.Fault.Victim;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultTest {

    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);
    private static final Set<Kind> DISKS = EnumSet.of(Kind.FULL_DISK, Kind.SLOW_DISK, Kind.STUCK_DISK);
    private static final long MINUTE = 60_000;

    @Test
    void twoSeedsKillEveryKindOfNode() {
        for (long even = 0; even < 100; even += 2) {
            assertThat(LongStream.of(even, even + 1).boxed().flatMap(FaultTest::killed)).containsExactlyInAnyOrder(Victim.values());
        }
    }

    private static Stream<Victim> killed(long seed) {
        return Fault.plan(seed, ALL, MINUTE).stream().filter(fault -> fault.kind() == Kind.KILL).map(Fault::victim);
    }

    @Test
    void everyRunHasEveryFaultThatIsPossible() {
        Set<Kind> possible = EnumSet.complementOf(EnumSet.of(Kind.CLOCK_JUMP, Kind.PARTITION));
        for (long seed = 0; seed < 100; seed++) {
            assertThat(Fault.plan(seed, ALL, MINUTE)).extracting(Fault::kind).containsOnlyOnceElementsOf(DISKS).containsAll(ALL);
            assertThat(Fault.plan(seed, possible, MINUTE)).extracting(Fault::kind).containsOnly(possible.toArray(Kind[]::new));
        }
    }

    @Test
    void onlyNodesThatKeepRowsHaveDiskFaults() {
        for (long seed = 0; seed < 100; seed++) {
            List<Fault> disks = Fault.plan(seed, ALL, MINUTE).stream().filter(fault -> DISKS.contains(fault.kind())).toList();
            assertThat(disks).extracting(Fault::victim).doesNotContain(Victim.LEADING_COORDINATOR, Victim.STANDBY_COORDINATOR);
        }
    }

    @Test
    void aSeedIsOnePlan() {
        assertThat(Fault.plan(7, ALL, MINUTE)).isEqualTo(Fault.plan(7, ALL, MINUTE)).isNotEqualTo(Fault.plan(9, ALL, MINUTE));
    }

    @Test
    void aPlanIsAboutAsLongAsAskedFor() {
        for (long seed = 0; seed < 100; seed++) {
            assertThat(Fault.plan(seed, ALL, MINUTE).stream().mapToLong(Fault::afterMillis).sum()).isBetween(MINUTE / 2, MINUTE + MINUTE / 2);
        }
    }
}
