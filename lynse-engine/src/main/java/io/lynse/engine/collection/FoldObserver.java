package io.lynse.engine.collection;

/** Told about folds in the background; a test holds them up here. */
public interface FoldObserver {

    FoldObserver NONE = new FoldObserver() {};

    /** On the folding thread, which holds no lock. */
    default void reached(FoldPhase phase) {}

    /** Somebody waits for a fold that is under way or asked for. With the collection's lock: do not block. */
    default void awaited() {}
}
