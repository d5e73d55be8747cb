package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.log.Claim;
import io.lynse.engine.log.Kept;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.engine.space.DiskLevel;
import io.lynse.engine.space.DiskSpace;
import io.lynse.engine.space.Watermarks;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who keeps the log of a running engine, whose checkpoints come by themselves, ten in a second. */
class LogRetentionIT {

    private static final CollectionId COLLECTION = new CollectionId(1);
    private static final NodeId FOLLOWER = new NodeId("follower");
    private static final LogSettings SMALL_SEGMENTS = new LogSettings(64 << 10, 16 << 10, 64 << 10, Duration.ofMillis(20));

    @TempDir
    Path directory;

    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE / 2);
    private Engine engine;
    private long rows;

    @BeforeEach
    void open() {
        engine = opened(RetentionLimits.DEFAULT);
        apply(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("d").build());
        apply(EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setDatabase("d").setCollection("c").setCollectionId(1).setDimension(256).build());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aFollowerKeepsTheLogUntilItHasConfirmed() {
        engine.log().register(FOLLOWER);
        Lsn covered = writeAndCover();
        assertThat(engine.log().firstLsn()).isEqualTo(new Lsn(1));
        assertThat(holder()).isEqualTo(new Claim.Follower(FOLLOWER, new Lsn(1)));
        engine.log().confirmed(FOLLOWER, covered); // nothing is written any more: its word alone lets the log go
        await().until(() -> engine.log().firstLsn().value() > covered.value() / 2);
        await().until(() -> engine.keptLog().bytes() < 512 << 10);
    }

    @Test
    void aFollowerThatIsForgottenKeepsNothing() {
        engine.log().register(FOLLOWER);
        Lsn covered = writeAndCover();
        engine.log().forget(FOLLOWER);
        await().until(() -> engine.log().firstLsn().value() > covered.value() / 2);
    }

    @Test
    void aFollowerKeepsNothingWhileTheDiskIsLow() {
        engine.log().register(FOLLOWER);
        Lsn covered = writeAndCover();
        assertThat(engine.log().firstLsn()).isEqualTo(new Lsn(1));
        free.set(40 << 20);
        await().until(() -> engine.disk().level() == DiskLevel.LOW);
        await().until(() -> engine.log().firstLsn().value() > covered.value() / 2);
        assertThat(engine.keptLog().lapsed()).extracting(Kept.Hold::claim).containsExactly(new Claim.Follower(FOLLOWER, new Lsn(1)));
    }

    @Test
    void aPinnedCheckpointLapsesWithAllThatItKeeps() {
        engine.close();
        engine = opened(new RetentionLimits(0, Duration.ofNanos(1)));
        Lsn pinned = engine.checkpoint();
        assertThat(directory.resolve(PinnedCheckpoint.FILE)).exists();
        Lsn covered = writeAndCover();
        await().until(() -> engine.log().firstLsn().value() > covered.value() / 2);
        assertThat(pinned).isLessThan(covered);
        assertThat(directory.resolve(PinnedCheckpoint.FILE)).as("it would lead a copy astray").doesNotExist();
    }

    @Test
    void aPinnedCheckpointHoldsUntilThen() {
        Lsn pinned = engine.checkpoint();
        writeAndCover();
        assertThat(Files.exists(directory.resolve(PinnedCheckpoint.FILE))).isTrue();
        assertThat(engine.log().firstLsn()).isLessThanOrEqualTo(pinned.next());
        assertThat(holder()).isInstanceOf(Claim.Pin.class);
    }

    @Test
    void aPinnedCheckpointLapsesThoughTheDiskIsTooFullForAnother() {
        Lsn pinned = engine.checkpoint();
        Lsn covered = writeAndCover();
        assertThat(engine.log().firstLsn()).isLessThanOrEqualTo(pinned.next());
        free.set(2 << 20); // from enough to less than a quarter of the hard mark at one look
        await().until(() -> engine.log().firstLsn().value() > covered.value() / 2);
        assertThat(directory.resolve(PinnedCheckpoint.FILE)).doesNotExist();
        assertThat(engine.disk().isExhausted()).isTrue();
    }

    private Engine opened(RetentionLimits limits) {
        DiskSpace disk = new DiskSpace() {
            @Override
            public long freeBytes() {
                return free.get();
            }

            @Override
            public long totalBytes() {
                return Long.MAX_VALUE / 2;
            }
        };
        EngineSettings settings = EngineSettings.of(directory).withCheckpointInterval(Duration.ofMillis(100)).withMarks(new Watermarks(50 << 20, 10 << 20));
        return Engine.open(settings.withRetention(limits), SMALL_SEGMENTS, FoldObserver.NONE, disk);
    }

    /** Writes 1 MB and waits until a checkpoint has it. @return the last entry */
    private Lsn writeAndCover() {
        for (int i = 0; i < 100; i++) {
            var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[10][256]), null, FieldBlock.NONE);
            apply(EntryType.WRITE_ROWS, Wire.writeRows(COLLECTION, batch, (1 + rows++) << 16, TestEngine.writeId().toByteArray()));
        }
        Lsn last = engine.lastLsn();
        await().until(() -> engine.keptLog().holds().stream().anyMatch(hold -> hold.claim().equals(new Claim.Checkpoint(last.next()))));
        return last;
    }

    private Claim holder() {
        return engine.keptLog().holds().getFirst().claim();
    }

    private void apply(EntryType type, MessageLite message) {
        Applied.Result result = engine.submit(TestEngine.EPOCH, type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer()).join().result();
        assertThat(result).isNotInstanceOf(Applied.Refused.class);
    }
}
