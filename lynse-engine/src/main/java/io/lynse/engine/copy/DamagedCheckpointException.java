package io.lynse.engine.copy;

import org.jspecify.annotations.Nullable;

/** A checkpoint that was fetched is not one from which an engine opens. Nothing of it may be kept: it came as the giver has it. */
public final class DamagedCheckpointException extends RuntimeException {
    public DamagedCheckpointException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
