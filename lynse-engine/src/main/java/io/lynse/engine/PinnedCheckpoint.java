package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.CommitPin;
import io.lynse.engine.log.LogPin;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that a plain copy of the live directory finds complete, whatever is written, merged or dropped while it is copied: a
 * catalog of its own ({@code catalog.pinned}), the files of the commits that this one names, the log from there on, and the folders
 * of collections that were dropped since. It holds until the next one is taken, until it lapses by its age or for want of space, or
 * until the node stops. {@link CopiedDirectory} is who finds it. Guarded by whoever takes checkpoints.
 *
 * <p>Costs: the files that merges have replaced, and the log, both from the pin on.
 */
final class PinnedCheckpoint {

    static final String FILE = "catalog.pinned";

    private record Held(Lsn lsn, LogPin log, List<CommitPin> commits) {
        void close() {
            log.close();
            commits.forEach(CommitPin::close);
        }
    }

    private final CatalogFile file;
    private final OpenCollections collections;
    private final WriteAheadLog wal;
    private @Nullable Held held;

    PinnedCheckpoint(CatalogFile file, OpenCollections collections, WriteAheadLog wal) {
        this.file = file;
        this.collections = collections;
        this.wal = wal;
    }

    /**
     * Pins what was committed just now, in place of what was pinned before. Before the log is trimmed.
     *
     * @param image the catalog that was written with the commits
     * @return false, and nothing is changed, if one of its collections was dropped meanwhile: then another checkpoint is due first
     */
    boolean take(Applier.Image image) {
        Lsn lsn = image.state().lsn();
        var commits = new HashMap<CollectionId, CommitPin>();
        var folded = new HashMap<CollectionId, Lsn>();
        LogPin log = null;
        try {
            Lsn needed = lsn;
            for (CollectionRecord record : image.state().catalog().records()) {
                CollectionId id = record.info().id();
                Lsn held = pin(record, lsn, commits);
                if (held == null) {
                    commits.values().forEach(CommitPin::close);
                    return false;
                }
                folded.put(id, held);
                if (held.compareTo(record.created()) < 0) held = record.created();
                if (held.compareTo(needed) < 0) needed = held;
            }
            Lsn from = needed.next();
            Lsn first = wal.firstLsn(); // later where a collection is broken beyond repair
            log = wal.retention().pin(from.compareTo(first) > 0 ? from : first, "checkpoint", "files of a checkpoint may be copied", this::release);
            file.write(image, record -> folded.getOrDefault(record.info().id(), Lsn.NONE), log.from(), record -> generation(commits, record));
        } catch (RuntimeException failed) {
            if (log != null) log.close();
            commits.values().forEach(CommitPin::close);
            throw failed;
        }
        Held before = held;
        held = new Held(lsn, log, List.copyOf(commits.values()));
        if (before != null) before.close();
        return true;
    }

    /** @return the last entry that its files hold; null: it was dropped */
    private @Nullable Lsn pin(CollectionRecord record, Lsn lsn, Map<CollectionId, CommitPin> commits) {
        CollectionId id = record.info().id();
        Collection collection = collections.find(id);
        if (collection == null) return collections.trouble(id) == null ? null : collections.foldedUpTo(record, lsn);
        CommitPin pin = collection.pinCommit();
        if (pin != null) commits.put(id, pin);
        else if (collections.find(id) == null) return null;
        return collection.foldedUpTo(lsn);
    }

    /** Lets everything go; the log at its next trim. */
    void release() {
        file.delete(); // first: without the files it would lead a copy astray
        if (held != null) held.close();
        held = null;
    }

    /** The pinned LSN; {@link Lsn#NONE}: nothing is pinned. */
    Lsn lsn() {
        return held == null ? Lsn.NONE : held.lsn;
    }

    private static long generation(Map<CollectionId, CommitPin> commits, CollectionRecord record) {
        CommitPin pin = commits.get(record.info().id());
        return pin == null ? 0 : pin.generation();
    }
}
