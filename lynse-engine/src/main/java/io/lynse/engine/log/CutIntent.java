package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The decision to remove the end of the log, or all of it, written down before it is carried out. The entries that go may be
 * marked as durable by what stands behind them; without this file a crash halfway would look like damage. Removed when all is done.
 * <p>File {@code cut}, 40 bytes, little-endian: sequence number of the first segment that stays (8) and of the last (8), offset in that
 * one from which everything goes (8), LSN of the entry that comes next (8), 0 (4), CRC32C of bytes 0 to 35 (4).
 */
record CutIntent(long first, long last, int offset, long lsn) {

    private static final String NAME = "cut";
    private static final String TEMPORARY = "cut.tmp";
    private static final int BYTES = 40;

    void write(LogDisk disk) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(first).putLong(last).putLong(offset).putLong(lsn).putInt(0).putInt(Frame.crc(out, 0, BYTES - 4));
        try (LogDisk.File file = disk.create(TEMPORARY)) {
            file.write(out.flip(), 0);
            file.force();
        }
        disk.rename(TEMPORARY, NAME);
        disk.forceDirectory();
    }

    static void done(LogDisk disk) throws IOException {
        disk.delete(NAME);
        disk.forceDirectory();
    }

    /** Removes a decision without carrying it out. */
    static void forget(LogDisk disk) throws IOException {
        if (disk.list().contains(NAME)) done(disk);
    }

    /**
     * Carries out what a crash interrupted.
     *
     * @param sequences of the segments on disk, ascending
     * @return those that are left
     */
    static List<Long> finish(LogDisk disk, List<Long> sequences) throws IOException {
        if (!disk.list().contains(NAME)) return sequences;
        CutIntent intent = read(disk);
        if (!sequences.contains(intent.last)) {
            throw new LogDamagedException(disk.path(SegmentFiles.name(intent.last)), 0, new Lsn(intent.lsn), "the segment file is missing");
        }
        var left = new ArrayList<>(sequences);
        while (left.getLast() > intent.last) delete(disk, left.removeLast());
        while (left.getFirst() < intent.first) delete(disk, left.removeFirst());
        try (LogDisk.File file = disk.open(SegmentFiles.name(intent.last))) {
            SegmentFiles.zero(file, intent.offset, (int) file.size());
            file.force();
        }
        done(disk);
        return left;
    }

    private static CutIntent read(LogDisk disk) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (LogDisk.File file = disk.open(NAME)) {
            file.read(in, 0);
        }
        if (in.hasRemaining() || in.getInt(BYTES - 4) != Frame.crc(in, 0, BYTES - 4)) {
            throw new LogDamagedException(disk.path(NAME), 0, Lsn.NONE, "unreadable decision to cut");
        }
        return new CutIntent(in.getLong(0), in.getLong(8), (int) in.getLong(16), in.getLong(24));
    }

    private static void delete(LogDisk disk, long sequence) throws IOException {
        disk.delete(SegmentFiles.name(sequence));
        disk.forceDirectory();
    }
}
