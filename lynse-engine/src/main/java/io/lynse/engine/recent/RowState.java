package io.lynse.engine.recent;

/** What has become of a stored version of a row, as of one view. */
enum RowState {
    LIVE,
    TOMBSTONED,
    /** Replaced by a newer version, or compacted. */
    GONE
}
