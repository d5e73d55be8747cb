package io.lynse.engine.log;

import io.lynse.engine.log.Frame.EntryHead;
import io.lynse.model.Epoch;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The end of the log belongs to one at a time: to who is inside an entry, or to who cuts. Nobody's frames come between those of an entry, and
 * nothing is appended to what is being cut.
 */
final class Appending {

    private static final int VERSION_MAX = 0xFFFF;

    private final LogSettings settings;
    private final LogImage image;
    private final ReentrantLock lock;
    private final Condition turn; // the turn became free, or the log ended
    private final Condition space; // pending bytes were written, or the log ended
    private final LogThread thread;
    private final LogEnds ends;
    private boolean turnTaken;

    Appending(LogSettings settings, LogImage image, ReentrantLock lock, Condition turn, Condition space, LogThread thread, LogEnds ends) {
        this.settings = settings;
        this.image = image;
        this.lock = lock;
        this.turn = turn;
        this.space = space;
        this.thread = thread;
        this.ends = ends;
    }

    /** See {@link WriteAheadLog#begin}. */
    EntryAppender begin(Epoch epoch, int type, int version, long payloadBytes) {
        if (type < 1) throw new IllegalArgumentException("the type of an entry is at least 1: " + type);
        if (version < 0 || version > VERSION_MAX) throw new IllegalArgumentException("a version has 16 bits: " + version);
        if (payloadBytes < 0) throw new IllegalArgumentException("negative size: " + payloadBytes);
        lock.lock();
        try {
            takeTurn();
            if (epoch.value() < image.epochs.last()) {
                releaseTurn();
                throw new IllegalArgumentException("epoch " + epoch + " is behind the log's, " + image.epochs.last());
            }
            return new EntryAppender(this, new EntryHead(image.lastLsn() + 1, epoch.value(), type, version, payloadBytes), settings.frameBytesMax());
        } finally {
            lock.unlock();
        }
    }

    /** Puts a frame of the entry whose appender has the turn; with the last one, the turn ends. */
    void put(EntryHead entry, int index, boolean last, ByteBuffer payload) {
        lock.lock();
        try {
            while (image.pending.bytes() + Frame.spaceFor(payload.remaining()) > settings.pendingBytesMax()) {
                thread.checkRunning();
                thread.wantSpace();
                space.awaitUninterruptibly();
            }
            thread.checkRunning();
            image.put(entry, index, last, payload);
            thread.appended();
            if (last) releaseTurn();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the frames of an entry that will not be completed, and ends its turn. */
    void giveUp(EntryHead entry, int frames) {
        lock.lock();
        try {
            if (frames > 0 && thread.isRunning()) thread.run(() -> ends.cutFrom(entry.lsn()));
        } finally {
            releaseTurn();
            lock.unlock();
        }
    }

    /** Runs a task, with the lock, while nobody is inside an entry; what it has the log's thread do included. */
    void between(Runnable task) {
        lock.lock();
        try {
            takeTurn();
            try {
                task.run();
            } finally {
                releaseTurn();
            }
        } finally {
            lock.unlock();
        }
    }

    private void takeTurn() {
        thread.checkRunning();
        while (turnTaken) {
            turn.awaitUninterruptibly();
            thread.checkRunning();
        }
        turnTaken = true;
        thread.turnTaken(true);
    }

    private void releaseTurn() {
        turnTaken = false;
        thread.turnTaken(false);
        turn.signal();
    }
}
