package io.lynse.engine.directory;

import org.jspecify.annotations.Nullable;

/** The data directory cannot be used. The message names it and says what to do; it is meant for the operator. */
public final class DataDirectoryException extends RuntimeException {
    DataDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
