package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineOpenException;
import io.lynse.engine.TestEngine;
import io.lynse.engine.disk.Change;
import io.lynse.engine.disk.WatchedFiles;
import io.lynse.error.LynseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The power goes at any change of any file of a data directory, several times in a row: log, catalog, Lucene's files, and the
 * directories themselves lose what was not forced ({@link UnforcedDisk}). What was acknowledged is there all the same, and nothing else.
 *
 * <p>The same with one kind of force left out loses something: each of them is needed, and the test would tell if it went missing.
 * {@code -Dlynse.test.seeds=N} (12) chooses how many lives.
 */
class PowerCutIT {

    private static final int CUTS = 4;
    private static final int OPERATIONS_MAX = 400;

    @TempDir
    Path temporary;

    static LongStream seeds() {
        Long given = Long.getLong("lynse.seed");
        return given != null ? LongStream.of(given) : LongStream.rangeClosed(1, Integer.getInteger("lynse.test.seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatWasAcknowledgedSurvives(long seed) throws IOException {
        live(seed, _ -> true);
    }

    /** @param leftOut the forces that do nothing */
    record Forgetful(String what, Predicate<Change> leftOut) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final List<Forgetful> FORGETFUL = List.of(
            new Forgetful("bytes of the log", change -> change instanceof Change.Force && in(change, "log")),
            new Forgetful("bytes of Lucene's files", change -> change instanceof Change.Force && in(change, "collections")),
            new Forgetful("bytes of the catalog", change -> change instanceof Change.Force && change.path().getFileName().toString().startsWith("catalog")),
            new Forgetful("names in the log's directory", change -> change instanceof Change.ForceDirectory && in(change, "log")),
            new Forgetful("names in the folders of collections", change -> change instanceof Change.ForceDirectory && in(change, "collections")),
            new Forgetful("names in the data directory", change -> change instanceof Change.ForceDirectory && change.path().endsWith("node")));

    @ParameterizedTest(name = "{0}")
    @FieldSource("FORGETFUL")
    void everyForceIsNeeded(Forgetful forgetful) throws IOException {
        int lives = 0;
        for (long seed = 1; seed <= 40; seed++) {
            lives++;
            try {
                live(seed, change -> !forgetful.leftOut.test(change));
            } catch (AssertionError | EngineOpenException | LynseException loss) {
                System.out.printf("without forcing %s: life %d loses something (%s)%n", forgetful, lives, String.valueOf(loss.getMessage()).lines().findFirst().orElse(""));
                return;
            }
        }
        throw new AssertionError("nothing was lost in " + lives + " lives without forcing " + forgetful);
    }

    private static boolean in(Change change, String folder) {
        for (Path part : change.path()) {
            if (part.toString().equals(folder)) return true;
        }
        return false;
    }

    private void live(long seed, Predicate<Change> forced) throws IOException {
        var random = new Random(seed);
        Path home = Files.createTempDirectory(temporary, "life");
        var disk = new UnforcedDisk(Files.createDirectory(home.resolve("limbo")), forced);
        Path directory = WatchedFiles.path(home.resolve("node"), disk);
        var load = new Load(seed);
        var ledger = new Ledger();
        for (int incarnation = 1; incarnation <= CUTS; incarnation++) {
            switch (random.nextInt(8)) {
                case 0 -> disk.cutPowerAfter(random.nextInt(60));
                case 1, 2, 3 -> disk.cutPowerAfter(random.nextInt(1_500));
                default -> disk.cutPowerAt(BORDERS.get(random.nextInt(BORDERS.size())), 1 + random.nextInt(12));
            }
            live(directory, disk, load, incarnation, ledger);
            disk.powerIsBack(random);
        }
        try (Engine engine = TestEngine.open(DoomedEngine.settings(directory), DoomedEngine.log())) {
            ledger.opened(engine.lastLsn().value(), CUTS + 1);
            Comparison.same(engine, ledger.history().model(load));
        }
        assertThat(ledger.last()).as("operations that survived: the power may not be off all the time").isGreaterThan(10);
    }

    /** Where one step of a checkpoint ends and the next begins: few changes of many, and the ones that count. */
    private static final List<Predicate<Change>> BORDERS = List.of(
            change -> change instanceof Change.Create && change.path().endsWith("catalog.tmp"),
            change -> change instanceof Change.Rename && change.path().endsWith("catalog.tmp"),
            change -> change instanceof Change.Rename && in(change, "collections"),
            change -> change instanceof Change.ForceDirectory && in(change, "collections"),
            change -> change instanceof Change.Delete && in(change, "log") || change instanceof Change.Rename(Path _, Path to) && to.endsWith("spare"));

    /** Until the power goes. */
    private static void live(Path directory, UnforcedDisk disk, Load load, int incarnation, Ledger ledger) {
        Engine engine;
        try {
            engine = TestEngine.open(DoomedEngine.settings(directory), DoomedEngine.log());
        } catch (EngineOpenException off) {
            if (!disk.isOff()) throw off;
            return;
        }
        try (engine) {
            ledger.opened(engine.lastLsn().value(), incarnation);
            NaiveEngine model = ledger.history().model(load);
            compareUnlessOff(engine, disk, model);
            new Driver(engine, load, incarnation, model, new Driver.Listener() {
                @Override
                public void begun(long lsn, Op op) {
                    ledger.begun(lsn);
                }

                @Override
                public void acknowledged(long lsn, Op op) {
                    ledger.acknowledged(lsn);
                }
            }).run(OPERATIONS_MAX);
        }
    }

    /** The power may fail in the replay or in a fold that the comparison makes; what is left of the engine then is not looked at. */
    private static void compareUnlessOff(Engine engine, UnforcedDisk disk, NaiveEngine model) {
        try {
            Comparison.same(engine, model);
        } catch (LynseException | AssertionError failed) {
            if (!disk.isOff()) throw failed;
        }
    }
}
