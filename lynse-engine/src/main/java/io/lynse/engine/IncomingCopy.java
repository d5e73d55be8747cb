package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.copy.DamagedCheckpointException;
import io.lynse.engine.copy.IncomingFiles;
import io.lynse.engine.copy.Replacement;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.log.LogDamagedException;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Another member's checkpoint on its way into a data directory whose engine goes on as it is. It is told the giver's list ({@link #begin}), takes
 * the pieces of what is {@link #missing}, looks at all of it ({@link #verify}), and then can be {@linkplain Engine#install installed}. There is
 * one at a time in a directory. For use by one thread at a time; the figures are for all.
 */
public final class IncomingCopy implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final Path directory;
    private final LongSupplier room;
    private final Runnable closed;
    private volatile @Nullable IncomingFiles files;
    private @Nullable CopyContents verified;
    private boolean over;

    /**
     * @param room   bytes that may be written
     * @param closed told when this is used no more
     */
    IncomingCopy(DataDirectory directory, LongSupplier room, Runnable closed) {
        this.directory = directory.path();
        this.room = room;
        this.closed = closed;
    }

    /** See {@link Replacement}. */
    static Replacement replacement(DataDirectory directory) {
        return new Replacement(
                directory.path(), List.of(Commitment.MARK, Store.CATALOG, Store.LOG, Store.COLLECTIONS), List.of(PinnedCheckpoint.FILE, GivenUp.FILE));
    }

    /**
     * Says what is to come. What lies here already and belongs to it is kept, after all of it was read. Blocks. May be called again, with
     * another list.
     *
     * @throws LynseException Unavailable: the disk has no room for it
     */
    public void begin(CheckpointList list) {
        requireOpen();
        verified = null;
        var begun = new IncomingFiles(directory, list);
        IncomingFiles before = files;
        if (before != null) before.close();
        begun.begin(list);
        files = begun;
        long needed = begun.bytesTotal() - begun.bytesDone();
        if (needed > room.getAsLong()) {
            throw new LynseException(new LynseError.Unavailable(
                    "the disk of this node has no room for the files of another: " + needed + " bytes more are needed, " + room.getAsLong() + " may be taken",
                    RETRY_AFTER));
        }
    }

    /** What is still to be fetched; see {@link IncomingFiles#missing}. */
    public List<IncomingFiles.Missing> missing() {
        return begun().missing();
    }

    /** Adds a piece; see {@link IncomingFiles#append}. */
    public IncomingFiles.Arrival append(int file, long offset, ByteBuffer piece) {
        return begun().append(file, offset, piece);
    }

    /** Bytes that are here. */
    public long bytesDone() {
        IncomingFiles now = files;
        return now == null ? 0 : now.bytesDone();
    }

    /** Bytes of the whole checkpoint; 0: its list has not come. */
    public long bytesTotal() {
        IncomingFiles now = files;
        return now == null ? 0 : now.bytesTotal();
    }

    /**
     * Reads all files and all rows, as an engine that opens them and a scrubber would, and makes everything durable. Takes long.
     *
     * @param givenUp ends it, with null
     * @throws DamagedCheckpointException if an engine would not open with all of it: then nothing here may be kept
     * @throws IllegalStateException      if something is missing
     */
    public @Nullable CopyContents verify(BooleanSupplier givenUp) {
        IncomingFiles all = begun();
        all.settle();
        try {
            CopyContents contents = contents(all, givenUp);
            if (contents == null) return null;
            CommitMark.create(all.files().resolve(Commitment.MARK), contents.applied()).close();
            all.settle();
            verified = contents;
            return contents;
        } catch (LogDamagedException | DamagedCopyException | EngineOpenException damage) {
            throw new DamagedCheckpointException("the fetched files are damaged: " + damage.getMessage(), damage);
        }
    }

    private static @Nullable CopyContents contents(IncomingFiles all, BooleanSupplier givenUp) {
        CatalogFile.Content catalog = new CatalogFile(all.files().resolve(CheckpointFile.CATALOG)).read();
        AppliedState state = catalog.state();
        if (!state.lsn().equals(all.list().lsn())) {
            throw new DamagedCheckpointException("the fetched catalog is of LSN " + state.lsn() + " and not of " + all.list().lsn(), null);
        }
        Path log = all.files().resolve(Store.LOG);
        WriteAheadLog.completeCopy(log);
        CopyContents contents;
        try (var wal = WriteAheadLog.open(log, LogSettings.DEFAULT)) {
            Replay.check(wal, state);
            for (CollectionRecord record : state.catalog().records()) requireEntries(record, catalog, wal.firstLsn());
            var writes = new LinkedHashMap<WriteId, Lsn>();
            catalog.applied().memory().remembered().forEach(each -> writes.put(each.writeId(), each.lsn()));
            contents = new CopyContents(wal.firstLsn(), wal.epochs(), state.lsn(), writes);
        }
        for (CollectionRecord record : state.catalog().records()) {
            if (givenUp.getAsBoolean()) return null;
            check(record, catalog, all, givenUp);
        }
        return givenUp.getAsBoolean() ? null : contents;
    }

    private static void requireEntries(CollectionRecord record, CatalogFile.Content catalog, Lsn first) {
        CollectionId id = record.info().id();
        Lsn folded = catalog.folded().getOrDefault(id, Lsn.NONE);
        Lsn held = folded.compareTo(record.created()) > 0 ? folded : record.created();
        if (held.next().compareTo(first) < 0) {
            throw new DamagedCheckpointException("the fetched files of collection " + id + " end at LSN " + held + " and the log begins at " + first, null);
        }
    }

    private static void check(CollectionRecord record, CatalogFile.Content catalog, IncomingFiles all, BooleanSupplier givenUp) {
        CollectionId id = record.info().id();
        Path folder = all.files().resolve(Store.COLLECTIONS).resolve(id.toString());
        try {
            Collection.check(folder, record.info().dimension(), record.info().elementType(), catalog.folded().getOrDefault(id, Lsn.NONE), givenUp);
        } catch (IOException | RuntimeException damage) {
            throw new DamagedCheckpointException("the fetched files of collection " + id + " are damaged: " + damage.getMessage(), damage);
        }
    }

    /** What {@link #verify} found. @throws IllegalStateException before that */
    CopyContents verified() {
        requireOpen();
        if (verified == null) throw new IllegalStateException("the fetched files were not verified");
        return verified;
    }

    /** Removes everything that was fetched. Ends the use of this. */
    public void discard() {
        if (over) return;
        IncomingFiles all = files;
        new IncomingFiles(directory, all == null ? CheckpointList.NOTHING : all.list()).discard();
        close();
    }

    /** What is here stays, for another that goes on. Ends the use of this. */
    @Override
    public void close() {
        if (over) return;
        over = true;
        IncomingFiles all = files;
        if (all != null) all.close();
        closed.run();
    }

    private IncomingFiles begun() {
        requireOpen();
        IncomingFiles now = files;
        if (now == null) throw new IllegalStateException("nothing was begun");
        return now;
    }

    private void requireOpen() {
        if (over) throw new IllegalStateException("this copy is used no more");
    }
}
