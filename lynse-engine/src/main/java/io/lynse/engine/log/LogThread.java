package io.lynse.engine.log;

import io.lynse.engine.log.SyncQueue.Waiter;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.util.List;
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

    private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);

    private final LogSettings settings;
    private final LogImage image;
    private final ReentrantLock lock;
    private final Condition turn;
    private final Condition space;
    private final Condition work;
    private final SyncQueue syncs = new SyncQueue();
    private final FileTasks tasks;
    private final GroupWriter writer;
    private final Thread thread = Thread.ofPlatform().daemon().name("lynse-log").unstarted(this::run);
    private final List<DurabilityListener> listeners = new CopyOnWriteArrayList<>();

    private boolean spaceWanted;
    private boolean forceWanted;
    private boolean turnTaken;
    private boolean closing;
    private long marked; // newest durable LSN that is itself on disk
    private @Nullable LogFailedException failure;

    LogThread(LogSettings settings, SegmentFiles files, LogImage image, ReentrantLock lock, Condition turn, Condition space) {
        this.settings = settings;
        this.image = image;
        this.lock = lock;
        this.turn = turn;
        this.space = space;
        work = lock.newCondition();
        tasks = new FileTasks(lock);
        writer = new GroupWriter(files, tasks, lock, work);
        marked = image.noted();
    }

    void start() {
        thread.start();
    }

    /** @throws LogFailedException after a failure; IllegalStateException after {@link #close} */
    void checkRunning() {
        if (failure != null) throw failure.again();
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
        if (failure != null) return CompletableFuture.failedFuture(failure.again());
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
    void run(FileTasks.Work fileWork) {
        waitFor(tasks.add(fileWork));
    }

    /** Runs a trim on the thread, which does not wait for room before it. Waits for its end. @throws LogFailedException if it fails, and with it the log */
    void trim(FileTasks.Work trim) {
        waitFor(tasks.addTrim(trim));
    }

    private void waitFor(FileTasks.Task task) {
        work.signal();
        while (!task.isDone()) {
            if (failure != null) throw failure.again();
            tasks.await();
        }
    }

    /** From now on a full disk ends the log, as any other failure does. */
    void waitForRoomNoLonger() {
        writer.waitForRoomNoLonger();
    }

    /** Whether the disk has no room for what was appended. */
    boolean isStalled() {
        return writer.isStalled();
    }

    /** Makes everything durable, ends the thread and waits for it. Called without the lock. */
    void close() {
        lock.lock();
        try {
            closing = true;
            writer.waitForRoomNoLonger();
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

    /** Trims; writes what waits; forces if anybody wants it; then does the file work that was asked for before. */
    private void group(boolean always) throws IOException {
        tasks.carryOutTrims();
        List<PendingFrames.Run> runs;
        FileTasks.Task task;
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
        writer.write(runs);
        lock.lock();
        try {
            image.pending.written();
            space.signalAll();
        } finally {
            lock.unlock();
        }
        if (force) force(target, noted);
        if (task != null) tasks.carryOut(task);
    }

    private void force(long target, long noted) throws IOException {
        writer.force();
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
            tasks.signalAll();
        } finally {
            lock.unlock();
        }
        for (Waiter waiter : waiting) waiter.future().completeExceptionally(told);
        for (DurabilityListener listener : listeners) listener.failed(told);
    }

    private void end() {
        List<Segment> open;
        lock.lock();
        try {
            open = image.segments();
        } finally {
            lock.unlock();
        }
        writer.close(open);
    }
}
