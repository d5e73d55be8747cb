package io.lynse.coordinator.routing;

import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One read of one group over all its attempts (DESIGN 4.1, "Reads are fenced"). Answers that the primary gives or confirms come first, and
 * while another primary may be promoted the read waits for it. Where none can be, and no member has had an answer confirmed, each
 * active one is asked for what it knows to be committed, and the caller is told why.
 *
 * @param need    what the caller asks for
 * @param start   place of the member that is asked first, among the active ones
 * @param failed  attempts that brought no answer
 */
public record ReadAttempts(Need need, int start, int failed) {

    public enum Need {
        /** The primary, after all whom it waits for have confirmed its epoch. There is no exception. */
        STRONG,
        /** The primary's own knowledge, or that of an active member which the primary confirms. */
        CONFIRMED
    }

    /** What to do next. */
    public sealed interface Next {
        record Ask(MemberImage member, Epoch epoch) implements Next {}

        /** @param reason for the header {@code X-Lynse-Unconfirmed} of the answer */
        record AskUnconfirmed(MemberImage member, Epoch epoch, String reason) implements Next {}

        /** Nobody can be asked yet: wait for a newer image, or a moment. */
        record Wait() implements Next {}
    }

    public static ReadAttempts first(Need need, int start) {
        return new ReadAttempts(need, need == Need.STRONG ? 0 : start, 0);
    }

    public ReadAttempts again() {
        return new ReadAttempts(need, start, failed + 1);
    }

    /**
     * @param group       as the newest image shows it
     * @param silent      who did not answer when it was last probed: it is asked last
     * @param noPromotion why no other primary can be promoted; empty: one may be
     */
    public Next next(ShardGroupImage group, Predicate<MemberImage> silent, Optional<String> noPromotion) {
        List<MemberImage> members = askable(group, silent);
        if (members.isEmpty()) return new Next.Wait();
        MemberImage member = members.get(failed % members.size());
        // Everybody was asked once, and could have had its answer confirmed.
        boolean unconfirmed = need != Need.STRONG && failed >= members.size() && noPromotion.isPresent();
        return unconfirmed ? new Next.AskUnconfirmed(member, group.epoch(), noPromotion.get()) : new Next.Ask(member, group.epoch());
    }

    /** Whether everybody who could answer was asked as often as the others. */
    public boolean isRound(ShardGroupImage group) {
        int members = askable(group, _ -> false).size();
        return members == 0 || failed % members == 0;
    }

    /**
     * Whether another attempt may go better: the caller's own mistake is the same everywhere, and who is busy, too slow or broken is asked no
     * more once every member was.
     */
    public boolean mayGoBetter(ShardGroupImage group, LynseError failure) {
        return switch (failure) {
            case LynseError.NotPrimary _, LynseError.StaleEpoch _, LynseError.Unavailable _ -> true;
            case LynseError.NotFound _ -> WriteAttempts.isNotThereYet(failure);
            case LynseError.Overloaded _, LynseError.DeadlineExceeded _, LynseError.Internal _ -> failed < askable(group, _ -> false).size();
            default -> false;
        };
    }

    private List<MemberImage> askable(ShardGroupImage group, Predicate<MemberImage> silent) {
        if (need == Need.STRONG) return group.primary().bound() ? List.of(group.primary()) : List.of();
        var members = new ArrayList<>(group.activeMembers());
        Collections.rotate(members, -start);
        members.removeIf(member -> !member.bound());
        members.sort(Comparator.comparing(silent::test));
        return members;
    }
}
