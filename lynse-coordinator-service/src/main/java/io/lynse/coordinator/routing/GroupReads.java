package io.lynse.coordinator.routing;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.routing.ReadAttempts.Need;
import io.lynse.coordinator.routing.ReadAttempts.Next;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.ReadFence;
import io.lynse.coordinator.shardclient.ReadFence.Confirmation;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.Reading;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Attempt after attempt at the members of a group, until one has answered (the decisions are {@link ReadAttempts}). */
final class GroupReads {

    /** Who did not answer its last probe is given that long: others wait behind it. */
    private static final Duration SILENT_MAX = Duration.ofSeconds(1);

    private final Reach reach;
    private final MetadataAuthority authority;
    private final ImageConfirmation confirmation;
    private final Patience patience;
    private final ReadCounts counts = new ReadCounts();

    GroupReads(Reach reach, MetadataAuthority authority, Patience patience) {
        this.reach = reach;
        this.authority = authority;
        this.confirmation = new ImageConfirmation(authority, patience.detection());
        this.patience = patience;
    }

    /** One call of one node. */
    interface Attempt<T> {
        T run(ShardClient node, ReadFence fence, Deadline deadline);
    }

    ReadCounts counts() {
        return counts;
    }

    /** @throws LynseException what a member answered; Unavailable naming the group if none does */
    <T> T read(ShardGroupId id, Duration attemptMax, Reading reading, Deadline deadline, Attempt<T> attempt) {
        ClusterImage image = reach.image();
        ReadAttempts attempts = first(image.group(id), reading);
        Epoch begun = image.group(id).epoch();
        Deadline alone = deadline.atMost(patience.reads());
        Deadline promoted = deadline.atMost(patience.promotion());
        while (true) {
            ShardGroupImage group = image.group(id);
            LynseError failure;
            switch (attempts.next(group, this::silent, confirmation.whyNoPromotion())) {
                case Next.Ask(MemberImage member, Epoch epoch) -> {
                    Confirmation by = attempts.need() == Need.STRONG ? Confirmation.ALL : Confirmation.PRIMARY;
                    switch (ask(group, member, new ReadFence(id, epoch, by), attemptMax, deadline, attempt)) {
                        case Outcome.Answered<T>(T answer) -> {
                            if (by == Confirmation.PRIMARY) authority.ownersHealth().whyImageMayBeOld().ifPresent(why -> tell(reading, why));
                            return answer;
                        }
                        case Outcome.Failed<T>(LynseError error) -> failure = error;
                    }
                }
                case Next.AskUnconfirmed(MemberImage member, Epoch epoch, String reason) -> {
                    switch (ask(group, member, new ReadFence(id, epoch, Confirmation.NONE), attemptMax, deadline, attempt)) {
                        case Outcome.Answered<T>(T answer) -> {
                            tell(reading, "shard group " + id + ": " + reason);
                            return answer;
                        }
                        case Outcome.Failed<T>(LynseError error) -> failure = error;
                    }
                }
                case Next.Wait() -> {
                    failure = new LynseError.Unavailable(group.primary().uri() + " was not seen yet", Duration.ofSeconds(1));
                    reach.suspicions().node(group.primary().uri());
                }
            }
            attempts = attempts.again();
            // Nothing pauses an interrupted thread: it would ask as fast as it can.
            // Who was promoted meanwhile may be the last active member, and not know it yet.
            boolean followed = !group.epoch().equals(begun);
            Deadline last = followed || isPromotionDue(group, failure) ? promoted : alone;
            boolean over = last.passed() || Thread.currentThread().isInterrupted();
            if (over || !attempts.mayGoBetter(group, failure)) throw new LynseException(told(id, failure));
            confirmation.ask();
            counts.retried();
            // Whoever was not asked yet is asked at once.
            image = attempts.isRound(group) ? reach.newerThan(image, last) : reach.image();
        }
    }

    private sealed interface Outcome<T> {
        record Answered<T>(T answer) implements Outcome<T> {}

        record Failed<T>(LynseError error) implements Outcome<T> {}
    }

    private <T> Outcome<T> ask(ShardGroupImage group, MemberImage member, ReadFence fence, Duration attemptMax, Deadline deadline, Attempt<T> attempt) {
        boolean silent = silent(member);
        // Only a member that answered its last probe is given up when it stops to: another one can be asked instead.
        boolean replaceable = !silent && fence.confirmation() != Confirmation.ALL && group.activeMembers().size() > 1;
        boolean hurried = silent && group.activeMembers().size() > 1;
        Deadline within = deadline.atMost(hurried && attemptMax.compareTo(SILENT_MAX) > 0 ? SILENT_MAX : attemptMax);
        try {
            T answer = reach.call(new GroupFence(group.id(), fence.epoch()), member.uri(), replaceable, node -> attempt.run(node, fence, within));
            counts.answered(member.equals(group.primary()));
            return new Outcome.Answered<>(answer);
        } catch (LynseException failed) {
            reach.tell(group.id(), member.uri(), failed.error());
            // That it was too slow is no news of a node that was given so little time.
            boolean cut = hurried && failed.error() instanceof LynseError.DeadlineExceeded;
            return new Outcome.Failed<>(cut ? new LynseError.Unavailable(failed.error().message(), SILENT_MAX) : failed.error());
        }
    }

    private static ReadAttempts first(ShardGroupImage group, Reading reading) {
        if (reading.consistency() == Reading.Consistency.STRONG) return ReadAttempts.first(Need.STRONG, 0);
        boolean spread = reading.from() == Reading.From.ANY;
        return ReadAttempts.first(Need.CONFIRMED, spread ? ThreadLocalRandom.current().nextInt(group.activeMembers().size()) : 0);
    }

    private boolean silent(MemberImage member) {
        return reach.suspicions().silent(member.uri());
    }

    /** Whether waiting is worth while: another member can take over, and the failure is not the members' own word. */
    private static boolean isPromotionDue(ShardGroupImage group, LynseError failure) {
        return group.activeMembers().size() > 1 && !(failure instanceof LynseError.NotFound);
    }

    private void tell(Reading reading, String why) {
        reading.unconfirmed(why);
        counts.unconfirmed();
    }

    private LynseError told(ShardGroupId group, LynseError failure) {
        return switch (failure) {
            case LynseError.NotPrimary _, LynseError.StaleEpoch _, LynseError.Unavailable _, LynseError.NotFound _ -> reach.unavailable(group, failure);
            default -> Reach.named(group, new LynseException(failure)).error();
        };
    }
}
