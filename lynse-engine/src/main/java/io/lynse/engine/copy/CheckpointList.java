package io.lynse.engine.copy;

import io.lynse.model.Lsn;
import java.util.HashSet;
import java.util.List;

/**
 * A checkpoint as its files. They hold the state behind an entry, and the log goes on with the next.
 *
 * @param lsn   the last entry that is in it
 * @param files a file is named by its place here
 */
public record CheckpointList(Lsn lsn, List<CheckpointFile> files) {

    /** Of a node that has nothing yet. */
    public static final CheckpointList NOTHING = new CheckpointList(Lsn.NONE, List.of(new CheckpointFile(CheckpointFile.CATALOG, 0, 0, 0)));

    /** @throws IllegalArgumentException if a file is twice in it, or there is no catalog */
    public CheckpointList {
        files = List.copyOf(files);
        var paths = new HashSet<String>();
        for (CheckpointFile file : files) {
            if (!paths.add(file.path())) throw new IllegalArgumentException(file.path() + " is twice in the checkpoint");
        }
        if (!paths.contains(CheckpointFile.CATALOG)) throw new IllegalArgumentException("a checkpoint has a catalog");
    }

    public long bytes() {
        return files.stream().mapToLong(CheckpointFile::bytes).sum();
    }
}
