package io.lynse.coordinator.routing;

import io.lynse.coordinator.routing.WriteAttempts.Next;
import io.lynse.coordinator.routing.WriteAttempts.Verdict;
import io.lynse.coordinator.shardclient.EntryOutcome;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.function.Predicate;

/** Attempt after attempt at whoever is a group's primary, until one is answered (the decisions are {@link WriteAttempts}). */
final class PrimaryCalls {

    private final Reach reach;
    private final Duration patience;

    /** @param patience longest wait for a group that definitely took nothing */
    PrimaryCalls(Reach reach, Duration patience) {
        this.reach = reach;
        this.patience = patience;
    }

    /** One call of one node, in the epoch the image names. */
    interface Attempt<T> {
        T run(ShardClient node, GroupFence fence, Deadline deadline);
    }

    /**
     * @param last what is not tried again, though it might go better later
     * @throws LynseException the refusal; Unavailable or Overloaded if it was definitely not done within the patience; OutcomeUnknown at the deadline
     */
    <T> T until(ShardGroupId group, Duration attemptMax, Deadline deadline, Predicate<LynseError> last, Attempt<EntryOutcome<T>> attempt) {
        Deadline patient = deadline.atMost(patience);
        WriteAttempts attempts = WriteAttempts.FIRST;
        ClusterImage image = reach.image();
        LynseError failure;
        while (true) {
            switch (attempts.next(image.group(group))) {
                case Next.Send(MemberImage primary, var epoch) -> {
                    Verdict verdict;
                    try {
                        EntryOutcome<T> outcome = reach.call(
                                new GroupFence(group, epoch), primary.uri(), false, node -> attempt.run(node, new GroupFence(group, epoch), deadline.atMost(attemptMax)));
                        if (!(outcome instanceof EntryOutcome.Refused<T>(LynseError refusal))) return outcome.orThrow();
                        failure = refusal;
                        verdict = attempts.decided(refusal, epoch);
                    } catch (LynseException failed) {
                        failure = failed.error();
                        verdict = failure instanceof LynseError.OutcomeUnknown ? new Verdict.Again(attempts.unanswered()) : attempts.refused(failure, epoch);
                    }
                    if (!(verdict instanceof Verdict.Again(WriteAttempts next)) || last.test(failure)) throw Reach.named(group, new LynseException(failure));
                    attempts = next;
                    reach.tell(group, primary.uri(), failure);
                }
                case Next.Wait() -> {
                    String uri = image.group(group).primary().uri();
                    failure = new LynseError.Unavailable(uri + " was not seen yet", Duration.ofSeconds(1));
                    reach.suspicions().node(uri);
                }
            }
            // Nothing pauses an interrupted thread: it would ask as fast as it can.
            boolean over = attempts.mayBeAppended() ? deadline.passed() : patient.passed();
            if (over || Thread.currentThread().isInterrupted()) throw new LynseException(atEnd(group, attempts, failure));
            image = reach.newerThan(image, attempts.mayBeAppended() ? deadline : patient);
        }
    }

    private LynseError atEnd(ShardGroupId group, WriteAttempts attempts, LynseError failure) {
        if (attempts.mayBeAppended()) {
            return new LynseError.OutcomeUnknown(attempts.atDeadline(group.value()).message() + ": " + reach.reason(group, failure));
        }
        return failure instanceof LynseError.Overloaded ? failure : reach.unavailable(group, failure);
    }
}
