package io.lynse.metadata;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a replica is to be trusted. Only an active one may be promoted or read from. */
public enum ReplicaState {
    /** Holds every acknowledged write. */
    ACTIVE,
    /** Missed at least one write, or never had any. */
    STALE,
    /** Catching up. */
    SYNCING;

    /** The name in documents and messages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ReplicaState> named(String text) {
        return Arrays.stream(values()).filter(state -> state.text().equals(text)).findFirst();
    }
}
