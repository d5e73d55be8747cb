package io.lynse.engine.log;

import io.lynse.model.Lsn;

/** Told by the log's own thread what becomes of what was appended. It must be quick, and never wait for the log. */
public interface DurabilityListener {

    /** Everything up to here survives a power cut. LSNs ascend, except after a truncation. */
    void durable(Lsn upTo);

    /** The log stopped for good: nobody knows what it has beyond the last durable entry. */
    void failed(LogFailedException cause);
}
