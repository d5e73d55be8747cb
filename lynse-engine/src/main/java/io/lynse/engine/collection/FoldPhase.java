package io.lynse.engine.collection;

/** How far a fold is. Between any two of them entries are applied and reads answered. */
public enum FoldPhase {
    /** The active table is frozen and the next one has begun. */
    FROZEN,
    /** The frozen rows are in Lucene's writer. */
    WRITTEN,
    /** Lucene's new segments are open, their masks not known yet. */
    OPENED,
    /** The active table's masks over them are made, but for the latest entries. */
    MASKED,
    /** Views show the new segments instead of the frozen table. */
    SWAPPED
}
