package io.lynse.engine.collection;

/**
 * The files of one Lucene commit, kept until this is closed.
 *
 * @param generation of the commit, as in the name of its file
 * @param release    does nothing when the collection is closed
 */
public record CommitPin(long generation, Runnable release) implements AutoCloseable {

    @Override
    public void close() {
        release.run();
    }
}
