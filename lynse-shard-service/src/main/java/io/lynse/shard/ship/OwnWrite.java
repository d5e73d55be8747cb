package io.lynse.shard.ship;

import io.lynse.engine.Admitted;
import io.lynse.engine.Applied;
import io.lynse.engine.ParsedEntry;
import io.lynse.engine.ReplicatedLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Payload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A client's write on its way through the protocol. Who waits gets what applying the entry did, as soon as it is applied; what the
 * protocol says of it counts until then. For the driver's thread, but for the result.
 */
final class OwnWrite implements Payload {

    private final ReplicatedLog log;
    private final Admitted admitted;
    private final RequestMemory memory;
    private final CompletableFuture<Applied> result = new CompletableFuture<>();
    private boolean appended;

    /**
     * Waits a while for room.
     *
     * @param log    to be appended to
     * @param memory where the entry lies; kept until the log has no more use for it
     * @throws LynseException as {@link ReplicatedLog#admit}
     */
    OwnWrite(ReplicatedLog log, ParsedEntry entry, RequestMemory memory) {
        this.log = log;
        this.admitted = log.admit(entry);
        this.memory = memory;
        memory.retain();
    }

    CompletableFuture<Applied> result() {
        return result;
    }

    /** Whether that is the log which made room for it: not, if files have taken its place since. */
    boolean isFor(ReplicatedLog now) {
        return log == now;
    }

    void append(Lsn lsn, Epoch epoch) {
        CompletableFuture<Applied> applied = log.append(lsn, epoch, admitted);
        appended = true;
        applied.whenComplete((done, failed) -> {
            memory.release();
            complete(done, failed);
        });
    }

    void answered(Answer answer) {
        switch (answer) {
            case Answer.Written _ -> {
                if (!appended) repeat();
            }
            case Answer.Unknown(String reason) -> fail(new LynseError.OutcomeUnknown(reason));
            case Answer.Refused(LynseError error) -> fail(error);
            case Answer.Readable _ -> throw new IllegalStateException("a write is not answered by that it may be read");
        }
        giveBack();
    }

    /** Nobody will tell. */
    void forgotten(String reason) {
        fail(new LynseError.OutcomeUnknown(reason));
        giveBack();
    }

    /** The request came before, and the entry of that time is applied. */
    private void repeat() {
        CompletableFuture<Applied> first = log.repeated(admitted.entry());
        if (first == null) fail(new LynseError.OutcomeUnknown("the write was done, but its result is no longer known"));
        else first.whenComplete(this::complete);
    }

    private void complete(@Nullable Applied done, @Nullable Throwable failed) {
        if (done != null) result.complete(done);
        else if (failed != null) result.completeExceptionally(failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed);
    }

    private void fail(LynseError error) {
        result.completeExceptionally(new LynseException(error));
    }

    private void giveBack() {
        if (appended) return;
        admitted.close();
        memory.release();
    }
}
