package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads that wait at a primary. None is answered before the inherited log is applied: what its predecessors acknowledged may sit
 * in that tail. One of strong consistency also waits until all whom the primary waits for have confirmed, after the read came,
 * that its epoch is the newest they know: a successor would be one of them. Owned by one {@link Primary}.
 */
final class PrimaryReads {

    /** @param round that must be confirmed, first asked for at {@code since}; 0: none */
    private record Waiting(long request, long deadlineNanos, long round, long since) {}

    private final Fence fence;
    private final Lsn inherited;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<MemberImage, Long> confirmed = new HashMap<>(); // the last round of each
    private long round;

    PrimaryReads(Fence fence, Lsn inherited) {
        this.fence = fence;
        this.inherited = inherited;
    }

    void add(Event.Read read) {
        waiting.add(new Waiting(read.request(), read.deadlineNanos(), 0, 0));
    }

    void addStrong(Event.Read read, ActiveSet set, Collection<OutStream> streams, MemberImage self, long now, Effects out) {
        waiting.add(new Waiting(read.request(), read.deadlineNanos(), ++round, now));
        ask(streams, set, self, out);
    }

    void confirmed(MemberImage member, long upTo) {
        confirmed.merge(member, upTo, Math::max);
    }

    /** Whether a read has waited for that member's word for so long. */
    boolean hasWaitedFor(MemberImage member, Duration time, long now) {
        long heard = confirmed.getOrDefault(member, 0L);
        return waiting.stream().anyMatch(read -> read.round > heard && now - read.since >= time.toNanos());
    }

    void settle(ActiveSet set, MemberImage self, Lsn applied, Effects out) {
        if (applied.compareTo(inherited) < 0) return;
        long everywhere = round;
        for (MemberImage member : set.counted()) {
            if (!member.equals(self)) everywhere = Math.min(everywhere, confirmed.getOrDefault(member, 0L));
        }
        long settled = everywhere;
        waiting.removeIf(read -> {
            if (read.round > settled) return false;
            out.reply(read.request, new Answer.Readable(applied));
            return true;
        });
    }

    void askAgain(boolean due, Collection<OutStream> streams, ActiveSet set, MemberImage self, Effects out) {
        if (due && waiting.stream().anyMatch(read -> read.round > 0)) ask(streams, set, self, out);
    }

    void expire(long now, Effects out) {
        waiting.removeIf(read -> {
            if (read.deadlineNanos - now > 0) return false;
            out.reply(read.request, new Answer.Unknown("the primary could not confirm the read in time"));
            return true;
        });
    }

    void giveUp(String reason, Effects out) {
        for (Waiting read : waiting) out.reply(read.request, new Answer.Refused(new LynseError.NotPrimary(fence.group(), reason)));
        waiting.clear();
    }

    private void ask(Collection<OutStream> streams, ActiveSet set, MemberImage self, Effects out) {
        for (OutStream stream : streams) {
            if (set.counts(stream.member()) && !stream.member().equals(self)) {
                out.send(stream.member(), new ReplicationMessage.StillPrimary(fence, stream.number(), round));
            }
        }
    }
}
