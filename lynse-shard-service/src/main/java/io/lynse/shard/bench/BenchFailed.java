package io.lynse.shard.bench;

import org.jspecify.annotations.Nullable;

/** A benchmark that cannot go on; its message is all that the user needs. */
final class BenchFailed extends RuntimeException {

    BenchFailed(String message) {
        this(message, null);
    }

    BenchFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
