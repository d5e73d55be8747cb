package io.lynse.tests.linearizability;

import io.lynse.metadata.Command;

/** What a client asks of the cluster's metadata. */
sealed interface Call {

    /** Everything, confirmed by a majority of the owners. */
    record Read() implements Call {}

    record Propose(Command command) implements Call {}

    static Call propose(Command command) {
        return new Propose(command);
    }
}
