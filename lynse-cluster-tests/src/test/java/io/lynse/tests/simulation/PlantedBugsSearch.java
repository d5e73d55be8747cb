package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks for the first seed that finds each planted mistake: {@code mvn -Pplanted-bugs verify}; with {@code -Dlynse.bugs=a,b} of these alone. */
class PlantedBugsSearch {

    private static final int SEEDS_MAX = Integer.getInteger("lynse.seeds", 5_000);

    /** The mistakes that lose acknowledged writes at once are found soon. */
    private static final List<String> SOON = List.of("ackBeforeFsync", "dropBeforeMarkStale", "unknownIsSuccess", "promoteStale");

    private static final int SOON_MAX = 200;

    static Set<String> bugs() {
        String some = System.getProperty("lynse.bugs", "");
        return some.isEmpty() ? PlantedBugs.ALL.keySet() : new TreeSet<>(List.of(some.split(",")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isFound(String bug) throws InterruptedException {
        // Threads take one seed after the other, so that none is far ahead when the first one finds it.
        var next = new AtomicLong(1);
        var found = new ConcurrentSkipListMap<Long, String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (long seed = next.getAndIncrement(); seed <= SEEDS_MAX && found.isEmpty(); seed = next.getAndIncrement()) finds(bug, seed, found);
            }));
        }
        for (Thread thread : threads) thread.join();
        System.out.println(bug + (found.isEmpty() ? " not found" : " found by seed " + found.firstKey() + ": " + found.firstEntry().getValue()));
        assertThat(found).isNotEmpty();
        if (SOON.contains(bug)) assertThat(found.firstKey()).isLessThanOrEqualTo(SOON_MAX);
    }

    private static void finds(String bug, long seed, Map<Long, String> found) {
        Supplier<PlantedBug> planted = Objects.requireNonNull(PlantedBugs.ALL.get(bug));
        try {
            Simulation.run(seed, planted.get(), false);
        } catch (Violation violation) {
            found.put(seed, String.valueOf(violation.getMessage()));
        } catch (IllegalArgumentException | IllegalStateException noticed) {
            // The core itself refuses to go on: no seed for a test of the rules.
        }
    }
}
