package io.lynse.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first 128 bytes of a segment file, written and forced before the file gets its name and never changed afterwards.
 * The file is as long as it will ever be from then on: one that is shorter was cut by somebody else.
 * <pre>
 *  byte size
 *     0    8  "LYNSEWAL"
 *     8    4  format, 1
 *    12    4  length of the file, bytes
 *    16    8  segment id, random; repeated in every frame
 *    24    8  sequence number of the segment, from 1, without gaps; also the file's name
 *    32    8  LSN of the first frame (marks not counted)
 *    40    4  its index in its entry: above 0 when an entry goes on from the segment before
 *    44    4  0
 *    48    8  durable LSN known when the segment was begun
 *    56    8  epoch of the last complete entry before the segment, 0 = none: what {@code epochs()} needs once that entry is trimmed
 *    64   60  0
 *   124    4  CRC32C of bytes 0 to 123
 *   128       frames, see {@link Frame}
 * </pre>
 */
record SegmentHeader(int capacity, long id, long sequence, long firstLsn, int firstIndex, long durable, long epochBefore) {

    static final int BYTES = 128;

    private static final long MAGIC = ByteBuffer.wrap("LYNSEWAL".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    private static final int FORMAT = 1;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(FORMAT).putInt(capacity).putLong(id).putLong(sequence);
        out.putLong(firstLsn).putInt(firstIndex).putInt(0).putLong(durable).putLong(epochBefore);
        return out.putInt(BYTES - 4, Frame.crc(out, 0, BYTES - 4)).rewind();
    }

    /** The header of a file; null as below. */
    static @Nullable SegmentHeader read(LogDisk.File file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, 0);
        return bytes.hasRemaining() ? null : decode(bytes);
    }

    /** The header in these {@link #BYTES} bytes; null when it is none of this format or its CRC does not match. */
    static @Nullable SegmentHeader decode(ByteBuffer in) {
        if (in.getLong(0) != MAGIC || in.getInt(8) != FORMAT || in.getInt(BYTES - 4) != Frame.crc(in, 0, BYTES - 4)) return null;
        return new SegmentHeader(in.getInt(12), in.getLong(16), in.getLong(24), in.getLong(32), in.getInt(40), in.getLong(48), in.getLong(56));
    }

    String fileName() {
        return SegmentFiles.name(sequence);
    }

    /** Whether this segment begins at or before the first frame of an entry. */
    boolean beginsAtOrBefore(long lsn) {
        return firstLsn < lsn || (firstLsn == lsn && firstIndex == 0);
    }

    /** The first entry whose first frame can be in this segment. */
    long firstWholeLsn() {
        return firstIndex == 0 ? firstLsn : firstLsn + 1;
    }
}
