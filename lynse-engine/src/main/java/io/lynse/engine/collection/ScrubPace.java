package io.lynse.engine.collection;

/** How fast files and rows are read that nobody asked for. */
public interface ScrubPace {

    /** Bytes are about to be read. Waits for their turn. @return false: read nothing more */
    boolean take(long bytes);
}
