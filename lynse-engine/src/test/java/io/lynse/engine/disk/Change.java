package io.lynse.engine.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What is about to be done to the disk. All paths are real ones. */
public sealed interface Change {

    /** Whose name or content it is about; of a rename, the old name. */
    Path path();

    /** A file that was not there. */
    record Create(Path path) implements Change {}

    /** @param from position to limit is what will be written; a duplicate, so reading it does no harm */
    record Write(Path path, long position, ByteBuffer from) implements Change {}

    record Truncate(Path path, long bytes) implements Change {}

    record Force(Path path) implements Change {}

    record ForceDirectory(Path path) implements Change {}

    /** Replaces a file of the new name. */
    record Rename(Path path, Path to) implements Change {}

    record Delete(Path path) implements Change {}

    record MakeDirectory(Path path) implements Change {}

    record DeleteDirectory(Path path) implements Change {}
}
