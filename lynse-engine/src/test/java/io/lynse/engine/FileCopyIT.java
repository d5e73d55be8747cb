package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.copy.DamagedCheckpointException;
import io.lynse.engine.copy.IncomingFiles.Arrival;
import io.lynse.engine.copy.IncomingFiles.Missing;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.log.EpochEnd;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.CopyState;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.v1.EntryType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's copy is replaced by another member's, file by file, while that one goes on. */
class FileCopyIT {

    private static final int DIMENSION = 8;
    private static final int GRAPH_ROWS = 2500;
    private static final LogSettings SMALL_SEGMENTS = new LogSettings(64 << 10, 4 << 10, 64 << 10, Duration.ofMillis(1));

    @TempDir
    Path temporary;

    private final Random random = new Random(1);
    private TestEngine giver;
    private Engine taker;
    private CollectionId plain = new CollectionId(1);
    private CollectionId half = new CollectionId(1);
    private CollectionId graph = new CollectionId(1);

    @BeforeEach
    void fill() {
        giver = new TestEngine(EngineSettings.of(temporary.resolve("giver")), SMALL_SEGMENTS, FoldObserver.NONE);
        taker = TestEngine.open(EngineSettings.of(temporary.resolve("taker")), SMALL_SEGMENTS);
        plain = giver.create("plain");
        half = giver.create("half", DIMENSION, ElementType.FLOAT16);
        graph = giver.create("graph");
        giver.setIndex(graph, "HNSW-L2", true);
        for (CollectionId id : List.of(plain, half, graph)) giver.add(id, Ids.range(0, 300), rows(300));
        giver.engine().checkpoint();
        giver.mark(plain, Ids.of(3, 4, 5), true);
        giver.upsert(plain, Ids.of(7), rows(1));
        giver.add(half, Ids.of(1_000), rows(1));
        giver.create("without-rows");
    }

    @AfterEach
    void close() {
        giver.close();
        taker.close();
    }

    @Test
    void theTakerHoldsTheSameRowsAndGoesOnWithTheLog() {
        CopyContents contents = FileCopies.replace(giver.engine(), taker);
        assertThat(contents.applied()).isEqualTo(giver.engine().appliedLsn());
        assertThat(contents.epochs()).containsExactly(new EpochEnd(TestEngine.EPOCH, contents.applied()));
        same();
        assertThat(taker.log().rule()).isEqualTo(new CommitRule.WhenTold());
        assertThat(taker.log().epochs()).isEqualTo(contents.epochs());
        assertThat(taker.log().firstLsn()).isEqualTo(contents.firstLsn());
        assertThat(taker.nodeId()).isNotEqualTo(giver.engine().nodeId());
        giver.add(plain, Ids.of(5_000), rows(1));
        giver.setIndex(half, "FLAT-IP", true);
        followTheLog();
        same();
        Engine reopened = reopened();
        same();
        assertThat(reopened.log().rule()).isEqualTo(new CommitRule.WhenTold());
    }

    @Test
    void aGraphComesWithTheFiles() {
        giver.add(graph, Ids.range(1000, GRAPH_ROWS), rows(GRAPH_ROWS));
        giver.engine().fold();
        await().atMost(Duration.ofMinutes(1)).until(() -> giver.engine().indexState(graph).linked() == GRAPH_ROWS + 300);
        FileCopies.replace(giver.engine(), taker);
        assertThat(taker.indexState(graph).linked()).isEqualTo(GRAPH_ROWS + 300);
        assertThat(taker.indexFigures(graph).builds().started()).as("graphs built here").isZero();
        same();
    }

