package io.lynse.engine.log;

import io.lynse.engine.log.SyncQueue.Waiter;
import io.lynse.engine.space.DiskFull;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes and forces. It works in groups: take all frames that wait, write them, force once, tell everyone who
 * waited. Fields are guarded by the log's lock unless said otherwise; methods that others call want it held.
 */
final class LogThread {

    /** Work on files that must not meet a write. */
    interface FileWork {
        void run() throws IOException;
    }

    private static final class Task {
        final FileWork work;
        boolean done;

        Task(FileWork work) {
            this.work = work;
        }
    }

    private static final Duration ROOM_INTERVAL = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);

    private final LogSettings settings;
    private final SegmentFiles files;
    private final LogImage image;
    private final ReentrantLock lock;
    private final Condition turn;
    private final Condition space;
    private final Condition work;
    private final Condition taskDone;
    private final SyncQueue syncs = new SyncQueue();
    private final Queue<Task> tasks = new ArrayDeque<>();
    private final Set<Segment> dirty = new LinkedHashSet<>(); // of the thread alone
    private final Thread thread = Thread.ofPlatform().daemon().name("lynse-log").unstarted(this::run);

    private final List<DurabilityListener> listeners = new CopyOnWriteArrayList<>();

    private volatile boolean stalled;
    private boolean patient = true;
    private boolean spaceWanted;
    private boolean forceWanted;
    private boolean turnTaken;
    private boolean closing;
    private long marked; // newest durable LSN that is itself on disk
    private @Nullable LogFailedException failure;

    LogThread(LogSettings settings, SegmentFiles files, LogImage image, ReentrantLock lock, Condition turn, Condition space) {
        this.settings = settings;
        this.files = files;
        this.image = image;
        this.lock = lock;
        this.turn = turn;
        this.space = space;
        work = lock.newCondition();
        taskDone = lock.newCondition();
        marked = image.noted();
    }

    void start() {
        thread.start();
    }

    /** @throws LogFailedException after a failure; IllegalStateException after {@link #close} */
    void checkRunning() {
        if (failure != null) throw failed(failure);
        if (closing) throw new IllegalStateException("the log is closed");
    }

    boolean isRunning() {
        return failure == null && !closing;
    }

    void appended() {
        if (muchIsPending()) work.signal();
    }

    void wantSpace() {
        spaceWanted = true;
        work.signal();
    }

    /** While somebody is inside an entry, no mark can be put. */
    void turnTaken(boolean taken) {
        turnTaken = taken;
    }

    void listen(DurabilityListener listener) {
        listeners.add(listener);
    }

    void requestForce() {
        forceWanted = true;
        work.signal();
    }

    /** Fails by its future alone: whoever waits has appended already, and a failed log may have the entry on disk all the same. */
    CompletableFuture<Lsn> sync(long lsn) {
        if (failure != null) return CompletableFuture.failedFuture(failed(failure));
        checkRunning();
        work.signal();
        return syncs.add(lsn);
    }

    /**
     * Entries from {@code lsn} on are gone, and so is what said how far the log is durable.
     *
     * @param markedMax durable LSN that may still be marked on disk
     * @return those who wait for one of these entries
     */
    List<Waiter> forget(long lsn, long markedMax) {
        marked = Math.min(marked, markedMax);
        return syncs.takeFrom(lsn);
    }

    /** Runs work on the thread once all frames appended so far are written. Waits for its end. @throws LogFailedException if it fails, and with it the log */
    void run(FileWork fileWork) {
        var task = new Task(fileWork);
        tasks.add(task);
        work.signal();
        while (!task.done) {
            if (failure != null) throw failed(failure);
            taskDone.awaitUninterruptibly();
        }
    }

    /** Makes everything durable, ends the thread and waits for it. Called without the lock. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
            space.signalAll();
            turn.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        try {
            while (awaitWork()) {
                group(false);
            }
            group(true);
            if (!turnTakenNow()) flushWithMark();
        } catch (Throwable cause) { // whatever it is: nobody else would tell those who wait
            fail(cause);
        } finally {
            end();
        }
    }

    /** @return false when the log is closing and nothing is left to do but the last flush */
    private boolean awaitWork() {
        lock.lock();
        try {
            long idleNanos = settings.markAfter().toNanos();
            while (true) {
                if (!tasks.isEmpty() || !syncs.isEmpty() || forceWanted || spaceWanted || muchIsPending()) return true;
                if (closing) return false;
                if (image.durable() <= marked) {
                    work.awaitUninterruptibly();
                } else if (idleNanos > 0) {
                    idleNanos = work.awaitNanos(idleNanos);
                } else if (turnTaken) {
                    idleNanos = settings.markAfter().toNanos() + 1; // no mark inside an entry: look again later
                } else {
                    image.putMark();
                    forceWanted = true;
                    return true;
                }
            }
        } catch (InterruptedException stray) {
            return true; // nobody has a reason to interrupt this thread; an empty group does no harm
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits; forces if anybody wants it; then does the file work that was asked for before. */
    private void group(boolean always) throws IOException {
        List<PendingFrames.Run> runs;
        Task task;
        long target;
        long noted;
        boolean force;
        lock.lock();
        try {
            force = always || forceWanted || !syncs.isEmpty();
            forceWanted = false;
            spaceWanted = false;
            runs = image.pending.take();
            task = tasks.poll(); // now, not later: what it relies on must be among the frames just taken
            target = image.lastLsn();
            noted = image.noted();
        } finally {
            lock.unlock();
        }
        write(runs);
        lock.lock();
        try {
            image.pending.written();
            space.signalAll();
        } finally {
            lock.unlock();
        }
        if (force) force(target, noted);
        if (task != null) carryOut(task);
    }

    private void write(List<PendingFrames.Run> runs) throws IOException {
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

    /**
     * A full disk is waited for, and what failed is done again: the frames are still here, and a failed write promised nothing to
     * anybody. (A failed force of a segment did, which is why that is final. One of a file that is only being made is not: it is
     * made anew.)
     */
    private void whenThereIsRoom(FileWork writing) throws IOException {
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

    /** @return false when the log is closing: nobody can wait for room any longer */
    private boolean pause() {
        lock.lock();
        try {
            long left = ROOM_INTERVAL.toNanos();
            while (patient && !closing && left > 0) left = work.awaitNanos(left);
            return patient && !closing;
        } catch (InterruptedException stray) {
            return true; // as in awaitWork
        } finally {
            lock.unlock();
        }
    }

    /** From now on a full disk ends the log, as any other failure does. */
    void waitForRoomNoLonger() {
        patient = false;
        work.signal();
    }

    /** Whether the disk has no room for what was appended. */
    boolean isStalled() {
        return stalled;
    }

    private void force(long target, long noted) throws IOException {
        for (Segment segment : dirty) {
            if (segment.file != null) segment.file.force(); // null: truncated or trimmed since
        }
        dirty.clear();
        List<Waiter> reached;
        long durable;
        lock.lock();
        try {
            image.durableUpTo(target);
            durable = image.durable();
            marked = Math.max(marked, noted);
            reached = syncs.takeUpTo(durable);
        } finally {
            lock.unlock();
        }
        var lsn = new Lsn(durable);
        for (Waiter waiter : reached) waiter.future().complete(lsn);
        for (DurabilityListener listener : listeners) listener.durable(lsn);
    }

    /** Makes everything durable and says so on disk. On the thread, while nobody is inside an entry. */
    void flushWithMark() throws IOException {
        group(true);
        lock.lock();
        try {
            if (image.durable() <= marked) return;
            image.putMark();
        } finally {
            lock.unlock();
        }
        group(true);
    }

    private void carryOut(Task task) throws IOException {
        task.work.run();
        lock.lock();
        try {
            task.done = true;
            taskDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean muchIsPending() {
        return image.pending.bytes() > settings.pendingBytesMax() / 2;
    }

    private boolean turnTakenNow() {
        lock.lock();
        try {
            return turnTaken;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable cause) {
        LOG.atError().setCause(cause).log("the write-ahead log failed and takes no more entries");
        List<Waiter> waiting;
        var told = new LogFailedException(cause);
        lock.lock();
        try {
            failure = told;
            waiting = syncs.takeUpTo(Long.MAX_VALUE);
            space.signalAll();
            turn.signalAll();
            taskDone.signalAll();
        } finally {
            lock.unlock();
        }
        for (Waiter waiter : waiting) waiter.future().completeExceptionally(told);
        for (DurabilityListener listener : listeners) listener.failed(told);
    }

    /** A new one for each caller, so that its stack trace tells who was refused. */
    private static LogFailedException failed(LogFailedException first) {
        return new LogFailedException(Objects.requireNonNull(first.getCause()));
    }

    private void end() {
        files.close();
        List<Segment> open;
        lock.lock();
        try {
            open = image.segments();
        } finally {
            lock.unlock();
        }
        for (Segment segment : open) {
            try {
                if (segment.file != null) segment.file.close();
            } catch (IOException late) {
                LOG.atWarn().setCause(late).addKeyValue("file", segment.header.fileName()).log("cannot close a segment of the log");
            }
        }
    }
}
