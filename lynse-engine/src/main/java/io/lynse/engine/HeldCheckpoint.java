package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.CommitPin;
import io.lynse.engine.log.LogPin;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a checkpoint, kept whatever is written, merged or dropped since: those of the commits that its catalog names, the log from
 * there on, and (as {@link Checkpoints} asks for the LSNs that are held) the folders of collections that were dropped.
 *
 * @param image   the catalog that was written with the commits
 * @param folded  per collection: its files hold every entry up to here
 * @param commits of the collections that have one
 */
record HeldCheckpoint(Applier.Image image, Map<CollectionId, Lsn> folded, Map<CollectionId, CommitPin> commits, LogPin log) implements AutoCloseable {

    /**
     * Holds what was committed just now, before the log is trimmed.
     *
     * @param owner  for whom, for people
     * @param reason what for, for people
     * @param lapse  told before anything goes, when it is kept no longer; it then closes this
     * @return null, and nothing is held, if one of the collections was dropped meanwhile: then another checkpoint is due first
     */
    static @Nullable HeldCheckpoint take(
            Applier.Image image, OpenCollections collections, WriteAheadLog wal, String owner, String reason, Runnable lapse) {
        Lsn lsn = image.state().lsn();
        var commits = new HashMap<CollectionId, CommitPin>();
        var folded = new HashMap<CollectionId, Lsn>();
        try {
            Lsn needed = lsn;
            for (CollectionRecord record : image.state().catalog().records()) {
                CollectionId id = record.info().id();
                Lsn held = pin(record, lsn, collections, commits);
                if (held == null) {
                    commits.values().forEach(CommitPin::close);
                    return null;
                }
                folded.put(id, held);
                if (held.compareTo(record.created()) < 0) held = record.created();
                if (held.compareTo(needed) < 0) needed = held;
            }
            Lsn from = needed.next();
            Lsn first = wal.firstLsn(); // later where a collection is broken beyond repair
            LogPin log = wal.retention().pin(from.compareTo(first) > 0 ? from : first, owner, reason, lapse);
            return new HeldCheckpoint(image, Map.copyOf(folded), Map.copyOf(commits), log);
        } catch (RuntimeException failed) {
            commits.values().forEach(CommitPin::close);
            throw failed;
        }
    }

    /** @return the last entry that its files hold; null: it was dropped */
    private static @Nullable Lsn pin(CollectionRecord record, Lsn lsn, OpenCollections collections, Map<CollectionId, CommitPin> commits) {
        CollectionId id = record.info().id();
        Collection collection = collections.find(id);
        if (collection == null) return collections.trouble(id) == null ? null : collections.foldedUpTo(record, lsn);
        CommitPin pin = collection.pinCommit();
        if (pin != null) commits.put(id, pin);
        else if (collections.find(id) == null) return null;
        return collection.foldedUpTo(lsn);
    }

    Lsn lsn() {
        return image.state().lsn();
    }

    Lsn folded(CollectionRecord record) {
        return folded.getOrDefault(record.info().id(), Lsn.NONE);
    }

    /** Lets everything go; the log at its next trim. */
    @Override
    public void close() {
        log.close();
        commits.values().forEach(CommitPin::close);
    }
}
