package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a directory of a copy that was taken while a node wrote to the original. A plain copy reads one file after the other, so
 * it holds no one moment: the catalog may be ahead of the log or behind a collection, a commit may name files that were not there
 * yet, and in the log a later frame may be there and an earlier one not. What it does hold is the {@link PinnedCheckpoint}, and
 * every entry that was durable when the copying began.
 *
 * <p>So each collection goes back to its pinned commit, the catalog to the pinned one, and the log ends at its first gap. What
 * opens then is the state of one LSN, at least that of the last acknowledged entry before the copying began. In a directory that
 * is no copy a gap remains what it is, damage.
 *
 * <p>A crash in the middle changes nothing: the pinned files are needed to the end, and the last step is to call it no copy.
 */
final class CopiedDirectory {

    private static final Logger log = LoggerFactory.getLogger(CopiedDirectory.class);

    private CopiedDirectory() {}

    /** Does nothing to a directory that is no copy, or was copied without a pinned checkpoint: while its node did not run. */
    static void restore(DataDirectory directory, LogSettings settings, Path wal, Path collections, CatalogFile catalog, CatalogFile pinned) {
        CatalogFile.Content found = directory.isCopy() ? pinned.read() : CatalogFile.Content.NONE;
        if (!found.equals(CatalogFile.Content.NONE)) {
            Lsn last = WriteAheadLog.mendCopy(wal, settings, found.logFrom(), found.state().lsn());
            for (CollectionRecord record : found.state().catalog().records()) restoreFiles(record.info().id(), collections, found);
            Commitment.limit(directory, last);
            catalog.write(found.applied(), record -> found.folded().getOrDefault(record.info().id(), Lsn.NONE));
            log.atWarn().addKeyValue("directory", directory.path()).addKeyValue("node", directory.nodeId())
                    .addKeyValue("checkpoint_lsn", found.state().lsn()).addKeyValue("lsn", last).log("data directory is a copy of a running node's");
        }
        directory.settle();
    }

    private static void restoreFiles(CollectionId id, Path collections, CatalogFile.Content found) {
        Path folder = collections.resolve(id.toString());
        long generation = found.commits().getOrDefault(id, 0L);
        if (generation > 0) Collection.goBack(folder, generation);
        // Never committed until then, so that the log has all of it. Else it was unavailable, and stays so.
        else if (found.folded().getOrDefault(id, Lsn.NONE).equals(Lsn.NONE)) Collection.delete(folder);
    }
}
