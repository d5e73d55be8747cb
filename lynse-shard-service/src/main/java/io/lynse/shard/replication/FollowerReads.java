package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.model.Lsn;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads that wait at a follower. One confirmation of the primary ("you are in my set, committed LSN n"), asked for after the
 * read came, serves all that wait; each is answered when the follower has applied n. Owned by one {@link MemberCore}.
 */
final class FollowerReads {

    /** @param upTo what must be applied first; null: not confirmed yet */
    private record Waiting(long request, long deadlineNanos, long round, @Nullable Lsn upTo) {}

    private List<Waiting> waiting = new ArrayList<>();
    private long round;

    /** @return the round to ask the primary for */
    long add(Event.Read read) {
        waiting.add(new Waiting(read.request(), read.deadlineNanos(), ++round, null));
        return round;
    }

    boolean isWaiting() {
        return waiting.stream().anyMatch(read -> read.upTo == null);
    }

    long round() {
        return round;
    }

    /** @param upToRound reads of later rounds came after the question */
    void granted(long upToRound, Lsn committed, Lsn applied, Effects out) {
        waiting.replaceAll(read -> read.upTo == null && read.round <= upToRound ? new Waiting(read.request, read.deadlineNanos, read.round, committed) : read);
        applied(applied, out);
    }

    void applied(Lsn applied, Effects out) {
        waiting.removeIf(read -> {
            if (read.upTo == null || applied.compareTo(read.upTo) < 0) return false;
            out.reply(read.request, new Answer.Readable(applied));
            return true;
        });
    }

    void expire(long now, Effects out) {
        waiting.removeIf(read -> {
            if (read.deadlineNanos - now > 0) return false;
            out.reply(read.request, new Answer.Unknown("the primary did not confirm the read in time"));
            return true;
        });
    }

    /** What was confirmed under another epoch means nothing now. */
    void giveUp(ShardGroupId group, String reason, Effects out) {
        for (Waiting read : waiting) out.reply(read.request, new Answer.Refused(new LynseError.NotPrimary(group, reason)));
        waiting.clear();
    }
}
