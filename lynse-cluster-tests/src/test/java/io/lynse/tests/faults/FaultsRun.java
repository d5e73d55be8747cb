package io.lynse.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.processes.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing that was acknowledged is lost, whatever fails. {@code -Dlynse.runs=N} makes N runs of {@code -Dlynse.seconds=60} with the seeds from
 * {@code -Dlynse.seed=S} on. They follow each other on one cluster, so that each also finds what the earlier ones left; after one that failed the next
 * begins with a new cluster. A seed fixes the faults, not what the machine makes of them. Logs and what was done stay in
 * {@code target/processes/faults-SEED}, named for the first run of that cluster.
 */
class FaultsRun {

    private static final int RUNS = Integer.getInteger("lynse.runs", 1);
    private static final long FIRST = Long.getLong("lynse.seed", 1);
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("lynse.seconds", 60));
    /** Everything is read in one request when a run is judged. */
    private static final List<String> COORDINATORS = List.of("--request-timeout-secs", "10", "--max-top-k", "0");
    private static final boolean CI = "true".equals(System.getenv("CI"));

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        int passed = 0;
        long seed = FIRST;
        while (seed < FIRST + RUNS) {
            Path folder = folder(seed);
            try (var machine = new Machine(folder, LiveCluster.NODES); var cluster = new LiveCluster(machine, folder, COORDINATORS)) {
                machine.skipped().forEach((kind, reason) -> System.out.println("skipped: " + kind + ": " + reason));
                if (CI) assertThat(machine.skipped()).as("faults that this machine cannot have, and CI=true").isEmpty();
                cluster.start();
                boolean well = true;
                for (; well && seed < FIRST + RUNS; seed++) {
                    well = passes(machine, cluster, seed, folder);
                    if (well) passed++;
                }
            }
        }
        System.out.println(passed + " passed, " + (RUNS - passed) + " failed");
        assertThat(passed).isEqualTo(RUNS);
    }

    private static Path folder(long seed) throws IOException {
        String name = "faults-" + seed;
        Disk.unmountBelow(Repository.root().resolve("lynse-cluster-tests/target/processes").resolve(name));
        return Repository.freshFolder(name);
    }

    private static boolean passes(Machine machine, LiveCluster cluster, long seed, Path folder) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Trial.Verdict verdict = new Trial(machine, cluster, seed).run(LENGTH);
        System.out.printf("seed %d: %s; %.0f s%n", seed, verdict.summary(), (System.nanoTime() - begun) / 1e9);
        Files.write(folder.resolve("run-" + seed + ".txt"), Stream.of(List.of(verdict.summary()), verdict.faults(), verdict.broken()).flatMap(List::stream).toList());
        verdict.broken().forEach(broken -> System.out.println("seed " + seed + ": " + broken));
        return verdict.broken().isEmpty();
    }
}
