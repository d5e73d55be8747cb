package io.lynse.engine;

import static org.awaitility.Awaitility.await;

import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.collection.FoldPhase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds a fold of an engine in the background between two of its phases, for as long as a test wants to look at the collection. It lets
 * go by itself when anybody waits for the fold: an entry that needs room, a checkpoint, the end.
 */
final class FoldGate implements FoldObserver {

    private @Nullable FoldPhase closedAt;
    private boolean held;

    synchronized void open() {
        closedAt = null;
        notifyAll();
    }

    /** Whether a fold waits here. */
    synchronized boolean isHolding() {
        return held;
    }

    /**
     * Returns when a fold waits here.
     * @param change   brings a recent row: without one there is nothing to fold
     * @param foldSoon asks for a fold
     */
    void hold(FoldPhase phase, Runnable change, Runnable foldSoon) {
        await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
            if (isOpen()) {
                closeAt(phase);
                change.run();
            }
            foldSoon.run(); // again, should an earlier fold have ended just now
            return isHolding();
        });
    }

    @Override
    public synchronized void reached(FoldPhase phase) {
        held = phase == closedAt;
        while (phase == closedAt) {
            try {
                wait();
            } catch (InterruptedException ended) {
                closedAt = null;
            }
        }
        held = false;
    }

    @Override
    public void awaited() {
        open();
    }

    private synchronized void closeAt(FoldPhase phase) {
        closedAt = phase;
    }

    private synchronized boolean isOpen() {
        return closedAt == null;
    }
}
