package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

/** What the processes that had a directory said: which operations were begun, which acknowledged, and where the log ended. */
final class Ledger {

    private History history = History.NONE; // the last span reaches to the last operation begun
    private int incarnation;
    private long begun;
    private long acknowledged;
    private long inDoubt;
    private long inDoubtKept;

    /** The operations up to the last one begun: what is there is a beginning of it. */
    History history() {
        return begun > history.last() ? history.then(incarnation, begun) : history;
    }

    synchronized void opened(long lsn, int by) {
        assertThat(lsn).as("LSN at which the log ends: acknowledged and begun are its bounds").isBetween(acknowledged, Math.max(begun, history.last()));
        inDoubt += begun - acknowledged;
        inDoubtKept += lsn - acknowledged;
        history = history().upTo(lsn);
        incarnation = by;
        begun = lsn;
        acknowledged = lsn; // it was found once: it may not go any more
    }

    synchronized void begun(long lsn) {
        begun = Math.max(begun, lsn);
    }

    synchronized void acknowledged(long lsn) {
        acknowledged = Math.max(acknowledged, lsn);
    }

    long last() {
        return history.last();
    }

    long inDoubt() {
        return inDoubt;
    }

    long inDoubtKept() {
        return inDoubtKept;
    }
}
