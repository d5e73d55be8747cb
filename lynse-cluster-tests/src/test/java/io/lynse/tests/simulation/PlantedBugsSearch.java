package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks for the first seed that finds each planted mistake: {@code mvn -Pplanted-bugs verify}; with {@code -Dlynse.bugs=a,b} of these alone. */
class PlantedBugsSearch {

    private static final int SEEDS_MAX = Integer.getInteger("lynse.seeds", 5_000);

    static Set<String> bugs() {
        String some = System.getProperty("lynse.bugs", "");
        return some.isEmpty() ? PlantedBugs.ALL.keySet() : new TreeSet<>(List.of(some.split(",")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isFound(String bug) {
        Map<Long, String> found = new ConcurrentHashMap<>();
        OptionalLong seed = LongStream.rangeClosed(1, SEEDS_MAX).parallel().filter(candidate -> finds(bug, candidate, found)).findFirst();
        System.out.println(bug + (seed.isPresent() ? " found by seed " + seed.getAsLong() + ": " + found.get(seed.getAsLong()) : " not found"));
        assertThat(seed).isPresent();
    }

    private static boolean finds(String bug, long seed, Map<Long, String> found) {
        Supplier<PlantedBug> planted = Objects.requireNonNull(PlantedBugs.ALL.get(bug));
        try {
            Simulation.run(seed, planted.get(), false);
            return false;
        } catch (Violation violation) {
            found.put(seed, String.valueOf(violation.getMessage()));
            return true;
        } catch (IllegalArgumentException | IllegalStateException noticed) {
            return false; // the core itself refuses to go on: no seed for a test of the rules
        }
    }
}
