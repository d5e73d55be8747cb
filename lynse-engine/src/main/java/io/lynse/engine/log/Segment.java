package io.lynse.engine.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One segment file and what the log knows of it. Guarded by the log's lock, but for {@link #file}, which belongs to the log's thread.
 * A sparse index (the first frame of one entry about every {@value #INDEX_STEP} bytes) leads to an entry.
 */
final class Segment {

    private static final int INDEX_STEP = 64 << 10;

    final SegmentHeader header;
    /** Open for the log's thread; null until the file has been made. */
    LogDisk.@Nullable File file;
    /** Offset behind the last frame. */
    private int end = SegmentHeader.BYTES;
    /** Offset up to which the file has the frames; the rest is still in memory. */
    private int written = SegmentHeader.BYTES;
    /** The file was deleted or belongs to another segment by now. */
    private boolean dropped;

    private long[] indexLsns = new long[8];
    private int[] indexOffsets = new int[8];
    private int indexed;

    Segment(SegmentHeader header) {
        this.header = header;
    }

    int end() {
        return end;
    }

    int written() {
        return written;
    }

    boolean dropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    boolean hasRoomFor(int space) {
        return header.capacity() - end >= space;
    }

    /** Counts a frame that now stands at the end. */
    void add(Frame frame) {
        boolean first = frame.index() == 0 && !frame.isMark();
        if (first && (indexed == 0 || end - indexOffsets[indexed - 1] >= INDEX_STEP)) {
            if (indexed == indexLsns.length) {
                indexLsns = Arrays.copyOf(indexLsns, indexed * 2);
                indexOffsets = Arrays.copyOf(indexOffsets, indexed * 2);
            }
            indexLsns[indexed] = frame.entry().lsn();
            indexOffsets[indexed++] = end;
        }
        end += frame.space();
    }

    void writtenUpTo(int offset) {
        written = offset;
    }

    /** Forgets the frames from {@code offset} on. */
    void cut(int offset) {
        end = offset;
        written = Math.min(written, offset);
        while (indexed > 0 && indexOffsets[indexed - 1] >= offset) indexed--;
    }

    /** A frame boundary at or before the first frame of an entry that begins in this segment. */
    int offsetBefore(long lsn) {
        int found = Arrays.binarySearch(indexLsns, 0, indexed, lsn);
        int at = found >= 0 ? found : -found - 2;
        return at < 0 ? SegmentHeader.BYTES : indexOffsets[at];
    }
}
