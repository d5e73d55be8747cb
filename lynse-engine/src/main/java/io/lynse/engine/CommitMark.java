package io.lynse.engine;

import io.lynse.engine.directory.AtomicFile;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * How far the log of a member is committed, on disk. The file is there exactly while the rule is {@link CommitRule.WhenTold}.
 *
 * <p>Two slots of 20 bytes, written in turn, little-endian: count of writes (8), LSN (8), CRC32C of both (4). The valid one with the
 * higher count is meant; a torn write leaves the other.
 *
 * <p>Every advance is written before its entries are applied, and not forced: a process that is killed loses nothing, and after a
 * power cut the mark may stand lower, never higher. Lower is safe. The catalog, which is forced, holds no entry above a mark
 * that was written; and an entry that is committed without this node knowing it is told again by the primary.
 */
final class CommitMark implements AutoCloseable {

    private static final int SLOT_BYTES = 20;

    private final FileChannel channel;
    private long writes;
    private Lsn committed;

    private CommitMark(FileChannel channel, long writes, Lsn committed) {
        this.channel = channel;
        this.writes = writes;
        this.committed = committed;
    }

    static boolean exists(Path file) {
        return Files.exists(file);
    }

    /** @throws UncheckedIOException if the disk refuses */
    static CommitMark open(Path file) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            ByteBuffer in = ByteBuffer.allocate(2 * SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining() && channel.read(in, in.position()) > 0) {}
            int bytes = in.position();
            long writes = 0;
            long lsn = 0;
            for (int at = 0; at + SLOT_BYTES <= bytes; at += SLOT_BYTES) {
                if (in.getInt(at + 16) != crc(in, at) || in.getLong(at) <= writes) continue;
                writes = in.getLong(at);
                lsn = in.getLong(at + 8);
            }
            return new CommitMark(channel, writes, new Lsn(lsn));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** Makes the file, durably. @param committed everything up to here is */
    static CommitMark create(Path file, Lsn committed) {
        ByteBuffer slot = slot(1, committed);
        AtomicFile.write(file, slot.array());
        return open(file);
    }

    /** Removes the file, durably: from now on what is durable is committed. */
    static void delete(Path file) {
        AtomicFile.delete(file);
    }

    Lsn committed() {
        return committed;
    }

    /** Everything up to {@code lsn} is committed, and durable in the log. A lower LSN than before changes nothing. */
    void advance(Lsn lsn) throws IOException {
        if (lsn.compareTo(committed) <= 0) return;
        ByteBuffer slot = slot(writes + 1, lsn);
        long at = writes % 2 == 0 ? 0 : SLOT_BYTES;
        while (slot.hasRemaining()) channel.write(slot, at + slot.position());
        writes++;
        committed = lsn;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot close the commit mark", failure);
        }
    }

    private static ByteBuffer slot(long writes, Lsn lsn) {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(writes).putLong(lsn.value());
        return slot.putInt(crc(slot, 0)).flip();
    }

    private static int crc(ByteBuffer slots, int at) {
        var crc = new CRC32C();
        crc.update(slots.slice(at, 16));
        return (int) crc.getValue();
    }
}
