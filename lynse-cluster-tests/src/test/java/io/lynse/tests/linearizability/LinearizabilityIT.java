package io.lynse.tests.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.linearizability.Checker.Verdict;
import io.lynse.tests.processes.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Clients of three owners see one order of all calls, whatever is killed, paused or cut off. {@code -Dlynse.seeds=N} runs N seeds from
 * {@code -Dlynse.seed=S} on. A seed fixes the calls and the faults, not what the machine makes of them: the same seed may pass the next time, so what
 * was seen stays in {@code target/processes/linearizability-SEED}.
 */
class LinearizabilityIT {

    private static final long FIRST = Long.getLong("lynse.seed", 1);
    private static final int SEEDS = Integer.getInteger("lynse.seeds", 1);

    @Test
    void oneOrderExplainsWhatClientsSaw() throws Exception {
        int passed = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            String trouble = trouble(seed);
            if (trouble == null) passed++;
            else System.out.println("seed " + seed + ": " + trouble);
        }
        System.out.println(passed + " passed, " + (SEEDS - passed) + " failed");
        assertThat(passed).isEqualTo(SEEDS);
    }

    /** @return null: there is none */
    private static @Nullable String trouble(long seed) throws IOException, InterruptedException {
        Path folder = Repository.freshFolder("linearizability-" + seed);
        long begun = System.nanoTime();
        Trial.Record record;
        try {
            record = Trial.run(seed, folder);
        } catch (RuntimeException | AssertionError failed) {
            failed.printStackTrace(System.out);
            return failed.toString();
        }
        long ran = System.nanoTime();
        Files.write(folder.resolve("history.txt"), record.lines());
        String trouble = judge(record.history(), folder);
        System.out.printf("seed %d: %s; run %.1f s, checked %.1f s%n", seed, record.summary(), (ran - begun) / 1e9, (System.nanoTime() - ran) / 1e9);
        return trouble != null ? trouble : unnoticed(record.history(), seed);
    }

    private static @Nullable String judge(History history, Path folder) throws IOException {
        return switch (history.check()) {
            case Verdict.Linearizable _ -> history.tornReads().map(reads -> "reads that saw more than one moment: " + reads).orElse(null);
            case Verdict.Undecided(int configurations) -> "undecided after " + configurations + " configurations";
            case Verdict.Violation<Call, Answer>(var longest, var stuck) -> {
                Path file = folder.resolve("violation.txt");
                Files.write(file, Stream.concat(longest.stream(), Stream.of("cannot follow:", stuck)).map(Object::toString).toList());
                yield "no order explains what clients saw, see " + file;
            }
        };
    }

    /** A history in which wrong answers would not be noticed proves nothing. */
    private static @Nullable String unnoticed(History history, long seed) {
        for (Mutation mutation : Mutation.values()) {
            Optional<History> wrong = mutation.apply(history, new Random(seed)).map(operations -> new History(history.before(), operations));
            if (wrong.isPresent() && wrong.get().check() instanceof Verdict.Linearizable) return "a history made wrong is taken for a good one: " + mutation;
        }
        return null;
    }
}
