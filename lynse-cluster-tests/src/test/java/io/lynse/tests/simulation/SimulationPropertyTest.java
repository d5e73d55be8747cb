package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * No rule is broken, whatever the seed. {@code -Dlynse.seeds=N} runs N seeds from {@code -Dlynse.seed=S} on; with
 * {@code -Dlynse.trace=true} every line of the trace is printed.
 */
class SimulationPropertyTest {

    private static final long FIRST = Long.getLong("lynse.seed", 1);
    private static final int SEEDS = Integer.getInteger("lynse.seeds", 1_000);
    private static final boolean TRACE = Boolean.getBoolean("lynse.trace");

    private sealed interface Run {
        record Passed(World.Counts counts) implements Run {}

        record Failed(long seed, RuntimeException why) implements Run {}
    }

    @Test
    void noRuleIsBroken() {
        LongStream seeds = LongStream.range(FIRST, FIRST + SEEDS);
        List<Run> runs = (TRACE ? seeds : seeds.parallel()).mapToObj(SimulationPropertyTest::run).toList();
        var passed = new ArrayList<World.Counts>();
        int failed = 0;
        for (Run run : runs) {
            switch (run) {
                case Run.Passed(var counts) -> passed.add(counts);
                case Run.Failed(long seed, var why) -> {
                    failed++;
                    System.out.println("seed " + seed + ": " + (why instanceof Violation ? why.getMessage() : why.toString()));
                    if (!(why instanceof Violation)) why.printStackTrace(System.out);
                }
            }
        }
        print("events", passed, counts -> counts.events);
        print("messages", passed, counts -> counts.messages);
        print("client operations", passed, counts -> counts.operations);
        print("faults", passed, counts -> counts.faults);
        print("promotions", passed, counts -> counts.promotions);
        print("switchovers among them", passed, counts -> counts.switchovers);
        print("forced ones among them", passed, counts -> counts.forced);
        print("acknowledged writes lost by force", passed, counts -> counts.lostByForce);
        print("reads of what was lost by force", passed, counts -> counts.readsOfLost);
        print("writes over several groups", passed, counts -> counts.writesOverGroups);
        print("partial ones among them", passed, counts -> counts.partialWrites);
        print("disks replaced by copies", passed, counts -> counts.copiedDisks);
        print("groups led by an older copy", passed, counts -> counts.ledByOldCopies);
        print("leases given up to whoever reaches more", passed, counts -> counts.leasesGivenUp);
        print("stale reads of the documented exception", passed, counts -> counts.staleReads);
        print("reads that nobody confirmed, and told so", passed, counts -> counts.unconfirmedReads);
        print("stale ones among them", passed, counts -> counts.staleUnconfirmedReads);
        print("copies damaged", passed, counts -> counts.damages);
        print("reads of wrong rows with a right hash", passed, counts -> counts.damagedReads);
        print("decisions where nobody could tell", passed, counts -> counts.decisions);
        print("checksum entries that a wrong state outlasted", passed, counts -> counts.missed);
        print("groups with a wrong row in every copy", passed, counts -> counts.spread);
        print("groups that wait for a lost disk", passed, counts -> counts.waitingForOperators);
        System.out.println(passed.size() + " passed, " + failed + " failed");
        assertThat(failed).isZero();
        if (SEEDS < 100) return; // too few for a mean
        assertThat(mean(passed, counts -> counts.messages)).isGreaterThanOrEqualTo(1_000);
        assertThat(mean(passed, counts -> counts.operations)).isGreaterThanOrEqualTo(100);
        assertThat(mean(passed, counts -> counts.faults)).isGreaterThanOrEqualTo(10);
        assertThat(mean(passed, counts -> counts.promotions)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void oneSeedIsOneRun() {
        assertThat(Simulation.run(FIRST).hash()).isEqualTo(Simulation.run(FIRST).hash()).isNotEqualTo(Simulation.run(FIRST + 1).hash());
    }

    /** Not only in one process: no hash of an object's identity, and no order that differs from start to start, finds its way in. */
    @Test
    void oneSeedIsOneRunInEveryProcess() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules", "jdk.incubator.vector",
                        "-cp", System.getProperty("java.class.path"),
                        SimulationPropertyTest.class.getName(),
                        Long.toString(FIRST))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String told = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertThat(told).isEqualTo(hash(FIRST));
    }

    /** @param args a seed; a hash of its trace and of those that follow is printed */
    static void main(String[] args) {
        System.out.println(hash(Long.parseLong(args[0])));
    }

    /** Of so many runs that every kind of fault is among them. */
    private static String hash(long first) {
        long hash = 0;
        for (long seed = first; seed < first + 30; seed++) hash = 31 * hash + Simulation.run(seed).hash();
        return Long.toHexString(hash);
    }

    private static double mean(List<World.Counts> runs, ToLongFunction<World.Counts> count) {
        return runs.stream().mapToLong(count).average().orElse(0);
    }

    private static Run run(long seed) {
        try {
            return new Run.Passed(Simulation.run(seed, PlantedBug.NONE, TRACE).counts());
        } catch (RuntimeException violation) {
            return new Run.Failed(seed, violation);
        }
    }

    private static void print(String what, List<World.Counts> runs, ToLongFunction<World.Counts> count) {
        long[] sorted = runs.stream().mapToLong(count).sorted().toArray();
        if (sorted.length == 0) return;
        System.out.printf("%-42s per seed: mean %.1f, least %d, median %d, most %d%n",
                what, mean(runs, count), sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
}
