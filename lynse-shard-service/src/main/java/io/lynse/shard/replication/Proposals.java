package io.lynse.shard.replication;

import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a primary waits for, and what it asks of the metadata about that (rules 2 and 10). Begins with the set of the view of its
 * own promotion. Owned by one {@link Primary}.
 */
final class Proposals {

    private final ReplicationSettings settings;
    private final Durability durability;
    private final ShardGroupId group;
    private final Epoch epoch;

    private ActiveSet set;
    private long askedAt;
    private boolean wantsToRead; // the metadata's set may be another one, though nothing was proposed
    private long hinted; // the highest version that a view showed: a read that was under way may still answer with the one before

    Proposals(ReplicationSettings settings, Durability durability, MemberImage self, ShardGroupImage promotion) {
        this.settings = settings;
        this.durability = durability;
        group = promotion.id();
        epoch = promotion.epoch();
        set = new ActiveSet(durability.mirrors() ? new LinkedHashSet<>(promotion.activeMembers()) : Set.of(self), promotion.version(), null);
    }

    ActiveSet set() {
        return set;
    }

    boolean counts(MemberImage member) {
        return set.counts(member);
    }

    /** Whether there are as many as a write must reach. */
    boolean isLargeEnough() {
        return set.counted().size() >= durability.minActiveMembers();
    }

    /** Whether one may be left out because it is slow. */
    boolean mayShrink() {
        return set.counted().size() > durability.minActiveMembers();
    }

    /** A level replica is counted from now on, and proposed, in one step (rule 3). The caller has checked that it is level. */
    void countIn(MemberImage member, long now, Effects out) {
        ask(new ActiveSet.Change(member, true), now, out);
    }

    /** Asks to wait no longer for a member that is too slow; goes on waiting until that is known to be accepted. */
    void leaveOut(MemberImage slow, long now, Effects out) {
        if (mayShrink()) ask(new ActiveSet.Change(slow, false), now, out);
    }

    /** Asks to wait no longer for a member whose copy must be replaced: keeping it would not make the minimum, as it can acknowledge nothing. */
    void giveUpCopy(MemberImage member, long now, Effects out) {
        ask(new ActiveSet.Change(member, false), now, out);
    }

    /** @return whether the metadata is newer than what was known; that settles every proposal made before */
    boolean learn(ShardGroupImage read) {
        wantsToRead = false;
        // What was proposed on this version may still be accepted: it stays unsettled.
        if (read.version() <= set.version()) return false;
        set = durability.mirrors() ? set.learning(read) : new ActiveSet(set.counted(), read.version(), null);
        return true;
    }

    /** A view of this epoch shows a version of the group: if it is newer, ask the metadata itself (rule 10). */
    void hint(long version) {
        hinted = Math.max(hinted, version);
    }

    void wantToRead() {
        wantsToRead = true;
    }

    /** @param slow whom to leave out, if anybody */
    void tick(@Nullable MemberImage slow, long now, Effects out) {
        if (now - askedAt < settings.retry().toNanos()) return;
        if (slow != null && mayShrink()) propose(new ActiveSet.Change(slow, false), now, out);
        else if (set.asked() != null) propose(set.asked(), now, out); // its outcome is unknown: only a higher version settles it
        else if (wantsToRead || hinted > set.version()) {
            askedAt = now;
            out.add(new Effect.ReadGroup());
        }
    }

    private void ask(ActiveSet.Change change, long now, Effects out) {
        if (change.equals(set.asked()) && now - askedAt < settings.retry().toNanos()) return;
        propose(change, now, out);
    }

    private void propose(ActiveSet.Change change, long now, Effects out) {
        askedAt = now;
        set = set.asking(change);
        out.add(new Effect.Propose(change.active()
                ? new Command.MarkActive(group, change.member(), epoch, set.version())
                : new Command.MarkStale(group, change.member(), epoch, set.version())));
        out.add(new Effect.Note(change.active() ? "replica is level, asks to mark it active" : "asks to mark a replica stale", change.member()));
    }
}
