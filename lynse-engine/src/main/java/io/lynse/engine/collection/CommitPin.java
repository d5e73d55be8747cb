package io.lynse.engine.collection;

import io.lynse.engine.copy.CheckpointFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The files of one Lucene commit, kept until this is closed.
 *
 * @param generation of the commit, as in the name of its file
 * @param lists      its files
 * @param release    does nothing when the collection is closed
 */
public record CommitPin(long generation, Lists lists, Runnable release) implements AutoCloseable {

    /** Looks at the end of each file, where its checksum is. */
    interface Lists {
        List<CheckpointFile> files(String folder) throws IOException;
    }

    /**
     * @param folder in front of their names
     * @throws UncheckedIOException if one is not readable, or does not end as it was written
     */
    public List<CheckpointFile> files(String folder) {
        try {
            return lists.files(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the files in " + folder + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
