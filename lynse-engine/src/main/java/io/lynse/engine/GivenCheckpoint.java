package io.lynse.engine;

import io.lynse.engine.collection.CommitPin;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.log.LogPart;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of a live engine that another node copies piece by piece: its files stay as they are, and the log stays from there on, until
 * it is closed, or lapses by its age or for want of space. Safe for use by several threads.
 *
 * <p>The files are the catalog, which is made for this and lies in memory; those of each collection's commit; and the beginnings of the log
 * segments that have what the catalog holds and a collection's files lack. A first segment has older entries, too: at most its size.
 */
public final class GivenCheckpoint implements AutoCloseable {

    private static final int SUM_BUFFER_BYTES = 1 << 18;

    private final Path directory;
    private final HeldCheckpoint held;
    private final byte[] catalog;
    private final Consumer<GivenCheckpoint> closed;
    private @Nullable CheckpointList list;
    private volatile @Nullable String lost;

    /** @param closed told when it is kept no longer */
    GivenCheckpoint(DataDirectory directory, HeldCheckpoint held, Consumer<GivenCheckpoint> closed) {
        this.directory = directory.path();
        this.held = held;
        this.closed = closed;
        catalog = CatalogFile.bytes(held.image(), held::folded, Lsn.NONE, _ -> 0L);
    }

    /** Reads the log's part, and the end of each other file. */
    void list(WriteAheadLog wal) {
        var files = new ArrayList<CheckpointFile>();
        files.add(new CheckpointFile(CheckpointFile.CATALOG, catalog.length, catalog.length, crc(ByteBuffer.wrap(catalog))));
        try {
            for (LogPart part : wal.parts(held.log().from(), held.lsn())) {
                String path = Store.LOG + "/" + part.name();
                files.add(new CheckpointFile(path, part.bytes(), part.bytes(), crc(directory.resolve(path), part.bytes())));
            }
            for (Map.Entry<CollectionId, CommitPin> commit : held.commits().entrySet()) {
                files.addAll(commit.getValue().files(Store.COLLECTIONS + "/" + commit.getKey() + "/"));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the files of a checkpoint: " + failure.getMessage(), failure);
        }
        list = new CheckpointList(held.lsn(), files);
    }

    /** The same as long as this is open. */
    public CheckpointList list() {
        CheckpointList made = list;
        if (made == null) throw new IllegalStateException("its files are not looked at yet");
        return made;
    }

    /** The state behind this entry. */
    public Lsn lsn() {
        return held.lsn();
    }

    /** Whether it is kept no longer. */
    public boolean isLost() {
        return lost != null;
    }

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param file   its place in the {@link #list}
     * @param offset at most the file's length
     * @throws LynseException NotFound: the checkpoint is kept no longer, and what was read is not to be used; InvalidArgument: there is no such
     *                        file or byte; Internal: the disk refuses
     */
    public void read(int file, long offset, ByteBuffer into) {
        List<CheckpointFile> files = list().files();
        if (file < 0 || file >= files.size()) throw new LynseException(LynseError.invalid("file", "the checkpoint has " + files.size() + " files"));
        CheckpointFile wanted = files.get(file);
        if (offset < 0 || offset > wanted.bytes()) throw new LynseException(LynseError.invalid("offset", "the file has " + wanted.bytes() + " bytes"));
        requireHeld();
        int bytes = (int) Math.min(into.remaining(), wanted.bytes() - offset);
        if (wanted.path().equals(CheckpointFile.CATALOG)) {
            into.put(catalog, (int) offset, bytes);
            return;
        }
        try {
            read(directory.resolve(wanted.path()), offset, into, bytes);
        } catch (IOException failure) {
            requireHeld();
            throw new LynseException(new LynseError.Internal("cannot read " + wanted.path() + ": " + failure.getMessage()), failure);
        }
        requireHeld(); // else it may have been another file's bytes by then
    }

    private void requireHeld() {
        String why = lost;
        if (why != null) throw new LynseException(new LynseError.NotFound("checkpoint", "at LSN " + lsn() + ", which " + why));
    }

    /** Lets its files and the log go. */
    @Override
    public void close() {
        lose("was closed");
    }

    /** Told by the log, before anything goes. */
    void lapse() {
        lose("was given up for its age or for want of space");
    }

    /** The node stops, or its copy is replaced. */
    void end() {
        lose("went with the copy that it is of");
    }

    private void lose(String why) {
        synchronized (this) {
            if (lost != null) return;
            lost = why;
        }
        held.close();
        closed.accept(this);
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int crc(Path file, int bytes) throws IOException {
        var crc = new CRC32();
        ByteBuffer part = ByteBuffer.allocate(SUM_BUFFER_BYTES);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = 0; at < bytes; at += part.limit()) {
                fill(in, at, part.clear().limit((int) Math.min(part.capacity(), bytes - at)));
                crc.update(part.flip());
            }
        }
        return (int) crc.getValue();
    }

    private static void read(Path file, long offset, ByteBuffer into, int bytes) throws IOException {
        int limit = into.limit();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            fill(in, offset, into.limit(into.position() + bytes));
        } finally {
            into.limit(limit);
        }
    }

    private static void fill(FileChannel in, long from, ByteBuffer into) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = in.read(into, at);
            if (read < 0) throw new IOException("the file ends at byte " + at);
            at += read;
        }
    }
}
