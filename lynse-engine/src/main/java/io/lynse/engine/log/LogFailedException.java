package io.lynse.engine.log;

import java.util.Objects;

/**
 * A write or fsync has failed. It is never retried (after a failed fsync nobody knows what the disk holds): the log takes
 * no more entries until the process is restarted. Entries that were not yet confirmed may or may not be on disk.
 */
public final class LogFailedException extends RuntimeException {
    LogFailedException(Throwable cause) {
        super("the log has failed and takes no more entries: " + cause, cause);
    }

    /** A new one for each caller, so that its stack trace tells who was refused. */
    LogFailedException again() {
        return new LogFailedException(Objects.requireNonNull(getCause()));
    }
}
