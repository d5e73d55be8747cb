package io.lynse.shard.entry;

import io.lynse.engine.Applied;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waits for an appended entry. Once appended it may be found later, whatever happens to the wait: so a wait that fails is "unknown". */
public final class AppliedWait {

    private AppliedWait() {}

    /**
     * Submits an entry whose bytes lie in a request's memory, which is kept until the engine has no more use for them.
     * @return what was submitted
     */
    public static CompletableFuture<Applied> retaining(RequestMemory memory, Supplier<CompletableFuture<Applied>> submit) {
        memory.retain();
        CompletableFuture<Applied> applied;
        try {
            applied = submit.get();
        } catch (RuntimeException | Error refused) {
            memory.release();
            throw refused;
        }
        return applied.whenComplete((done, failed) -> memory.release());
    }

    /** @throws LynseException what the engine said; OutcomeUnknown at the deadline or when the wait was cut short */
    public static Applied until(CompletableFuture<Applied> applied, Deadline deadline) {
        try {
            return applied.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new LynseException(new LynseError.OutcomeUnknown("the write was not confirmed within its deadline; it may be done later"), late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LynseException(new LynseError.OutcomeUnknown("the node stopped before the write was confirmed"), stopped);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LynseException known) throw known;
            throw new LynseException(new LynseError.OutcomeUnknown("the write was not confirmed: " + failed.getCause()), failed);
        }
    }
}
