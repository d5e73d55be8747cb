package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.ScrubPace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Reads the files and rows of all collections again and again, at a bounded rate, on a thread of its own: a disk that altered them says
 * nothing, and until a search meets the place nobody knows. A collection in which damage is found answers nothing more.
 */
final class Scrubber implements ScrubPace, AutoCloseable {

    private static final long PASS_LEAST_NANOS = Duration.ofSeconds(10).toNanos(); // from the beginning of a pass to that of the next
    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<List<Collection>> collections;
    private final long bytesPerSecond;
    private final Thread thread = Thread.ofPlatform().daemon().name("lynse-scrub").priority(Thread.MIN_PRIORITY).unstarted(this::run);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ending = lock.newCondition();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong passes = new AtomicLong();
    private long freeAt = System.nanoTime(); // of the thread alone
    private boolean stopped;

    /** @param bytesPerSecond 0: nothing is read */
    Scrubber(Supplier<List<Collection>> collections, long bytesPerSecond) {
        this.collections = collections;
        this.bytesPerSecond = bytesPerSecond;
    }

    void start() {
        if (bytesPerSecond > 0) thread.start();
    }

    Scrubbed scrubbed() {
        return new Scrubbed(bytes.get(), passes.get());
    }

    private void run() {
        while (true) {
            long begun = System.nanoTime();
            for (Collection each : collections.get()) each.scrub(this);
            if (!sleepUntil(begun + PASS_LEAST_NANOS)) return;
            passes.incrementAndGet();
        }
    }

    @Override
    public boolean take(long count) {
        long now = System.nanoTime();
        if (freeAt - now < 0) freeAt = now; // what was not used is gone
        boolean goesOn = sleepUntil(freeAt);
        freeAt += (long) (count * NANOS_PER_SECOND / bytesPerSecond);
        if (goesOn) bytes.addAndGet(count);
        return goesOn;
    }

    /** @return false: it is to end. No interrupt tells it: that would close the file that is being opened */
    private boolean sleepUntil(long nanos) {
        lock.lock();
        try {
            for (long left = nanos - System.nanoTime(); !stopped && left > 0; left = nanos - System.nanoTime()) {
                boolean unused = ending.await(left, TimeUnit.NANOSECONDS);
            }
            return !stopped;
        } catch (InterruptedException stray) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it soon, before the collections are closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            ending.signalAll();
        } finally {
            lock.unlock();
        }
        if (thread.getState() == Thread.State.NEW) return;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
