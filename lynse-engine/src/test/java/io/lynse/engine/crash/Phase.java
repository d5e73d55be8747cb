package io.lynse.engine.crash;

import io.lynse.engine.disk.Change;
import java.nio.file.Path;

/** What an engine is doing, as its changes of the disk tell. */
enum Phase {
    /** Any change between the start of the process and the end of the first comparison, which may fold. */
    RECOVERY,
    /** An entry goes into the log. */
    APPEND,
    /** So does one of several frames. */
    LARGE_ENTRY,
    /** The log is forced. */
    SYNC,
    /** An entry has just been applied; the next one has not. */
    APPLY,
    /** Recent rows go to Lucene. */
    FOLD,
    /** Lucene makes one segment of several. */
    MERGE,
    /** Tombstoned rows go for good. */
    COMPACTION,
    /** A checkpoint's files are made and forced. */
    PREPARE,
    /** The catalog is written. */
    CATALOG,
    /** The files become those that count. */
    FINISH,
    /** Segments of the log go. */
    TRIM,
    /** The folder of a dropped collection goes. */
    DROP;

    /** What the engine is busy with besides, as whoever drives it knows. */
    record Situation(boolean recovering, boolean largeUnderWay, boolean compacting, boolean collectionExists) {}

    /** @param relative the changed file, seen from the data directory */
    static Phase of(Change change, Path relative, Situation situation) {
        if (situation.recovering) return RECOVERY;
        String top = relative.getName(0).toString();
        String file = relative.getFileName().toString();
        if (top.equals("log")) return log(change, file, situation);
        if (!top.equals("collections")) return CATALOG;
        if (Thread.currentThread().getName().contains("Merge")) return MERGE;
        if (change instanceof Change.Rename || change instanceof Change.ForceDirectory) return FINISH;
        if (file.startsWith("pending_segments") || change instanceof Change.Force) return PREPARE;
        if (!situation.collectionExists && (change instanceof Change.Delete || change instanceof Change.DeleteDirectory)) return DROP;
        return situation.compacting ? COMPACTION : FOLD;
    }

    private static Phase log(Change change, String file, Situation situation) {
        if (change instanceof Change.Force) return SYNC;
        if (change instanceof Change.Delete || change instanceof Change.Rename(Path _, Path to) && to.endsWith("spare")) return TRIM;
        if (change instanceof Change.Write && file.endsWith(".wal")) return situation.largeUnderWay ? LARGE_ENTRY : APPEND;
        return APPEND;
    }
}
