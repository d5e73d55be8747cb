package io.lynse.model;

/** What a write does with an id that is there already. */
public enum WriteKind {
    /** Refuses the whole batch when an id exists, tombstoned ones included. */
    ADD,
    /** Replaces in place, appends what is new, revives what was deleted; absent fields keep the stored ones. */
    UPSERT
}
