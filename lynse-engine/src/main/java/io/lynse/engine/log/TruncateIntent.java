package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The decision to remove the end of the log, written down before it is carried out. The entries that go may be marked as durable
 * by what stands behind them; without this file a crash halfway would look like damage. Removed when all is done.
 * <p>File {@code truncate}, 32 bytes, little-endian: sequence number of the last segment that stays (8), offset in it from which
 * everything goes (8), LSN of the first entry that goes (8), 0 (4), CRC32C of bytes 0 to 27 (4).
 */
record TruncateIntent(long sequence, int offset, long lsn) {

    private static final String NAME = "truncate";
    private static final String TEMPORARY = "truncate.tmp";
    private static final int BYTES = 32;

    void write(LogDisk disk) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(sequence).putLong(offset).putLong(lsn).putInt(0).putInt(Frame.crc(out, 0, BYTES - 4));
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

    /**
     * Carries out what a crash interrupted.
     *
     * @param sequences of the segments on disk, ascending
     * @return those that are left
     */
    static List<Long> finish(LogDisk disk, List<Long> sequences) throws IOException {
        if (!disk.list().contains(NAME)) return sequences;
        ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (LogDisk.File file = disk.open(NAME)) {
            file.read(in, 0);
        }
        if (in.hasRemaining() || in.getInt(BYTES - 4) != Frame.crc(in, 0, BYTES - 4)) {
            throw new LogDamagedException(disk.path(NAME), 0, Lsn.NONE, "unreadable decision to truncate");
        }
        var intent = new TruncateIntent(in.getLong(0), (int) in.getLong(8), in.getLong(16));
        if (!sequences.contains(intent.sequence)) {
            throw new LogDamagedException(disk.path(SegmentFiles.name(intent.sequence)), 0, new Lsn(intent.lsn), "the segment file is missing");
        }
        var left = new ArrayList<>(sequences);
        while (left.getLast() > intent.sequence) {
            disk.delete(SegmentFiles.name(left.removeLast()));
            disk.forceDirectory();
        }
        try (LogDisk.File file = disk.open(SegmentFiles.name(intent.sequence))) {
            SegmentFiles.zero(file, intent.offset, (int) file.size());
            file.force();
        }
        done(disk);
        return left;
    }
}
