package io.lynse.shard.replication;

/** What applying an entry came to, a refusal included. The protocol remembers it by write id and never looks inside. */
public interface Outcome {

    /** Whether a repeat of the request is answered with it; if not, the request is as if it had never come. */
    default boolean isRemembered() {
        return true;
    }
}
