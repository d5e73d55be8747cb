package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.log.LogSettings;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node is after a crash, and with damaged or missing files. A copy of a live directory is what kill -9 leaves. */
class EngineRecoveryIT {

    private static final float[] X = {1, 0};
    private static final Query ALL = new Query(X, new Query.Options(100, false, 0));

    @TempDir
    Path temporary;

    @Test
    void everythingAcknowledgedIsThereAfterACrash() throws IOException {
        Path copy = temporary.resolve("copy");
        CollectionId id;
        try (var engine = new TestEngine(temporary.resolve("node"))) {
            id = engine.create("c");
            engine.bulkAdd(id, X, X, X);
            engine.engine().checkpoint();
            engine.mark(id, Ids.of(1), true);
            engine.bulkAdd(id, X);
            engine.createDatabase("second");
            LiveCopy.of(temporary.resolve("node"), copy);
        }
        try (var engine = Engine.open(EngineSettings.of(copy))) {
            assertThat(engine.read(id, new RowSelection.Head(9), false, false).ids()).isEqualTo(Ids.of(0, 1, 2, 3));
            assertThat(engine.search(id, ALL).ids()).isEqualTo(Ids.of(0, 2, 3));
            assertThat(engine.catalog().databases()).containsExactly("db", "second");
        }
    }

    @Test
    void aCheckpointLeavesNothingToReplay() {
        try (var engine = new TestEngine(temporary)) {
            CollectionId busy = engine.create("busy");
            CollectionId idle = engine.create("idle");
            engine.bulkAdd(busy, X);
            engine.bulkAdd(idle, X);
            engine.engine().checkpoint();
            engine.bulkAdd(busy, X);
            assertThat(engine.engine().checkpoint()).isEqualTo(engine.engine().lastLsn()); // the idle one does not hold it back
            engine.reopen();
            assertThat(engine.engine().stats(idle, false).rows()).isEqualTo(1);
            assertThat(engine.engine().stats(busy, false).rows()).isEqualTo(2);
        }
    }

    @Test
    void aDroppedCollectionDoesNotComeBackAndLeavesNoFiles() throws IOException {
        Path node = temporary.resolve("node");
        Path copy = temporary.resolve("copy");
        CollectionId id;
        try (var engine = new TestEngine(node)) {
            id = engine.create("c");
            engine.bulkAdd(id, X);
            engine.engine().checkpoint();
            LiveCopy.of(node, temporary.resolve("before"));
            engine.drop(id);
            engine.drop(engine.create("passing"));
            await().until(() -> Files.notExists(node.resolve("collections/2")));
            assertThat(folder(node, id)).exists(); // a copy of the checkpoint may be under way
            engine.engine().checkpoint();
            assertThat(folder(node, id)).doesNotExist();
            LiveCopy.of(node, copy);
        }
        try (var engine = Engine.open(EngineSettings.of(copy))) {
            assertThat(engine.catalog().collections()).isEmpty();
        }
        // A crash before the catalog was written: the log alone knows of the drop, and the folder is still there.
        copyLog(node, temporary.resolve("before"));
        try (var engine = Engine.open(EngineSettings.of(temporary.resolve("before")))) {
            assertThat(engine.catalog().collections()).isEmpty();
            engine.checkpoint();
            assertThat(folder(temporary.resolve("before"), id)).doesNotExist();
        }
    }

    /** The catalog on disk is then ahead of every collection. */
    @Test
    void aDropWritesTheCatalogAndOtherCollectionsLoseNothingByThat() throws IOException {
        Path node = temporary.resolve("node");
        try (var engine = new TestEngine(node)) {
            CollectionId kept = engine.create("kept");
            engine.bulkAdd(kept, X);
            engine.engine().checkpoint();
            engine.bulkAdd(kept, X);
            engine.mark(kept, Ids.of(0), true);
            CollectionId dropped = engine.create("dropped");
            engine.drop(dropped);
            await().until(() -> Files.notExists(folder(node, dropped)));
            LiveCopy.of(node, temporary.resolve("copy"));
            try (var copied = Engine.open(EngineSettings.of(temporary.resolve("copy")))) {
                assertThat(copied.search(kept, ALL).ids()).isEqualTo(Ids.of(1));
                assertThat(copied.stats(kept, false).rows()).isEqualTo(2);
            }
        }
    }

