package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineOpenException;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.FileCopies;
import io.lynse.engine.GivenCheckpoint;
import io.lynse.engine.GivenUp;
import io.lynse.engine.IncomingCopy;
import io.lynse.engine.LiveCopy;
import io.lynse.engine.TestEngine;
import io.lynse.engine.disk.Change;
import io.lynse.engine.disk.DiskWatcher;
import io.lynse.engine.disk.WatchedFiles;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CopyState;
import io.lynse.model.Ids;
import io.lynse.model.RowSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails before each single change to the disk while a copy is fetched and takes the place of another: what is there afterwards is the
 * old copy, still given up, or the new one, and all of it. A failing run is named by the change before which the power went.
 */
class ReplacementCrashIT {

    private static final float[][] OLD = {{1, 0}, {2, 0}};
    private static final float[][] NEW = {{7, 1}, {8, 1}, {9, 1}};

    @TempDir
    Path temporary;

    private final Random random = new Random(5);
    private TestEngine giver;
    private CollectionId collection = new CollectionId(1);
    private int lives;

    @BeforeEach
    void prepare() {
        giver = new TestEngine(settings(temporary.resolve("giver")));
        collection = giver.create("c");
        giver.add(collection, Ids.range(0, 3), NEW);
        try (var old = new TestEngine(settings(temporary.resolve("old")))) {
            CollectionId same = old.create("c");
            assertThat(same).isEqualTo(collection);
            old.add(same, Ids.range(0, 2), OLD);
            old.engine().giveUp(new GivenUp(CopyState.DAMAGED, "for a test"));
        }
    }

    @AfterEach
    void close() {
        giver.close();
    }

    private static EngineSettings settings(Path directory) {
        return EngineSettings.of(directory).withCheckpointInterval(Duration.ofHours(1));
    }

    @Test
    void oneWholeCopyIsThereWheneverThePowerFails() throws IOException {
        var fetched = new AtomicInteger();
        List<Change> all = changes(fetched);
        assertThat(all).as("changes").hasSizeBetween(fetched.get() + 10, 500);
        boolean old = false;
        boolean replaced = false;
        for (int at = 0; at < all.size(); at++) {
            if (at < fetched.get() - 3 && random.nextInt(8) > 0) continue; // nothing is decided there
            boolean isNew = survives(at, all.get(at));
            old |= !isNew;
            replaced |= isNew;
        }
        assertThat(old).isTrue();
        assertThat(replaced).isTrue();
    }

    /** Of a whole life; how many are made until the files are verified. */
    private List<Change> changes(AtomicInteger fetched) throws IOException {
        List<Change> all = new ArrayList<>();
        DiskWatcher notes = change -> {
            synchronized (all) {
                all.add(change);
            }
            return true;
        };
        Path real = home();
        try (Engine engine = Engine.open(settings(WatchedFiles.path(real, notes)))) {
            synchronized (all) {
                all.clear();
            }
            replace(engine, () -> fetched.set(all.size()));
            return List.copyOf(all);
        }
    }

    private Path home() throws IOException {
        Path real = temporary.resolve("life" + lives++).resolve("node");
        Files.createDirectories(real.resolveSibling("limbo"));
        LiveCopy.of(temporary.resolve("old"), real);
        return real;
    }

    private void replace(Engine engine, Runnable verified) {
        try (GivenCheckpoint given = giver.engine().give(engine.nodeId()); IncomingCopy copy = engine.incoming()) {
            copy.begin(given.list());
            FileCopies.fetch(given, copy, 1 << 16);
            copy.verify(() -> false);
            verified.run();
            engine.install(copy);
        }
    }

    /** @return whether the new copy is there */
    private boolean survives(int changes, Change before) throws IOException {
        Path real = home();
        var disk = new UnforcedDisk(real.resolveSibling("limbo"), _ -> true);
        String when = "power off before change " + changes + ", " + before;
        try (Engine engine = Engine.open(settings(WatchedFiles.path(real, disk)))) {
            disk.cutPowerAfter(changes);
            replace(engine, () -> {});
        } catch (UncheckedIOException | LynseException | EngineOpenException off) {
            assertThat(disk.isOff()).as(when).isTrue();
        }
        disk.powerIsBack(random);
        boolean isNew;
        try (Engine engine = Engine.open(settings(real))) {
            assertThat(engine.quarantine()).as(when).isNull();
            isNew = engine.givenUp() == null;
            assertThat(engine.read(collection, new RowSelection.Head(10), true, false).vectors().row(0)).as(when).isEqualTo(isNew ? NEW[0] : OLD[0]);
            assertThat(engine.stats(collection, false).rows()).as(when).isEqualTo(isNew ? 3 : 2);
            if (!isNew) replace(engine, () -> {}); // it can be done again, with what is left of the first time
            assertThat(engine.stats(collection, false).rows()).as(when).isEqualTo(3);
            assertThat(real.resolve("incoming")).as(when).doesNotExist();
            assertThat(real.resolve("outgoing")).as(when).doesNotExist();
        }
        return isNew;
    }
}
