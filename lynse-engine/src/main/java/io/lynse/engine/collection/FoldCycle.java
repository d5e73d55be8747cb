package io.lynse.engine.collection;

import io.lynse.engine.recent.IdFilter;
import io.lynse.engine.recent.RecentSnapshot;
import io.lynse.engine.recent.RecentTable;
import io.lynse.engine.recent.SegmentSet;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How the recent rows of one collection come to Lucene, over and over:
 * <ol>
 *   <li>the active table is frozen, and an empty one takes its place;
 *   <li>the frozen rows are written to Lucene;
 *   <li>the new segments are opened;
 *   <li>the rows in them are found that the active table speaks for by now;
 *   <li>a view of the new segments without the frozen table is published.
 * </ol>
 * The first and the last step take the collection's lock, and of the fourth what came late. All else goes on beside writes and reads.
 * A fold runs on a thread of the node's, or on that of whoever needs it done; at most one at a time.
 */
final class FoldCycle implements RecentBudget.Holder {

    /** The collection, asked with its lock. */
    interface Owner {
        /** Null: no row was ever inserted. */
        @Nullable RowTable rows();

        boolean isOpen();

        /** Shows the layers as they are now. */
        void publish();

        void fail(Throwable broken);
    }

    /** Slots that may be left for the step with the lock: a look-up takes microseconds. */
    private static final int LATE_SLOTS = 64;

    private final Owner owner;
    private final ReentrantLock lock;
    private final Condition changed;
    private final SegmentWriter segments;
    private final Folds folds;
    private boolean folding;
    private boolean asked;
    private boolean freezeAsked;
    private boolean again; // when the fold under way has ended
    private boolean timed;
    private boolean graph;

    FoldCycle(Owner owner, ReentrantLock lock, SegmentWriter segments, Folds folds) {
        this.owner = owner;
        this.lock = lock;
        this.changed = lock.newCondition();
        this.segments = segments;
        this.folds = folds;
    }

    /** Whether the collection is searched by a graph. With the lock. */
    void graph(boolean searchedByGraph) {
        graph = searchedByGraph;
    }

    /** After every applied entry, with the lock. */
    void applied() {
        RowTable rows = owner.rows();
        if (rows == null) return;
        folds.budget().report(this, rows.recentBytes());
        RecentTable active = rows.active();
        if (folding) return;
        if (rows.lacksFilter()) ask(false);
        if (active.size() == 0) return;
        if (folds.limits().due(active.size(), active.bytes(), active.scanned(), graph)) {
            ask(true);
        } else if (!timed) {
            timed = true;
            folds.later(this::timeIsUp);
        }
    }

    @Override
    public void foldSoon() {
        lock.lock();
        try {
            RowTable rows = owner.rows();
            if (!owner.isOpen() || rows == null || rows.active().size() == 0) return;
            if (folding) again = true;
            else ask(true);
        } finally {
            lock.unlock();
        }
    }

    /** Before an entry is applied, with the lock: waits while the active table holds far more than a fold takes. */
    void awaitRoom() {
        for (RowTable rows = owner.rows(); rows != null && owner.isOpen() && isFull(rows.active()); rows = owner.rows()) {
            if (!folding) ask(true);
            await();
        }
    }

    /** Folds everything, whether it waits or is under way. With the lock nobody sees a state in between; without it all goes on. */
    void run() {
        run(FoldObserver.NONE, true);
    }

    /** Shows what merges made of the segments, without a fold. Without the lock. */
    void refresh() {
        run(FoldObserver.NONE, false);
    }

    /** With the lock: the collection failed or is being closed, and nobody needs to wait for its rows any more. */
    void forget() {
        folds.budget().report(this, 0);
        changed.signalAll();
    }

    /** With the lock, after the collection was closed: returns when no fold is under way. */
    void end() {
        forget();
        while (folding) await();
    }

    private boolean isFull(RecentTable active) {
        return folds.limits().full(active.size(), active.bytes());
    }

    /** Puts one run in line, if there is none. @param freeze whether it is to fold recent rows, too */
    private void ask(boolean freeze) {
        freezeAsked |= freeze;
        if (asked) return;
        asked = true;
        folds.soon(this::inBackground);
    }

    private void inBackground() {
        boolean freeze;
        lock.lock();
        try {
            freeze = freezeAsked;
            freezeAsked = false;
            asked = false;
        } finally {
            lock.unlock();
        }
        run(freeze ? folds.observer() : FoldObserver.NONE, freeze);
    }

    private void timeIsUp() {
        lock.lock();
        try {
            timed = false;
        } finally {
            lock.unlock();
        }
        foldSoon();
    }

    private void run(FoldObserver observer, boolean freeze) {
        RowTable rows = begin(freeze);
        if (rows == null) return;
        SegmentSet opened = null;
        boolean swapped = false;
        try {
            observer.reached(FoldPhase.FROZEN);
            if (freeze) segments.writeFrozen(rows);
            observer.reached(FoldPhase.WRITTEN);
            opened = segments.open(rows);
            opened.warm(rows.segments());
            IdFilter ids = rows.filterOf(opened, rows.layers().frozen());
            observer.reached(FoldPhase.OPENED);
            Masks masks = masks(rows, opened);
            observer.reached(FoldPhase.MASKED);
            swapped = swap(rows, opened, masks, ids);
            observer.reached(FoldPhase.SWAPPED);
        } catch (Throwable broken) {
            fail(broken);
        } finally {
            end(swapped ? null : opened);
        }
    }

    private @Nullable RowTable begin(boolean freeze) {
        lock.lock();
        try {
            while (folding) await();
            RowTable rows = owner.rows();
            if (!owner.isOpen() || rows == null || freeze && rows.active().size() == 0) return null;
            folding = true;
            if (freeze) {
                rows.freeze();
                owner.publish();
            }
            return rows;
        } finally {
            lock.unlock();
        }
    }

    private Masks masks(RowTable rows, SegmentSet opened) throws IOException {
        var masks = new Masks(opened);
        for (RecentSnapshot active = activeNow(rows); masks.left(active) > LATE_SLOTS; active = activeNow(rows)) masks.take(active);
        return masks;
    }

    private RecentSnapshot activeNow(RowTable rows) {
        lock.lock();
        try {
            return rows.active().snapshot();
        } finally {
            lock.unlock();
        }
    }

    private boolean swap(RowTable rows, SegmentSet opened, Masks masks, @Nullable IdFilter ids) throws IOException {
        lock.lock();
        try {
            if (!owner.isOpen()) return false;
            masks.take(rows.active().snapshot());
            rows.folded(opened, masks.overlay(), ids);
            owner.publish();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable broken) {
        lock.lock();
        try {
            if (owner.isOpen()) owner.fail(broken);
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable SegmentSet unused) {
        lock.lock();
        try {
            if (unused != null) unused.reader().decRef();
        } catch (IOException broken) {
            if (owner.isOpen()) owner.fail(broken);
        } finally {
            folding = false;
            changed.signalAll();
            if (owner.isOpen()) next();
            lock.unlock();
        }
    }

    private void next() {
        RowTable rows = owner.rows();
        if (again && rows != null && rows.active().size() > 0) ask(true);
        again = false;
        applied();
    }

    /** With the lock, which others have meanwhile. */
    private void await() {
        folds.observer().awaited();
        changed.awaitUninterruptibly();
    }
}