    @Test
    void foldersOfNoCollectionAreRemoved() throws IOException {
        new TestEngine(temporary).close();
        Files.createDirectories(temporary.resolve("collections/77"));
        Files.writeString(temporary.resolve("collections/77/segments_1"), "left by a crash");
        new TestEngine(temporary).close();
        assertThat(temporary.resolve("collections/77")).doesNotExist();
    }

    @Test
    void oneDamagedCollectionKeepsNoOtherFromOpening() throws IOException {
        CollectionId bad;
        CollectionId good;
        try (var engine = new TestEngine(temporary)) {
            bad = engine.create("bad");
            good = engine.create("good");
            engine.bulkAdd(bad, X);
            engine.bulkAdd(good, X);
            engine.engine().checkpoint(); // and one at close: the catalog knows of the files' first commit with the second
        }
        delete(folder(temporary, bad));
        try (var engine = new TestEngine(temporary)) {
            assertUnavailable(() -> engine.engine().search(bad, ALL), folder(temporary, bad) + " cannot be used: they are missing");
            assertUnavailable(() -> engine.bulkAdd(bad, X), "they are missing");
            assertThat(engine.engine().search(good, ALL).size()).isEqualTo(1);
            engine.bulkAdd(good, X);
            engine.engine().checkpoint();
            engine.reopen();
            assertUnavailable(() -> engine.engine().stats(bad, false), "they are missing");
            assertThat(engine.engine().stats(good, false).rows()).isEqualTo(2);
            engine.drop(bad);
            engine.reopen();
            assertThat(engine.engine().catalog().collections()).hasSize(1);
        }
    }

    @Test
    void aTruncatedFileMakesItsCollectionUnavailable() throws IOException {
        CollectionId id;
        try (var engine = new TestEngine(temporary)) {
            id = engine.create("c");
            engine.bulkAdd(id, X, X);
        }
        try (Stream<Path> files = Files.list(folder(temporary, id))) {
            Path vectors = files.filter(file -> file.toString().endsWith(".vec")).findFirst().orElseThrow();
            Files.write(vectors, new byte[3], StandardOpenOption.TRUNCATE_EXISTING);
        }
        try (var engine = new TestEngine(temporary)) {
            assertUnavailable(() -> engine.engine().search(id, ALL), folder(temporary, id) + " cannot be used");
        }
    }

    @Test
    void largeFilesAreVerifiedBesideTheAnswers() throws IOException {
        CollectionId good;
        CollectionId bad;
        try (var engine = new TestEngine(temporary)) {
            good = engine.create("good");
            bad = engine.create("bad");
            engine.bulkAdd(good, X, X);
            engine.bulkAdd(bad, X, X);
        }
        flipInVectors(bad);
        try (var engine = new TestEngine(EngineSettings.of(temporary).withVerifyAtOnceBytes(0))) {
            await().until(() -> engine.engine().verifying().isEmpty() || engine.engine().verifying().equals(List.of(bad)));
            await().untilAsserted(() -> assertUnavailable(() -> engine.engine().search(bad, ALL), "checksum failed"));
            assertThat(engine.engine().search(good, ALL).ids()).isEqualTo(Ids.of(0, 1));
        }
    }

