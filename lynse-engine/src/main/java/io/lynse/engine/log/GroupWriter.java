package io.lynse.engine.log;

import io.lynse.engine.space.DiskFull;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes frames to the segment files, makes the files as they are needed, and forces them. Of the log's thread alone, unless said otherwise. */
final class GroupWriter {

    private static final Duration ROOM_INTERVAL = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private interface Writing {
        void run() throws IOException;
    }

    private final SegmentFiles files;
    private final FileTasks tasks;
    private final ReentrantLock lock;
    private final Condition work;
    private final Set<Segment> dirty = new LinkedHashSet<>();
    private volatile boolean stalled;
    private boolean patient = true; // guarded by the lock

    /** @param work signalled when there is a trim, or a reason not to wait for room any longer */
    GroupWriter(SegmentFiles files, FileTasks tasks, ReentrantLock lock, Condition work) {
        this.files = files;
        this.tasks = tasks;
        this.lock = lock;
        this.work = work;
    }

    void write(List<PendingFrames.Run> runs) throws IOException {
        for (PendingFrames.Run run : runs) {
            Segment segment = run.segment;
            whenThereIsRoom(() -> {
                if (segment.file == null) files.make(segment);
                Objects.requireNonNull(segment.file).write(run.content(), run.offset);
            });
            dirty.add(segment);
            if (run.end() > segment.header.capacity() / 2) files.prepareNext(segment.header.capacity());
        }
    }

    /** Brings to disk what was written. It is never called again after a failure: the system may have dropped the bytes and forgotten that it did. */
    void force() throws IOException {
        for (Segment segment : dirty) {
            if (segment.file != null) segment.file.force(); // null: truncated or trimmed since
        }
        dirty.clear();
    }

    void close(List<Segment> open) {
        files.close();
        for (Segment segment : open) {
            try {
                if (segment.file != null) segment.file.close();
            } catch (IOException late) {
                LOG.atWarn().setCause(late).addKeyValue("file", segment.header.fileName()).log("cannot close a segment of the log");
            }
        }
    }

    /** Whether the disk has no room for what was appended. For everybody. */
    boolean isStalled() {
        return stalled;
    }

    /** From now on a full disk ends the log, as any other failure does. For everybody, with the lock. */
    void waitForRoomNoLonger() {
        patient = false;
        work.signal();
    }

    /**
     * A full disk is waited for, and what failed is done again: the frames are still here, and a failed write promised nothing to
     * anybody. (A failed force of a segment did, which is why that is final. One of a file that is only being made is not: it is
     * made anew.)
     */
    private void whenThereIsRoom(Writing writing) throws IOException {
        while (true) {
            try {
                writing.run();
                if (stalled) LOG.atInfo().log("the disk has room for the log again");
                stalled = false;
                return;
            } catch (IOException failed) {
                if (!DiskFull.is(failed)) throw failed;
                if (!stalled) LOG.atError().setCause(failed).log("the disk is full: the log waits for room");
                stalled = true;
                if (!pause()) throw failed;
            }
        }
    }

    /** Waits a while, or until a trim, which is carried out: it may give the room. @return false when nobody can wait any longer */
    private boolean pause() throws IOException {
        lock.lock();
        try {
            long left = ROOM_INTERVAL.toNanos();
            while (patient && left > 0 && !tasks.hasTrims()) left = work.awaitNanos(left);
            if (!patient) return false;
        } catch (InterruptedException stray) {
            return true; // nobody has a reason to interrupt this thread
        } finally {
            lock.unlock();
        }
        tasks.carryOutTrims();
        return true;
    }
}
