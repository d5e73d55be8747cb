package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A primary holds the checksums of all members at the same LSN against each other (DESIGN 6, divergence). Where two differ, each
 * first reads its own copy again: a copy whose files or rows are not what was written knows it, and is given up. If each is what
 * was written there, the entries were applied differently, and only a majority can tell which copy is wrong:
 * <ul>
 *   <li>A vote needs more than half of all witnesses, so of two members neither can outvote the other. Nothing is given up then,
 *       because it could be the better copy; the difference is reported until a person decides, or it is gone.
 *   <li>A copy that was filled from another one repeats what that one says. It is a witness again when the whole group has agreed
 *       since. A new primary knows of no witness before the whole group has agreed.
 * </ul>
 * Owned by one {@link Primary}.
 */
final class Comparisons {

    private record Said(Checksum sum, boolean sound) {}

    private final ReplicationSettings settings;
    private final MemberImage self;
    private final Fence fence;
    private final OwnSums own;
    private final Set<MemberImage> witnesses = new HashSet<>();
    private final Map<MemberImage, Said> said = new LinkedHashMap<>(); // at this LSN
    private final Set<MemberImage> outvoted = new LinkedHashSet<>();
    private Lsn lsn = Lsn.NONE;
    private boolean settled = true;
    private @Nullable Divergence divergence;
    private Lsn appended = Lsn.NONE; // the last checksum entry of this epoch
    private long appendedAt;
    private long askedAt;

    Comparisons(ReplicationSettings settings, MemberImage self, Fence fence, OwnSums own, long now) {
        this.settings = settings;
        this.self = self;
        this.fence = fence;
        this.own = own;
        appendedAt = now;
        askedAt = now;
    }

    /** Whether it is time for a checksum entry. While the last one waits for the replicas, another one would say nothing more. */
    boolean isDue(Lsn committed, long now) {
        return now - appendedAt >= settings.checksumInterval().toNanos() && appended.compareTo(committed) <= 0;
    }

    void appended(Lsn entry, long now) {
        appended = entry;
        appendedAt = now;
    }

    /** What differs although each member has what was written, so that nobody can tell who is right; null: nothing. */
    @Nullable Divergence divergence() {
        return divergence;
    }

    /** Whether that member may show other rows than this one. */
    boolean doubts(MemberImage member) {
        return outvoted.contains(member) || divergence != null && divergence.with().contains(member);
    }

    /** The primary's own state has been summed up: the others are asked. */
    void begin(Lsn at, Collection<OutStream> streams, long now, Effects out) {
        askedAt = now;
        if (at.compareTo(lsn) <= 0) return;
        if (!settled) report(out); // who has not answered by now does not help
        lsn = at;
        said.clear();
        outvoted.clear();
        settled = streams.isEmpty();
        ask(streams, out);
    }

    /** Asks again, now and then, whoever has not said its last word. */
    void tick(Collection<OutStream> streams, long now, Effects out) {
        if (now - askedAt < settings.retry().toNanos()) return;
        askedAt = now;
        ask(streams, out);
    }

    private void ask(Collection<OutStream> streams, Effects out) {
        if (settled) return;
        Checksum mine = Objects.requireNonNull(own.at(lsn));
        for (OutStream stream : streams) {
            if (!stream.running()) continue;
            Said answer = said.get(stream.member());
            if (outvoted.contains(stream.member())) out.send(stream.member(), new ReplicationMessage.Outvoted(fence, stream.number(), lsn));
            else if (answer == null || !answer.sum.equals(mine) && !answer.sound) {
                out.send(stream.member(), new ReplicationMessage.Compare(fence, stream.number(), lsn, mine));
            }
        }
    }

    /** @return whether this primary's own copy is the one that is outvoted */
    boolean said(MemberImage member, ReplicationMessage.Compared answer, Collection<OutStream> streams, Effects out) {
        if (settled || !answer.lsn().equals(lsn)) return false;
        said.put(member, new Said(answer.sum(), answer.sound()));
        return judge(streams, out);
    }

    /** This member's own copy was read again and found sound. @return as {@link #said} */
    boolean verified(Collection<OutStream> streams, Effects out) {
        return !settled && judge(streams, out);
    }

    /** That member's copy is gone, or is filled from this one: it is no witness. */
    void forget(MemberImage member) {
        said.remove(member);
        outvoted.remove(member);
        witnesses.remove(member);
        if (divergence != null) divergence = divergence.without(member);
    }

    private boolean judge(Collection<OutStream> streams, Effects out) {
        Checksum mine = Objects.requireNonNull(own.at(lsn));
        boolean everybody = streams.stream().allMatch(stream -> said.containsKey(stream.member()));
        if (said.values().stream().allMatch(answer -> answer.sum.equals(mine))) {
            if (divergence != null && (everybody || said.keySet().containsAll(divergence.with()))) divergence = null;
            if (!everybody) return false;
            settled = true;
            witnesses.clear();
            witnesses.addAll(said.keySet());
            witnesses.add(self);
            return false;
        }
        if (!own.isSound(lsn)) own.verify(lsn, out);
        boolean allSound = own.isSound(lsn) && said.values().stream().allMatch(answer -> answer.sound || answer.sum.equals(mine));
        if (!allSound) return false;
        Checksum most = majority(mine);
        if (most == null) {
            if (everybody) report(out);
            return false;
        }
        said.forEach((member, answer) -> {
            if (!answer.sum.equals(most) && outvoted.add(member)) out.add(new Effect.Note("is outvoted on the state at LSN " + lsn, member));
        });
        if (!mine.equals(most)) settled = true;
        ask(streams, out);
        return !mine.equals(most);
    }

    /** The sum that more than half of all witnesses have, and two at least. */
    private @Nullable Checksum majority(Checksum mine) {
        var votes = new HashMap<Checksum, Integer>();
        for (MemberImage witness : witnesses) {
            Said answer = said.get(witness);
            if (witness.equals(self)) votes.merge(mine, 1, Integer::sum);
            else if (answer != null) votes.merge(answer.sum, 1, Integer::sum);
        }
        return votes.entrySet().stream()
                .filter(sum -> sum.getValue() >= 2 && 2 * sum.getValue() > witnesses.size())
                .map(Map.Entry::getKey)
                .findAny()
                .orElse(null);
    }

    private void report(Effects out) {
        Checksum mine = Objects.requireNonNull(own.at(lsn));
        var others = new LinkedHashSet<MemberImage>();
        said.forEach((member, answer) -> {
            if (!answer.sum.equals(mine) && answer.sound) others.add(member);
        });
        settled = true;
        if (others.isEmpty() || !own.isSound(lsn)) return;
        divergence = new Divergence(lsn, others);
        out.add(new Effect.Note("differs at LSN " + lsn + " from " + others + ", and nobody can tell who is right", self));
    }
}
