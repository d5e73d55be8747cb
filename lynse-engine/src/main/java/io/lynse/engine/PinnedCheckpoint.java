package io.lynse.engine;

import io.lynse.engine.collection.CommitPin;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that a plain copy of the live directory finds complete, whatever is written, merged or dropped while it is copied: a
 * catalog of its own ({@code catalog.pinned}) and what this one stands on, as {@link HeldCheckpoint}. It holds until the next one is
 * taken, until it lapses by its age or for want of space, or until the node stops. {@link CopiedDirectory} is who finds it. Guarded by
 * whoever takes checkpoints.
 *
 * <p>Costs: the files that merges have replaced, and the log, both from the pin on.
 */
final class PinnedCheckpoint {

    static final String FILE = "catalog.pinned";

    private final CatalogFile file;
    private final OpenCollections collections;
    private final WriteAheadLog wal;
    private @Nullable HeldCheckpoint held;

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
        HeldCheckpoint taken = HeldCheckpoint.take(image, collections, wal, "checkpoint", "files of a checkpoint may be copied", this::release);
        if (taken == null) return false;
        try {
            file.write(image, taken::folded, taken.log().from(), record -> generation(taken, record));
        } catch (RuntimeException failed) {
            taken.close();
            throw failed;
        }
        HeldCheckpoint before = held;
        held = taken;
        if (before != null) before.close();
        return true;
    }

    /** Lets everything go; the log at its next trim. */
    void release() {
        file.delete(); // first: without the files it would lead a copy astray
        if (held != null) held.close();
        held = null;
    }

    /** The pinned LSN; {@link Lsn#NONE}: nothing is pinned. */
    Lsn lsn() {
        return held == null ? Lsn.NONE : held.lsn();
    }

    private static long generation(HeldCheckpoint taken, CollectionRecord record) {
        CommitPin pin = taken.commits().get(record.info().id());
        return pin == null ? 0 : pin.generation();
    }
}
