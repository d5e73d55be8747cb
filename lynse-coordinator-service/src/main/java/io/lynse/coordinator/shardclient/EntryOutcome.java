package io.lynse.coordinator.shardclient;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;

/** What an entry came to when the group applied it. The same for every time its write id comes. */
public sealed interface EntryOutcome<T> {

    record Done<T>(T value) implements EntryOutcome<T> {}

    /** It changed nothing. */
    record Refused<T>(LynseError error) implements EntryOutcome<T> {}

    /** @throws LynseException the refusal */
    default T orThrow() {
        return switch (this) {
            case Done<T>(T value) -> value;
            case Refused<T>(LynseError error) -> throw new LynseException(error);
        };
    }
}
