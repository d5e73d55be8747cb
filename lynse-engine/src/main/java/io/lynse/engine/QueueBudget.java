package io.lynse.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes of entries that are accepted and not yet applied. An entry above the whole budget is taken when it is alone. */
final class QueueBudget {

    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock(true); // fair: a large entry must get its turn
    private final Condition freed = lock.newCondition();
    private long used;

    QueueBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Waits for room. @return whether there was some in time */
    boolean acquire(long bytes, Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        if (!lock.tryLock(left, TimeUnit.NANOSECONDS)) return false;
        try {
            while (used > 0 && used + bytes > bytesMax) {
                if (left <= 0) return false;
                left = freed.awaitNanos(left);
            }
            used += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(long bytes) {
        lock.lock();
        try {
            used -= bytes;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
