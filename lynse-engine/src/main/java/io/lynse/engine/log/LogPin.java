package io.lynse.engine.log;

import io.lynse.model.Lsn;
import java.time.Duration;

/**
 * Keeps the entries from one on in the log, whatever is trimmed: while a checkpoint's files are copied, by a new follower for instance. It
 * lapses after {@link RetentionLimits#pinAgeMax}, and when the disk runs low; whoever reads on gets {@link LogTrimmedException} then.
 * Safe for use by several threads.
 */
public final class LogPin implements AutoCloseable {

    private final Retention retention;
    private final Lsn from;
    private final String owner;
    private final String reason;
    private final Runnable lapse;
    private final long sinceNanos;

    LogPin(Retention retention, Lsn from, String owner, String reason, Runnable lapse, long sinceNanos) {
        this.retention = retention;
        this.from = from;
        this.owner = owner;
        this.reason = reason;
        this.lapse = lapse;
        this.sinceNanos = sinceNanos;
    }

    /** The first entry that is kept. */
    public Lsn from() {
        return from;
    }

    String owner() {
        return owner;
    }

    String reason() {
        return reason;
    }

    Claim.Pin claim(long nowNanos) {
        return new Claim.Pin(owner, reason, from, Duration.ofNanos(nowNanos - sinceNanos));
    }

    /** Its owner gives up first what relies on it. */
    void lapse() {
        lapse.run();
        close();
    }

    /** Lets the entries go. They go at the next trim. */
    @Override
    public void close() {
        retention.unpin(this);
    }
}
