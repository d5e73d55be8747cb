package io.lynse.engine.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of one frame. An entry is one or more frames; each carries up to 1 MiB of its payload and stands on its own: it can
 * be checked without any other. All numbers little-endian; frames begin at multiples of 8 bytes in their segment.
 * <pre>
 *  byte size
 *     0    8  segment id: random per use of a segment file. Serves as the magic
 *     8    8  LSN of the entry; in a mark: LSN of the last entry before it
 *    16    8  primary epoch
 *    24    8  durable LSN known when the frame was made
 *    32    8  payload bytes of the whole entry
 *    40    4  index of the frame in its entry, from 0
 *    44    4  type of the entry; 0: a mark, which is no entry and has no payload
 *    48    2  version of the payload's format, unsigned
 *    50    1  flags: bit 0 = last frame of its entry; the others are 0
 *    51    1  0
 *    52    4  payload bytes of this frame
 *    56    4  CRC32C of the payload
 *    60    4  CRC32C of bytes 0 to 59
 *    64    n  payload, then 0 to 7 bytes of anything up to the next multiple of 8
 * </pre>
 * The head has a CRC of its own so that a damaged payload can be skipped and a damaged length is never believed. The segment id
 * keeps bytes of an earlier use of the same file from being taken for frames, and a payload that looks like a frame cannot
 * be one, because nobody outside knows the id.
 *
 * @param durable      durable LSN known when the frame was made
 * @param payloadBytes 0 to 1 MiB
 */
record Frame(EntryHead entry, int index, boolean last, long durable, int payloadBytes, int payloadCrc) {

    static final int HEAD_BYTES = 64;
    static final int PAYLOAD_BYTES_MAX = 1 << 20;
    static final int MARK = 0;

    /** What all frames of an entry share. */
    record EntryHead(long lsn, long epoch, int type, int version, long payloadBytes) {}

    boolean isMark() {
        return entry.type() == MARK;
    }

    /** Bytes from the start of a frame to the start of the next. */
    static int spaceFor(int payloadBytes) {
        return (HEAD_BYTES + payloadBytes + 7) & -8;
    }

    int space() {
        return spaceFor(payloadBytes);
    }

    /** Writes the head at {@code at}; the payload is put behind it by the caller. */
    void write(ByteBuffer out, int at, long segmentId) {
        out.putLong(at, segmentId)
                .putLong(at + 8, entry.lsn())
                .putLong(at + 16, entry.epoch())
                .putLong(at + 24, durable)
                .putLong(at + 32, entry.payloadBytes())
                .putInt(at + 40, index)
                .putInt(at + 44, entry.type())
                .putShort(at + 48, (short) entry.version())
                .putShort(at + 50, (short) (last ? 1 : 0))
                .putInt(at + 52, payloadBytes)
                .putInt(at + 56, payloadCrc)
                .putInt(at + 60, crc(out, at, 60));
    }

    /** The head at {@code at}, where at least {@link #HEAD_BYTES} bytes must follow; null when none with a true CRC stands there. */
    static @Nullable Frame read(ByteBuffer in, int at, long segmentId) {
        if (in.getLong(at) != segmentId || in.getInt(at + 60) != crc(in, at, 60)) return null;
        int payloadBytes = in.getInt(at + 52);
        if (payloadBytes < 0 || payloadBytes > PAYLOAD_BYTES_MAX) return null;
        var entry = new EntryHead(
                in.getLong(at + 8),
                in.getLong(at + 16),
                in.getInt(at + 44),
                Short.toUnsignedInt(in.getShort(at + 48)),
                in.getLong(at + 32));
        return new Frame(entry, in.getInt(at + 40), in.get(at + 50) == 1, in.getLong(at + 24), payloadBytes, in.getInt(at + 56));
    }

    static int crc(ByteBuffer bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes.slice(from, length));
        return (int) crc.getValue();
    }
}
