package io.lynse.engine.collection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the recent rows of all collections together, in bytes. Who would exceed the bound makes the collections fold that hold most,
 * and waits. What is larger than the bound is let in when there is nothing else.
 *
 * <p>Counted is what waits to be in Lucene. Memory that a read still holds on to afterwards is not: reads are bounded by themselves,
 * and no read may keep writes waiting.
 */
final class RecentBudget {

    /** Whoever holds recent rows. */
    interface Holder {
        /** Asks for a fold; does not wait. */
        void foldSoon();
    }

    private final long bytesMax;
    private final FoldObserver observer;
    private final Map<Holder, Long> held = new HashMap<>();
    private long used;
    private long changes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    RecentBudget(long bytesMax, FoldObserver observer) {
        this.bytesMax = bytesMax;
        this.observer = observer;
    }

    long bytesMax() {
        return bytesMax;
    }

    /** @param bytes that the holder has now */
    void report(Holder holder, long bytes) {
        lock.lock();
        try {
            Long before = bytes == 0 ? held.remove(holder) : held.put(holder, bytes);
            long more = bytes - (before == null ? 0 : before);
            used += more;
            if (more < 0) {
                changes++;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is room. Without a collection's lock: folds need it. */
    void awaitRoom(long bytes) {
        while (true) {
            List<Holder> asked;
            long seen;
            lock.lock();
            try {
                if (hasRoom(bytes)) return;
                seen = changes;
                asked = largest();
            } finally {
                lock.unlock();
            }
            observer.awaited();
            asked.forEach(Holder::foldSoon);
            lock.lock();
            try {
                while (seen == changes) changed.awaitUninterruptibly();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean hasRoom(long bytes) {
        return used == 0 || used + bytes <= bytesMax;
    }

    /** Those that hold their share or more: there is always one. */
    private List<Holder> largest() {
        var largest = new ArrayList<Holder>();
        held.forEach((holder, bytes) -> {
            if (bytes >= used / held.size()) largest.add(holder);
        });
        return largest;
    }
}
