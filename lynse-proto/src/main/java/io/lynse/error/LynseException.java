package io.lynse.error;

import org.jspecify.annotations.Nullable;

/** Carries a {@link LynseError} to the edge; the only exception that crosses features. It has no stack trace of its own. */
public final class LynseException extends RuntimeException {

    private final LynseError error;

    public LynseException(LynseError error) {
        this(error, null);
    }

    public LynseException(LynseError error, @Nullable Throwable cause) {
        super(error.message(), cause, false, false);
        this.error = error;
    }

    public LynseError error() {
        return error;
    }
}