    /** The disk rots while the node runs, too. */
    @Test
    void aRowThatIsNotWhatWasWrittenIsNotReturned() throws IOException {
        try (var engine = new TestEngine(temporary)) {
            CollectionId id = engine.create("c");
            engine.bulkAdd(id, X, X);
            engine.engine().checkpoint();
            flipInVectors(id);
            assertUnavailable(() -> engine.engine().read(id, new RowSelection.Head(9), true, true), "is not what its hash says");
            assertUnavailable(() -> engine.engine().search(id, ALL), "is not what its hash says");
        }
    }

    private void flipInVectors(CollectionId id) throws IOException {
        try (Stream<Path> files = Files.list(folder(temporary, id));
                var vectors = FileChannel.open(
                        files.filter(file -> file.toString().endsWith(".vec")).findFirst().orElseThrow(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long inTheLastVector = vectors.size() - 16 - 3;
            ByteBuffer one = ByteBuffer.allocate(1);
            vectors.read(one, inTheLastVector);
            vectors.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), inTheLastVector);
        }
    }

    @Test
    void aFoldThatFailsMakesTheCollectionUnavailableAndLosesNothing() throws IOException {
        try (var engine = new TestEngine(EngineSettings.of(temporary.resolve("node")).withFoldRows(10))) {
            CollectionId bad = engine.create("bad");
            CollectionId good = engine.create("good");
            engine.bulkAdd(bad, X, X);
            engine.engine().checkpoint();
            Path folder = folder(temporary.resolve("node"), bad);
            Path away = temporary.resolve("away");
            Files.move(folder, away);
            engine.bulkAdd(bad, X); // recent: acknowledged and seen, needs no file
            assertThat(engine.engine().search(bad, ALL).ids()).isEqualTo(Ids.of(0, 1, 2));
            engine.engine().checkpoint();
            assertUnavailable(() -> engine.engine().search(bad, ALL), "collection " + bad + " is unavailable on this node");
            assertUnavailable(() -> engine.bulkAdd(bad, X), "collection " + bad + " is unavailable on this node");
            engine.bulkAdd(good, X);
            assertThat(engine.engine().search(good, ALL).size()).isEqualTo(1);
            engine.engine().checkpoint();
            delete(folder);
            Files.move(away, folder);
            engine.reopen();
            assertThat(engine.engine().search(bad, ALL).ids()).isEqualTo(Ids.of(0, 1, 2));
            assertThat(engine.engine().search(good, ALL).size()).isEqualTo(1);
        }
    }

    @Test
    void aFoldThatFailsInTheBackgroundLosesNothing() throws IOException {
        try (var engine = new TestEngine(EngineSettings.of(temporary.resolve("node")).withFoldRows(2))) {
            CollectionId id = engine.create("c");
            engine.engine().checkpoint();
            Path folder = folder(temporary.resolve("node"), id);
            Files.move(folder, temporary.resolve("away"));
            engine.bulkAdd(id, X, X, X);
            await().untilAsserted(() -> assertUnavailable(() -> engine.engine().search(id, ALL), "collection " + id + " is unavailable"));
            delete(folder);
            Files.move(temporary.resolve("away"), folder);
            engine.reopen();
            assertThat(engine.engine().search(id, ALL).ids()).isEqualTo(Ids.of(0, 1, 2));
        }
    }

