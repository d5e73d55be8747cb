package io.lynse.engine.disk;

import java.io.IOException;

/** Told of every change by the thread that makes it. */
public interface DiskWatcher {

    /**
     * Before it is made.
     * @return whether to make it; false: the watcher has made it in its own way, or drops it
     * @throws IOException instead of making it
     */
    boolean before(Change change) throws IOException;

    /** After it was made. */
    default void after(Change change) throws IOException {}
}
