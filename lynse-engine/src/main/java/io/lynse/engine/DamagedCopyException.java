package io.lynse.engine;

import org.jspecify.annotations.Nullable;

/** A file on which all others depend cannot be what was written. The message names it. This node's copy is to be quarantined. */
final class DamagedCopyException extends RuntimeException {

    DamagedCopyException(String message) {
        this(message, null);
    }

    DamagedCopyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
