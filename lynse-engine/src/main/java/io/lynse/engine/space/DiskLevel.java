package io.lynse.engine.space;

/** How much room a disk has left. In this order: each is worse than those before. */
public enum DiskLevel {
    /** Enough. */
    OK,
    /** Someone should look: below the soft mark. Nothing is refused. */
    LOW,
    /** Below the hard mark: nothing is written but what frees space. */
    FULL;

    /** For metrics and readiness. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
