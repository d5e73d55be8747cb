package io.lynse.engine.log;

import java.time.Duration;

/**
 * Sizes and pace of the log. The defaults are here and nowhere else.
 *
 * @param segmentBytes    largest segment file, bytes; a new log starts with smaller ones, so that a small node stays small
 * @param frameBytesMax   most payload bytes of one frame; a segment must hold at least one full frame
 * @param pendingBytesMax bytes that may wait in memory for the disk; {@link WriteAheadLog#append} waits above that
 * @param markAfter       idle time after which the durable LSN is marked on disk, so that damage to the last entry can be told
 *                        from a torn tail
 */
public record LogSettings(int segmentBytes, int frameBytesMax, int pendingBytesMax, Duration markAfter) {

    private static final int MIB = 1 << 20;

    public static final LogSettings DEFAULT = new LogSettings(64 * MIB, MIB, 16 * MIB, Duration.ofMillis(20));

    public LogSettings {
        if (frameBytesMax < 1 || frameBytesMax > MIB) throw new IllegalArgumentException("a frame holds 1 byte to 1 MiB: " + frameBytesMax);
        if (segmentBytes < frameBytesMax + 1024) throw new IllegalArgumentException("a segment must hold a full frame: " + segmentBytes);
        if (pendingBytesMax < frameBytesMax + 1024) throw new IllegalArgumentException("a full frame must be able to wait: " + pendingBytesMax);
        if (markAfter.isNegative()) throw new IllegalArgumentException("markAfter must not be negative: " + markAfter);
    }

    public LogSettings withSegmentBytes(int bytes) {
        return new LogSettings(bytes, frameBytesMax, pendingBytesMax, markAfter);
    }
}
