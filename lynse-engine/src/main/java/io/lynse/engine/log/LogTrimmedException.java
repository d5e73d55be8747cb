package io.lynse.engine.log;

import io.lynse.model.Lsn;

/** The entry asked for is no longer in the log: whoever needs it must be refilled from files. */
public final class LogTrimmedException extends RuntimeException {

    private final Lsn first;

    LogTrimmedException(Lsn wanted, Lsn first) {
        super("entry " + wanted + " was trimmed, the log begins at " + first);
        this.first = first;
    }

    /** The first entry that the log still has. */
    public Lsn first() {
        return first;
    }
}
