package io.lynse.tests.ledger;

import io.lynse.model.RowId;

/** One broken promise. */
public record Problem(Kind kind, RowId id, String what) {

    public enum Kind {
        /** Acknowledged, or shown to a reader, and not there, or there as it was before. */
        LOST,
        /** There although it was refused or never sent. */
        PHANTOM,
        /** Deleted, and there as if it were not. */
        RESURRECTED,
        /** There more than once. */
        TWICE,
        /** There, with a vector or fields that nobody sent. */
        DAMAGED,
        /** A read showed it as it was before a write that was acknowledged before the read began. */
        OLD_READ
    }

    @Override
    public String toString() {
        return kind + " " + id + " " + what;
    }
}
