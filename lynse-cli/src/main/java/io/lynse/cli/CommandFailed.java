package io.lynse.cli;

/** What a command says when it cannot go on: one text for a person, exit code 1, no stack trace. */
public final class CommandFailed extends RuntimeException {

    public CommandFailed(String message) {
        super(message);
    }

    public CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
