package io.lynse.engine.collection;

import io.lynse.engine.recent.View;
import java.io.IOException;

/** Whether the checksums of the files were looked at from which a collection was opened, and the looking, which takes long. */
final class Verification {

    private final CollectionState state;
    private volatile boolean done;

    /** @param done when they were looked at before it was opened */
    Verification(CollectionState state, boolean done) {
        this.state = state;
        this.done = done;
    }

    boolean isDone() {
        return done;
    }

    /** See {@link Collection#verify}. */
    void run() {
        if (done || state.failure() != null) return;
        try (View opened = state.view()) {
            Integrity.check(opened.reader(), () -> state.failure() != null);
            done = true;
        } catch (IOException | RuntimeException broken) {
            state.run(() -> {
                throw broken;
            });
        }
    }
}
