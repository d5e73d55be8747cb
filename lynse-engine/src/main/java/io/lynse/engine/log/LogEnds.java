package io.lynse.engine.log;

import io.lynse.engine.log.SyncQueue.Waiter;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the two ends of the log on disk. Runs on the log's thread, when all frames are written; cutting and restarting also while
 * somebody holds the turn, so that nobody appends.
 */
final class LogEnds {

    private final ReadableLog log;
    private final LogDisk disk;
    private final SegmentFiles files;
    private final LogImage image;
    private final LogThread thread;
    private final ReentrantLock lock;

    LogEnds(ReadableLog log, LogDisk disk, SegmentFiles files, LogImage image, LogThread thread, ReentrantLock lock) {
        this.log = log;
        this.disk = disk;
        this.files = files;
        this.image = image;
        this.thread = thread;
        this.lock = lock;
    }

    /** Removes the entries from {@code lsn} on, and the frames of one that is not complete. */
    void cutFrom(long lsn) throws IOException {
        ReadableLog.Place place;
        try (var reader = new LogReader(log, lsn)) {
            place = reader.position();
        }
        Segment last = place.segment();
        new CutIntent(0, last.header.sequence(), place.offset(), lsn).write(disk);
        List<Segment> dropped;
        List<Waiter> withdrawn;
        lock.lock();
        try {
            dropped = image.dropAfter(last);
            image.cut(last, place.offset(), lsn);
            withdrawn = thread.forget(lsn, lsn - 1);
        } finally {
            lock.unlock();
        }
        for (Segment segment : dropped) files.remove(segment);
        LogDisk.File file = Objects.requireNonNull(last.file);
        SegmentFiles.zero(file, place.offset(), last.header.capacity());
        file.force();
        CutIntent.done(disk);
        fail(withdrawn);
    }

    /** Removes everything; the log then goes on behind {@code last}. */
    void restartAfter(long last, long epoch) throws IOException {
        long sequence = image.active().header.sequence() + 1; // only this thread and whoever holds the turn change it
        // Until the intent is written, this segment does not follow the one before it and would be dropped at the next start.
        Segment fresh = image.firstSegment(sequence, last, epoch);
        files.make(fresh);
        new CutIntent(sequence, sequence, SegmentHeader.BYTES, last + 1).write(disk);
        List<Segment> dropped;
        List<Waiter> withdrawn;
        lock.lock();
        try {
            dropped = image.restart(fresh, last, epoch);
            withdrawn = thread.forget(0, 0);
        } finally {
            lock.unlock();
        }
        for (Segment segment : dropped) files.remove(segment);
        CutIntent.done(disk);
        fail(withdrawn);
    }

    /**
     * Drops segments from the front while all their entries are durable and not kept.
     *
     * @param kept the first entry that is kept; asked with the lock before each, because pins are taken meanwhile
     */
    void trim(LongSupplier kept) throws IOException {
        while (true) {
            @Nullable Segment dropped;
            lock.lock();
            try {
                dropped = image.dropFirstBelow(Math.min(kept.getAsLong(), image.durable() + 1));
            } finally {
                lock.unlock();
            }
            if (dropped == null) return;
            files.remove(dropped);
        }
    }

    private static void fail(List<Waiter> withdrawn) {
        for (Waiter waiter : withdrawn) {
            waiter.future().completeExceptionally(new IllegalStateException("entry " + waiter.lsn() + " was truncated"));
        }
    }
}
