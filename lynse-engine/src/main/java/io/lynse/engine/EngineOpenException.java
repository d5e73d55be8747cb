package io.lynse.engine;

/** A data directory that cannot be used. The message names the file, what is wrong with it and what to do. */
public final class EngineOpenException extends RuntimeException {

    public EngineOpenException(String message) {
        super(message);
    }

    public EngineOpenException(String message, Throwable cause) {
        super(message, cause);
    }
}
