package io.lynse.coordinator.routing;

import java.util.concurrent.atomic.LongAdder;

/** How the reads of groups were answered, since the start. Safe for use by several threads. */
public final class ReadCounts {

    private final LongAdder byPrimary = new LongAdder();
    private final LongAdder byReplica = new LongAdder();
    private final LongAdder unconfirmed = new LongAdder();
    private final LongAdder retried = new LongAdder();

    void answered(boolean isPrimary) {
        (isPrimary ? byPrimary : byReplica).increment();
    }

    void unconfirmed() {
        unconfirmed.increment();
    }

    void retried() {
        retried.increment();
    }

    public long byPrimary() {
        return byPrimary.sum();
    }

    public long byReplica() {
        return byReplica.sum();
    }

    /** Answers that say so. */
    public long unconfirmedAnswers() {
        return unconfirmed.sum();
    }

    /** Attempts after the first one of a read. */
    public long retries() {
        return retried.sum();
    }
}
