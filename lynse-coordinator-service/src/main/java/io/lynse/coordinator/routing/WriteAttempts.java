package io.lynse.coordinator.routing;

import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One write to one group over all its attempts, until the deadline (DESIGN 4.1, definite and unknown answers). The same write id
 * goes along in every attempt, so a group that has it already answers with what it came to.
 *
 * @param mayBeAppended whether an attempt before was not answered: no later refusal makes the outcome definite
 * @param tried         epoch of the last attempt that was refused for the node's standing; {@link Epoch#NONE}: none
 */
public record WriteAttempts(boolean mayBeAppended, Epoch tried, @Nullable LynseError lastRefusal) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    public static final WriteAttempts FIRST = new WriteAttempts(false, Epoch.NONE, null);

    /** What to do next. */
    public sealed interface Next {
        record Send(MemberImage primary, Epoch epoch) implements Next {}

        /** A promotion may be due: wait for a newer image, or a moment. */
        record Wait() implements Next {}
    }

    /** How an attempt, or the whole, ends. */
    public sealed interface Verdict {
        record Again(WriteAttempts next) implements Verdict {}

        record Failed(LynseError error) implements Verdict {}
    }

    public Next next(ShardGroupImage group) {
        if (!group.primary().bound()) return new Next.Wait();
        return new Next.Send(group.primary(), group.epoch());
    }

    /** The group answered that it did not append. */
    public Verdict refused(LynseError error, Epoch epoch) {
        return switch (error) {
            case LynseError.NotPrimary _, LynseError.StaleEpoch _, LynseError.Unavailable _, LynseError.Overloaded _ ->
                new Verdict.Again(new WriteAttempts(mayBeAppended, epoch, error));
            case LynseError.NotFound _ when isNotThereYet(error) -> new Verdict.Again(new WriteAttempts(mayBeAppended, epoch, error));
            // The group's own decision about the request: the same at every primary. Not so certain if an attempt before is open.
            default -> mayBeAppended ? new Verdict.Again(new WriteAttempts(true, epoch, error)) : new Verdict.Failed(error);
        };
    }

    /**
     * The group applied the entry, and that refused it: whatever attempt it is, every other one comes to the same. Only of a collection
     * that it does not have yet a group remembers nothing.
     */
    public Verdict decided(LynseError error, Epoch epoch) {
        return isNotThereYet(error) ? new Verdict.Again(new WriteAttempts(mayBeAppended, epoch, error)) : new Verdict.Failed(error);
    }

    /** Declared in the metadata, and not in the group: it was away when that was created. */
    static boolean isNotThereYet(LynseError error) {
        return error instanceof LynseError.NotFound(String kind, _) && (kind.equals("collection") || kind.equals("database"));
    }

    /** Nobody listened: nothing was sent. */
    public WriteAttempts notConnected(LynseError error) {
        return new WriteAttempts(mayBeAppended, tried, error);
    }

    /** Sent, and not answered, or answered that nothing is known. */
    public WriteAttempts unanswered() {
        return new WriteAttempts(true, tried, lastRefusal);
    }

    /** The deadline has come. */
    public LynseError atDeadline(String group) {
        if (mayBeAppended) return new LynseError.OutcomeUnknown("shard group " + group + " did not confirm the write in time");
        return lastRefusal != null ? lastRefusal : new LynseError.Unavailable("shard group " + group + " did not answer in time", RETRY_AFTER);
    }
}
