package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What {@link LogReader}s see of the log while others append, cut and trim: where frames lie, and those that no file has yet. */
final class ReadableLog {

    private final LogDisk disk;
    private final LogImage image;
    private final ReentrantLock lock;

    ReadableLog(LogDisk disk, LogImage image, ReentrantLock lock) {
        this.disk = disk;
        this.image = image;
        this.lock = lock;
    }

    /** A frame boundary at or before the one wanted. */
    record Place(Segment segment, int offset, int generation) {}

    /** A segment as it is now. */
    record Extent(int end, @Nullable Segment next, boolean dropped, int generation) {}

    long firstLsn() {
        lock.lock();
        try {
            return image.firstLsn();
        } finally {
            lock.unlock();
        }
    }

    long lastLsn() {
        lock.lock();
        try {
            return image.lastLsn();
        } finally {
            lock.unlock();
        }
    }

    /** @throws LogTrimmedException if the entry is no longer here */
    Place place(long lsn) {
        lock.lock();
        try {
            if (lsn > image.lastLsn() + 1) throw new IllegalStateException("entry " + lsn + " is not in the log, which ends at " + image.lastLsn());
            if (lsn < image.firstLsn()) throw new LogTrimmedException(new Lsn(lsn), new Lsn(image.firstLsn()));
            Segment segment = image.segmentOf(lsn);
            return new Place(segment, segment.offsetBefore(lsn), image.generation());
        } finally {
            lock.unlock();
        }
    }

    Extent extent(Segment segment) {
        lock.lock();
        try {
            return new Extent(segment.end(), segment.dropped() ? null : image.after(segment), segment.dropped(), image.generation());
        } finally {
            lock.unlock();
        }
    }

    /** The lowest LSN at which the log was truncated since then. */
    long lowestCutSince(int generation) {
        lock.lock();
        try {
            return image.lowestCutSince(generation);
        } finally {
            lock.unlock();
        }
    }

    /** Copies bytes from {@code offset} on that are not on file yet. @return 0, or how many bytes from there on the file has */
    int copyPending(Segment segment, int offset, ByteBuffer into) {
        lock.lock();
        try {
            int onFile = segment.written() - offset;
            if (onFile <= 0 && offset < segment.end()) image.pending.copy(segment, offset, into);
            return Math.max(0, onFile);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link LogImage#parts}. @param behind where the entry behind {@code upTo} begins */
    List<LogPart> parts(long from, long upTo, Place behind) {
        lock.lock();
        try {
            return image.parts(from, upTo, behind.segment(), behind.offset());
        } finally {
            lock.unlock();
        }
    }

    LogDisk.File open(Segment segment) throws IOException {
        return disk.open(segment.header.fileName());
    }

    String path(Segment segment) {
        return disk.path(segment.header.fileName());
    }
}
