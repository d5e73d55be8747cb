package io.lynse.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** An entry that has room in the queue of those that wait to be applied: until it is applied, or the room is given back here. */
public final class Admitted implements AutoCloseable {

    private final ParsedEntry entry;
    private final long bytes;
    private final QueueBudget budget;
    private final AtomicBoolean passedOn = new AtomicBoolean();

    Admitted(ParsedEntry entry, long bytes, QueueBudget budget) {
        this.entry = entry;
        this.bytes = bytes;
        this.budget = budget;
    }

    public ParsedEntry entry() {
        return entry;
    }

    /** That are reserved for it. */
    long bytes() {
        return bytes;
    }

    /** It was appended: whoever applies it gives the room back. */
    void passOn() {
        passedOn.set(true);
    }

    /** Gives the room back, once, unless the entry was appended. */
    @Override
    public void close() {
        if (passedOn.compareAndSet(false, true)) budget.release(bytes);
    }
}
