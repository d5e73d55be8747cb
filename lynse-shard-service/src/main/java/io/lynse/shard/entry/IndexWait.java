package io.lynse.shard.entry;

import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an index that is built in the background. The build does not depend on anybody waiting. */
public final class IndexWait {

    private IndexWait() {}

    /** @return the state when it was decided; empty: not by the deadline */
    public static Optional<IndexState> until(CompletableFuture<IndexState> built, Deadline deadline) {
        try {
            return Optional.of(built.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("the node is stopping; the build goes on when it starts again"), stopped);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("nothing fails this future", failed.getCause());
        }
    }
}
