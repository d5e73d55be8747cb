package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Engine;
import io.lynse.engine.TestEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine in a child process, under a mixed load, is killed with SIGKILL again and again in the same directory: at a chosen change of
 * the disk in every {@link Phase}, or by this process at any instant. Whoever opens the directory next (the next child, killed
 * in its recovery now and then) finds a state that is exactly that after some operation between the last one acknowledged and
 * the last one begun: no row lost, none that nobody wrote, none that was deleted, no entry in part.
 *
 * <p>{@code -Dlynse.crash.kills=N} (40) and {@code -Dlynse.seed=N} (1) choose how often and which load; instants differ from run to run.
 */
class CrashIT {

    private static final int KILLS = Integer.getInteger("lynse.crash.kills", 40);
    private static final int KILLS_PER_LIFE = 8; // in one directory
    private static final long SEED = Long.getLong("lynse.seed", 1);

    @TempDir
    Path temporary;

    private final Random random = new Random(SEED);
    private final Map<Phase, Integer> killsByPhase = new EnumMap<>(Phase.class);
    private final List<Phase> toCome = new ArrayList<>();
    private int byParent;
    private int missed;
    private long acknowledged;
    private long inDoubt;
    private long inDoubtKept;

    @Test
    void whatWasAcknowledgedIsThereAndNothingElse() throws IOException, InterruptedException {
        for (int kills = 0, life = 0; kills < KILLS; kills += KILLS_PER_LIFE, life++) {
            live(life, Math.min(KILLS_PER_LIFE, KILLS - kills));
        }
        System.out.printf("seed %d: %d kills, by phase %s, by the parent at any instant %d, point not reached %d; "
                        + "%d operations acknowledged, all there; of %d in doubt %d there, in order and whole%n",
                SEED, KILLS, killsByPhase, byParent, missed, acknowledged, inDoubt, inDoubtKept);
        if (KILLS >= 40) assertThat(killsByPhase).containsOnlyKeys(Phase.values());
    }

    private void live(int life, int kills) throws IOException, InterruptedException {
        Path directory = temporary.resolve("life-" + life).resolve("node");
        var load = new Load(SEED * 1_000 + life);
        var ledger = new Ledger();
        for (int incarnation = 1; incarnation <= kills; incarnation++) {
            String where = "seed %d, life %d, incarnation %d".formatted(SEED, life, incarnation);
            run(directory, load, incarnation, ledger, where);
        }
        try (Engine engine = TestEngine.open(DoomedEngine.settings(directory), DoomedEngine.log())) {
            ledger.opened(engine.lastLsn().value(), kills + 1);
            Comparison.same(engine, ledger.history().model(load));
        }
        try (Engine engine = TestEngine.open(DoomedEngine.settings(directory), DoomedEngine.log())) {
            Comparison.same(engine, ledger.history().model(load));
        }
        acknowledged += ledger.last();
        inDoubt += ledger.inDoubt();
        inDoubtKept += ledger.inDoubtKept();
    }

    private void run(Path directory, Load load, int incarnation, Ledger ledger, String where) throws IOException, InterruptedException {
        Phase phase = nextPhase();
        boolean parentKills = phase != Phase.RECOVERY && random.nextInt(5) == 0;
        int nth = 1 + random.nextInt(switch (phase) {
            case APPEND, SYNC, APPLY -> 150;
            case RECOVERY, FOLD, PREPARE, CATALOG, FINISH -> 20;
            case LARGE_ENTRY, MERGE, COMPACTION, TRIM, DROP -> 5; // seldom
        });
        int killAfter = 1 + random.nextInt(150);
        Process child = ChildJvm.start(DoomedEngine.class, 512,
                directory.toString(), Long.toString(load.seed()), Integer.toString(incarnation), ledger.history().toString(),
                parentKills ? "-" : phase.name(), Integer.toString(nth));
        if (parentKills) toCome.add(phase);
        var said = new StringBuilder();
        int acks = 0;
        boolean same = false;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("@")) {
                    said.append(line).append('\n');
                    continue;
                }
                String[] words = line.substring(1).split(" ", 2);
                switch (words[0]) {
                    case "opened" -> ledger.opened(Long.parseLong(words[1]), incarnation);
                    case "same" -> same = true;
                    case "begun" -> ledger.begun(Long.parseLong(words[1]));
                    case "acked" -> {
                        ledger.acknowledged(Long.parseLong(words[1]));
                        if (parentKills && ++acks == killAfter) child.toHandle().destroyForcibly(); // what it said stays readable
                    }
                    case "at" -> killsByPhase.merge(Phase.valueOf(words[1]), 1, Integer::sum);
                    case "missed" -> {
                        missed++;
                        toCome.add(phase);
                    }
                    default -> said.append(line).append('\n');
                }
            }
        } finally {
            child.destroyForcibly();
        }
        int exit = child.waitFor();
        assertThat(exit).as("%s: the child died by itself. It said:\n%s", where, said).isEqualTo(128 + 9);
        if (phase != Phase.RECOVERY || same) assertThat(same).as("%s: compared. It said:\n%s", where, said).isTrue();
        if (parentKills) byParent++;
    }

    /** Every phase comes once before one comes again; those that were missed come soon. */
    private Phase nextPhase() {
        if (toCome.isEmpty()) {
            toCome.addAll(List.of(Phase.values()));
            Collections.shuffle(toCome, random);
        }
        return toCome.removeFirst();
    }
}