    @Test
    void whatTheGiverWritesMeanwhileIsNotInTheCopyAndHarmsItNot() {
        giver.engine().log().commitBy(new CommitRule.WhenDurable());
        Rows before = head(giver.engine(), plain);
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            for (int round = 0; round < 10; round++) {
                giver.upsert(plain, Ids.range(0, 200), rows(200));
                giver.engine().checkpoint();
            }
            giver.drop(half);
            giver.engine().checkpoint();
            copy.begin(given.list());
            FileCopies.fetch(given, copy, 1_000);
            copy.verify(() -> false);
            taker.install(copy);
            assertThat(giver.engine().log().firstLsn()).as("the log goes on behind the checkpoint").isLessThanOrEqualTo(given.lsn().next());
            assertThat(taker.appliedLsn()).isEqualTo(given.lsn());
        }
        assertThat(head(taker, plain).vectors().row(0)).isEqualTo(before.vectors().row(0));
        assertThat(taker.catalog().byId(half)).isPresent();
        followTheLog();
        assertThat(taker.catalog().byId(half)).isEmpty();
        assertThat(head(taker, plain).vectors().data()).isEqualTo(head(giver.engine(), plain).vectors().data());
    }

    @Test
    void aRepeatedWriteIsAnsweredFromTheCopy() {
        var entry = giver.entry(plain, new RowBatch(
                WriteKind.ADD, Vectors.of(rows(1)), Ids.of(77_777), FieldBlock.NONE));
        giver.apply(EntryType.WRITE_ROWS, entry);
        CopyContents contents = FileCopies.replace(giver.engine(), taker);
        assertThat(contents.writes()).containsEntry(WriteId.of(entry.getWriteId()), giver.engine().appliedLsn());
        var repeat = taker.log().repeated(ParsedEntry.of(EntryType.WRITE_ROWS.getNumber(), 1, entry.toByteString().asReadOnlyByteBuffer()));
        Applied again = Objects.requireNonNull(repeat).join();
        assertThat(again.lsn()).isEqualTo(giver.engine().appliedLsn());
        assertThat(again.result()).isInstanceOf(Applied.RowsWritten.class);
    }

    @Test
    void whatIsThereIsNotFetchedAgain() {
        long half;
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            Missing vectors = copy.missing().stream().filter(each -> given.list().files().get(each.file()).path().endsWith(".vec")).findFirst().orElseThrow();
            half = vectors.bytes() / 2;
            ByteBuffer beginning = ByteBuffer.allocate((int) half);
            given.read(vectors.file(), 0, beginning);
            copy.append(vectors.file(), 0, beginning.flip());
            for (Missing each : copy.missing()) {
                if (each.file() == vectors.file() || random.nextBoolean()) continue;
                ByteBuffer whole = ByteBuffer.allocate((int) each.bytes());
                given.read(each.file(), each.from(), whole);
                copy.append(each.file(), each.from(), whole.flip());
            }
        }
        reopened();
        giver.upsert(graph, Ids.of(1), rows(1)); // another checkpoint, which shares most files with the first
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            long here = copy.bytesDone();
            assertThat(here).isGreaterThan(half);
            assertThat(FileCopies.fetch(given, copy, 100_000)).isEqualTo(given.list().bytes() - here);
            copy.verify(() -> false);
            taker.install(copy);
        }
        same();
    }

    @Test
    void aPieceThatWasAlteredIsNoticedAndComesAgain() {
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            for (Missing each : copy.missing()) {
                ByteBuffer whole = ByteBuffer.allocate((int) each.bytes());
                given.read(each.file(), 0, whole);
                int at = random.nextInt(whole.flip().limit());
                whole.put(at, (byte) (whole.get(at) ^ 4));
                assertThat(copy.append(each.file(), 0, whole.duplicate())).as("byte %d of %s", at, given.list().files().get(each.file())).isEqualTo(Arrival.DAMAGED);
            }
            assertThat(copy.bytesDone()).isZero();
            FileCopies.fetch(given, copy, 100_000);
            copy.verify(() -> false);
            taker.install(copy);
        }
        same();
    }

    @Test
    void aFileThatIsDamagedAsideIsFetchedAgain() throws IOException {
        CheckpointFile damaged;
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            FileCopies.fetch(given, copy, 100_000);
            damaged = given.list().files().stream().max(Comparator.comparingLong(CheckpointFile::bytes)).orElseThrow();
            alter(temporary.resolve("taker/incoming/files").resolve(damaged.path()), damaged.bytes() / 3);
            copy.begin(given.list());
            assertThat(copy.missing()).extracting(each -> given.list().files().get(each.file())).containsExactly(damaged);
        }
    }

    @Test
    void aGiverWhoseFileIsDamagedIsFoundOut() throws IOException {
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            CheckpointFile vectors = given.list().files().stream().filter(file -> file.path().endsWith(".vec")).findFirst().orElseThrow();
            alter(temporary.resolve("giver").resolve(vectors.path()), vectors.bytes() / 2);
            copy.begin(given.list());
            int file = given.list().files().indexOf(vectors);
            ByteBuffer whole = ByteBuffer.allocate((int) vectors.bytes());
            given.read(file, 0, whole);
            assertThat(copy.append(file, 0, whole.flip())).isEqualTo(Arrival.DAMAGED);
        }
    }

    /** All checksums are right, and the files do not fit together. */
    @Test
    void filesOfTwoCheckpointsAreRefused() {
        try (GivenCheckpoint old = giver.engine().give(taker.nodeId())) {
            giver.upsert(plain, Ids.of(1), rows(1));
            try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
                copy.begin(new CheckpointList(given.lsn(), old.list().files()));
                FileCopies.fetch(old, copy, 100_000);
                assertThatThrownBy(() -> copy.verify(() -> false)).isInstanceOf(DamagedCheckpointException.class).hasMessageContaining("LSN " + old.lsn());
                assertThatThrownBy(() -> taker.install(copy)).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void aTakerThatGivesUpKeepsItsOwnCopy() {
        FileCopies.replace(giver.engine(), taker);
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            assertThatThrownBy(taker::incoming).as("never two copies into one directory")
                    .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.Conflict.class));
            copy.begin(given.list());
            FileCopies.fetch(given, copy, 100_000);
            assertThat(copy.verify(() -> true)).isNull();
            copy.discard();
        }
        assertThat(temporary.resolve("taker/incoming")).doesNotExist();
        same();
    }

    @Test
    void aGivenUpCopyStaysSoOverARestartUntilItIsReplaced() {
        FileCopies.replace(giver.engine(), taker);
        var why = new GivenUp(CopyState.DAMAGED, "rows differ from those of two others,\nat LSN 7");
        taker.giveUp(why);
        Engine reopened = reopened();
        assertThat(reopened.givenUp()).isEqualTo(why);
        assertThatThrownBy(() -> taker.give(giver.engine().nodeId())).hasMessageContaining("rows differ");
        same();
        FileCopies.replace(giver.engine(), taker);
        assertThat(taker.givenUp()).isNull();
        assertThat(reopened().givenUp()).isNull();
    }

    @Test
    void aGivenUpCopyKeepsItsLog() {
        taker.close();
        var other = new TestEngine(EngineSettings.of(temporary.resolve("taker")), SMALL_SEGMENTS, FoldObserver.NONE);
        CollectionId id = other.create("some");
        other.engine().giveUp(new GivenUp(CopyState.DAMAGED, "for a test"));
        for (int round = 0; round < 20; round++) other.upsert(id, Ids.range(0, 200), rows(200));
        other.engine().checkpoint();
        assertThat(other.engine().log().firstLsn()).isEqualTo(new Lsn(1));
        taker = other.engine();
    }

    @Test
    void aQuarantinedNodeIsFilledAgain() throws IOException {
        FileCopies.replace(giver.engine(), taker);
        taker.close();
        alter(temporary.resolve("taker/catalog"), 20);
        taker = TestEngine.open(EngineSettings.of(temporary.resolve("taker")), SMALL_SEGMENTS);
        assertThat(taker.quarantine()).contains("catalog");
        FileCopies.replace(giver.engine(), taker);
        assertThat(taker.quarantine()).isNull();
        same();
    }

    @Test
    void aCheckpointThatIsKeptNoLongerSaysSo() throws IOException {
        giver.close();
        var settings = EngineSettings.of(temporary.resolve("giver"))
                .withRetention(new RetentionLimits(1 << 20, Duration.ofMillis(1))).withCheckpointInterval(Duration.ofMillis(20));
        giver = new TestEngine(settings, SMALL_SEGMENTS, FoldObserver.NONE);
        GivenCheckpoint given = giver.engine().give(taker.nodeId());
        giver.upsert(plain, Ids.of(1), rows(1));
        await().until(given::isLost);
        assertThatThrownBy(() -> given.read(0, 0, ByteBuffer.allocate(10)))
                .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.NotFound.class)).hasMessageContaining("given up");
    }

    @Test
    void aNodeWithABrokenCollectionGivesNothing() throws IOException {
        giver.engine().checkpoint();
        giver.close();
        try (var files = Files.list(temporary.resolve("giver/collections").resolve(half.toString()))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".vec")).toList()) alter(file, 64);
        }
        giver = new TestEngine(EngineSettings.of(temporary.resolve("giver")), SMALL_SEGMENTS, FoldObserver.NONE);
        assertThatThrownBy(() -> giver.engine().give(taker.nodeId()))
                .isInstanceOfSatisfying(LynseException.class, e -> assertThat(e.error()).isInstanceOf(LynseError.Unavailable.class));
    }

    @Test
    void noPieceFromBesideTheFilesIsRead() {
        try (GivenCheckpoint given = giver.engine().give(new NodeId("other"))) {
            int files = given.list().files().size();
            for (int file : new int[] {-1, files}) {
                assertThatThrownBy(() -> given.read(file, 0, ByteBuffer.allocate(1))).isInstanceOf(LynseException.class).hasMessageContaining("files");
            }
            long end = given.list().files().getFirst().bytes();
            for (long offset : new long[] {-1, end + 1}) {
                assertThatThrownBy(() -> given.read(0, offset, ByteBuffer.allocate(1))).isInstanceOf(LynseException.class).hasMessageContaining("bytes");
            }
            ByteBuffer behind = ByteBuffer.allocate(10);
            given.read(0, end, behind);
            assertThat(behind.position()).isZero();
        }
    }

    @Test
    void whatNobodyGoesOnWithIsRemovedAtTheNextStart() throws IOException {
        try (GivenCheckpoint given = giver.engine().give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            FileCopies.fetch(given, copy, 100_000);
        }
        Path incoming = temporary.resolve("taker/incoming");
        reopened();
        assertThat(incoming).as("somebody may go on with it").exists();
        try (var all = Files.walk(incoming)) {
            for (Path path : all.toList()) Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(30))));
        }
        reopened();
        assertThat(incoming).doesNotExist();
    }

    @Test
    void aReadInTheMiddleIsAnsweredOrRefused() throws Exception {
        FileCopies.replace(giver.engine(), taker);
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(3)) {
            var readers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    int answered = 0;
                    while (!stop.get()) {
                        try {
                            var hits = taker.search(plain, new Query(new float[DIMENSION], new Query.Options(5, false, 0)));
                            assertThat(hits.size()).isEqualTo(5);
                            answered++;
                        } catch (LynseException refused) {
                            assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class);
                        }
                    }
                    return answered;
                }));
            }
            for (int round = 0; round < 5; round++) FileCopies.replace(giver.engine(), taker);
            stop.set(true);
            for (var reader : readers) assertThat(reader.get()).isPositive();
        }
    }

    private Engine reopened() {
        taker.close();
        taker = TestEngine.open(EngineSettings.of(temporary.resolve("taker")), SMALL_SEGMENTS);
        return taker;
    }

    /** As replication would bring it. */
    private void followTheLog() {
        try (var reader = giver.engine().log().read(taker.log().lastLsn().next())) {
            for (var entry = reader.next(); entry != null; entry = reader.next()) {
                taker.log().append(entry.lsn(), entry.epoch(), entry.type(), entry.version(), entry.payload());
            }
        }
        taker.log().commitUpTo(taker.lastLsn());
        await().until(() -> taker.appliedLsn().equals(giver.engine().appliedLsn()));
    }

    private void same() {
        Engine expected = giver.engine();
        assertThat(taker.catalog().collections()).isEqualTo(expected.catalog().collections());
        assertThat(taker.catalog().databases()).isEqualTo(expected.catalog().databases());
        assertThat(taker.largestStamp()).isEqualTo(expected.largestStamp());
        for (var info : expected.catalog().collections()) {
            Rows theirs = head(expected, info.id());
            Rows ours = head(taker, info.id());
            assertThat(ours.ids().toList()).isEqualTo(theirs.ids().toList());
            assertThat(ours.vectors().data()).isEqualTo(theirs.vectors().data());
            assertThat(ours.stamps()).isEqualTo(theirs.stamps());
            assertThat(taker.read(info.id(), new RowSelection.Deleted(), false, false).ids().toList())
                    .isEqualTo(expected.read(info.id(), new RowSelection.Deleted(), false, false).ids().toList());
            assertThat(taker.stats(info.id(), true)).usingRecursiveComparison().ignoringFields("path").isEqualTo(expected.stats(info.id(), true));
            if (theirs.vectors().count() == 0) continue;
            var query = new Query(rows(1)[0], new Query.Options(10, false, 0));
            assertThat(taker.search(info.id(), query).ids().toList()).isEqualTo(expected.search(info.id(), query).ids().toList());
        }
        assertThat(taker.indexBuilt(graph).join().phase()).isEqualTo(IndexState.Phase.READY);
    }

    private static Rows head(Engine engine, CollectionId id) {
        return engine.read(id, new RowSelection.Head(10_000), true, true);
    }

    private float[][] rows(int count) {
        var rows = new float[count][];
        for (int i = 0; i < count; i++) rows[i] = RandomRows.vector(random, DIMENSION);
        return rows;
    }

    private static void alter(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), offset);
        }
    }
}
