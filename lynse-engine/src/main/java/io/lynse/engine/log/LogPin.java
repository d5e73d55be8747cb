package io.lynse.engine.log;

import io.lynse.model.Lsn;

/**
 * Keeps the entries from one on in the log, whatever is trimmed: for a follower that catches up, or while a checkpoint's files are
 * copied. How long that may last, and how many bytes it may cost ({@link WriteAheadLog#bytesFrom}), is for its owner to decide.
 * Safe for use by several threads.
 */
public final class LogPin implements AutoCloseable {

    private final WriteAheadLog log;
    private final long from;
    private final String owner;
    private final String reason;

    LogPin(WriteAheadLog log, long from, String owner, String reason) {
        this.log = log;
        this.from = from;
        this.owner = owner;
        this.reason = reason;
    }

    /** The first entry that is kept. */
    public Lsn from() {
        return new Lsn(from);
    }

    String owner() {
        return owner;
    }

    String reason() {
        return reason;
    }

    /** Lets the entries go. They go at the next trim. */
    @Override
    public void close() {
        log.unpin(this);
    }
}