    @Test
    void anEntryThatNeedsAFoldThatFailsIsUnknownAndThereAfterwards() throws IOException {
        try (var engine = new TestEngine(EngineSettings.of(temporary.resolve("node")))) {
            CollectionId id = engine.create("c");
            engine.engine().checkpoint();
            Path folder = folder(temporary.resolve("node"), id);
            Files.move(folder, temporary.resolve("away"));
            engine.bulkAdd(id, X, X, X);
            engine.mark(id, Ids.of(1), true);
            assertThatThrownBy(() -> engine.compact(id))
                    .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.OutcomeUnknown.class));
            delete(folder);
            Files.move(temporary.resolve("away"), folder);
            engine.reopen();
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
        }
    }

    @Test
    void aDamagedCatalogQuarantinesTheCopy() throws IOException {
        new TestEngine(temporary).close();
        Path catalog = temporary.resolve("catalog");
        byte[] content = Files.readAllBytes(catalog);
        content[content.length - 1] ^= 1;
        Files.write(catalog, content);
        assertQuarantined(catalog.toString(), "its checksum does not fit", "restore " + temporary);
        Files.write(catalog, new byte[3]);
        assertQuarantined("it is no catalog");
        content[content.length - 1] ^= 1;
        Files.write(catalog, content);
        new TestEngine(temporary).close();
    }

    @Test
    void aDamagedLogQuarantinesTheCopy() throws IOException {
        try (var engine = new TestEngine(temporary)) {
            engine.bulkAdd(engine.create("c"), X);
        }
        Path segment = temporary.resolve("log/0000000001.wal");
        byte[] content = Files.readAllBytes(segment);
        content[150] ^= 1; // in the first entry
        Files.write(segment, content);
        assertQuarantined("log damaged", segment.toString(), "at byte 128");
    }

    @Test
    void aLogThatIsGoneQuarantinesTheCopy() throws IOException {
        try (var engine = new TestEngine(temporary)) {
            engine.bulkAdd(engine.create("c"), X);
        }
        delete(temporary.resolve("log"));
        assertQuarantined("the log ends at LSN 0 and the catalog is at 3: log files are missing");
    }

    /** Without a catalog every collection would look like one that no catalog knows, and those are deleted. */
    @Test
    void aLostCatalogCostsNoCollectionItsFiles() throws IOException {
        CollectionId id;
        try (var engine = new TestEngine(EngineSettings.of(temporary), LogSettings.DEFAULT.withSegmentBytes(1 << 21), FoldObserver.NONE)) {
            id = engine.create("c");
            for (int i = 0; i < 40; i++) engine.bulkAdd(id, new float[16_384], new float[16_384]); // more than a segment of the log
        }
        Path catalog = temporary.resolve("catalog");
        byte[] content = Files.readAllBytes(catalog);
        Files.delete(catalog);
        assertQuarantined("and the catalog is at 0: the catalog is missing or too old");
        Files.write(catalog, content);
        try (var engine = new TestEngine(temporary)) {
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(80);
        }
    }

    private void assertQuarantined(String... reason) {
        try (Engine engine = Engine.open(EngineSettings.of(temporary))) {
            assertThat(engine.quarantine()).contains(reason);
            assertThat(engine.trouble()).isEqualTo(engine.quarantine());
            var id = new CollectionId(1);
            assertUnavailable(() -> engine.search(id, ALL), reason[0]);
            assertUnavailable(engine::catalog, reason[0]);
            assertUnavailable(engine::checkpoint, reason[0]);
            assertThatThrownBy(() -> engine.submit(TestEngine.EPOCH, 1, 1, ByteBuffer.allocate(0)).join()).hasMessageContaining(reason[0]);
        }
    }

    @Test
    void aDirectoryInUseIsNamedAndTheFirstOwnerGoesOn() {
        try (var engine = new TestEngine(temporary)) {
            assertThatThrownBy(() -> new TestEngine(temporary)).isInstanceOf(EngineOpenException.class).hasMessageContainingAll(temporary.toString(), "in use");
            CollectionId id = engine.create("c");
            engine.bulkAdd(id, X);
            assertThat(engine.engine().hasRow(id, RowId.of(0))).isTrue();
        }
    }

    private static Path folder(Path node, CollectionId id) {
        return node.resolve("collections").resolve(id.toString());
    }

    private static void assertUnavailable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.Unavailable.class))
                .hasMessageContaining(reason);
    }

    private static void copyLog(Path from, Path to) throws IOException {
        delete(to.resolve("log"));
        LiveCopy.of(from.resolve("log"), to.resolve("log"));
    }

    private static void delete(Path directory) throws IOException {
        if (Files.notExists(directory)) return;
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) Files.delete(file);
        }
    }
}
