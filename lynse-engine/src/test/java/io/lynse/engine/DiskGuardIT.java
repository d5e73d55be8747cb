package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.space.DiskLevel;
import io.lynse.engine.space.DiskSpace;
import io.lynse.engine.space.Watermarks;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.MarkRows;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills and empties as the test says: what is refused meanwhile, and that nobody has to restart anything. */
class DiskGuardIT {

    private static final CollectionId COLLECTION = new CollectionId(1);
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicLong free = new AtomicLong(100 * MIB);
    private Engine engine;
    private long clock;

    @BeforeEach
    void open() {
        DiskSpace disk = new DiskSpace() {
            @Override
            public long freeBytes() {
                return free.get();
            }

            @Override
            public long totalBytes() {
                return 200 * MIB;
            }
        };
        engine = Engine.open(EngineSettings.of(directory).withMarks(new Watermarks(50 * MIB, 10 * MIB)), LogSettings.DEFAULT, FoldObserver.NONE, disk);
        apply(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("d").build());
        apply(EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setDatabase("d").setCollection("c").setCollectionId(1).setDimension(2).build());
        apply(EntryType.WRITE_ROWS, rows(1, 2));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aCheckpointThatAnotherNodeCopiesIsGivenUpWhenTheDiskRunsLow() {
        GivenCheckpoint given = engine.give(new NodeId("taker"));
        free.set(30 * MIB);
        Awaitility.await().until(given::isLost);
        assertThatThrownBy(() -> given.read(0, 0, ByteBuffer.allocate(1))).hasMessageContaining("for want of space");
    }

    @Test
    void aCopyThatWouldFillTheDiskIsNotBegun() {
        var catalog = new CheckpointFile(CheckpointFile.CATALOG, 91 * MIB, 91 * MIB, 0);
        try (IncomingCopy copy = engine.incoming()) {
            assertThatThrownBy(() -> copy.begin(new CheckpointList(new Lsn(9), List.of(catalog)))).hasMessageContaining("no room");
            free.set(102 * MIB);
            copy.begin(new CheckpointList(new Lsn(9), List.of(catalog)));
            assertThat(copy.bytesTotal()).isEqualTo(91 * MIB);
        }
    }

    @Test
    void belowTheHardMarkOnlyWhatFreesSpaceIsTaken() {
        see(9 * MIB, DiskLevel.FULL);
        assertFull(EntryType.WRITE_ROWS, rows(3));
        assertFull(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("e").build());
        assertFull(EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setDatabase("d").setCollection("x").setCollectionId(2).build());
        assertThat(engine.read(COLLECTION, new RowSelection.Head(9), true, true).ids()).isEqualTo(Ids.of(1, 2));
        apply(EntryType.MARK_ROWS, MarkRows.newBuilder().setCollectionId(1).setIds(Wire.ids(Ids.of(1))).setDeleted(true).build());
        assertThat(apply(EntryType.COMPACT, Compact.newBuilder().setCollectionId(1).build())).isEqualTo(new Applied.RowsCompacted(1));

        see(10 * MIB, DiskLevel.FULL); // not yet
        assertFull(EntryType.WRITE_ROWS, rows(3));
        see(12 * MIB, DiskLevel.LOW);
        apply(EntryType.WRITE_ROWS, rows(3));
        assertThat(engine.read(COLLECTION, new RowSelection.Head(9), true, true).ids()).isEqualTo(Ids.of(2, 3));
        see(9 * MIB, DiskLevel.FULL);
        apply(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(1).build());
        see(100 * MIB, DiskLevel.OK);
    }

    @Test
    void anEntryThatWouldReachTheHardMarkIsRefusedWhereASmallOneIsNot() {
        see(12 * MIB, DiskLevel.LOW);
        long[] many = java.util.stream.LongStream.range(10, 90_010).toArray(); // 720 KB of vectors, as much of ids: twice that is above 2 MiB
        assertFull(EntryType.WRITE_ROWS, rows(many));
        apply(EntryType.WRITE_ROWS, rows(3));
    }

    private void see(long bytes, DiskLevel level) {
        free.set(bytes);
        Awaitility.await().until(() -> engine.disk().freeBytes() == bytes && engine.disk().level() == level);
    }

    private void assertFull(EntryType type, MessageLite message) {
        long before = engine.lastLsn().value();
        assertThatThrownBy(() -> apply(type, message)).isInstanceOf(CompletionException.class).cause().isInstanceOfSatisfying(LynseException.class, refused -> {
            assertThat(refused.error()).isInstanceOf(LynseError.Unavailable.class);
            assertThat(refused).hasMessageContaining("the disk of this node is full");
        });
        assertThat(engine.lastLsn().value()).as("nothing was appended").isEqualTo(before);
    }

    private Applied.Result apply(EntryType type, MessageLite message) {
        return engine.submit(TestEngine.EPOCH, type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer()).join().result();
    }

    private MessageLite rows(long... ids) {
        var vectors = new float[ids.length][2];
        return Wire.writeRows(COLLECTION, new RowBatch(WriteKind.ADD, Vectors.of(vectors), Ids.of(ids), FieldBlock.NONE), clock += 1L << 16, TestEngine.writeId().toByteArray());
    }
}
