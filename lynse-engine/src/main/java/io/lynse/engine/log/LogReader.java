package io.lynse.engine.log;

import org.jspecify.annotations.Nullable;

/** Reads entries in order while others append. For use by one thread. */
public final class LogReader implements AutoCloseable {

    /**
     * The next entry; null when the reader stands at the end of the log for now. It may be asked again later.
     *
     * @throws LogTrimmedException if the entry has been trimmed meanwhile
     * @throws LogDamagedException if its bytes are damaged
     * @throws java.io.UncheckedIOException if the disk cannot be read
     */
    public @Nullable LogEntry next() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
