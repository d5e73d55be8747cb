package io.lynse.engine.copy;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Sums up a {@link CheckpointFile} as its bytes come, in order. */
final class FileSum {

    private final CheckpointFile file;
    private final CRC32 crc = new CRC32();
    private long bytes;
    private long tail; // what stands behind the summed bytes, big-endian

    FileSum(CheckpointFile file) {
        this.file = file;
    }

    long bytes() {
        return bytes;
    }

    /** @param more position to limit, which stay as they are */
    void add(ByteBuffer more) {
        ByteBuffer part = more.duplicate();
        int summed = (int) Math.clamp(file.summedBytes() - bytes, 0, part.remaining());
        crc.update(part.slice(part.position(), summed));
        for (int at = part.position() + summed; at < part.limit(); at++) tail = tail << 8 | part.get(at) & 0xFF;
        bytes += part.remaining();
    }

    /** Whether all bytes came, and are what the giver's list says. */
    boolean fits() {
        boolean tailFits = file.bytes() - file.summedBytes() != Long.BYTES || tail == Integer.toUnsignedLong(file.crc32());
        return bytes == file.bytes() && (int) crc.getValue() == file.crc32() && tailFits;
    }
}
