package io.lynse.shard.replication;

import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.MembershipPolicy;
import io.lynse.shard.membership.MembershipPolicy.FenceDecision;
import io.lynse.shard.membership.MembershipPolicy.ViewDecision;
import io.lynse.shard.membership.Situation;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.ReplicationMessage.Fenced;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.Outvoted;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of a shard group: follows its primary, or leads. One event at a time, with the time at which it happened; the
 * effects are carried out in order before the next one (see {@link Effect}). Not safe for use by several threads.
 */
public final class MemberCore {

    private final ReplicationSettings settings;
    private final MemberLog log;
    private final OwnSums sums = new OwnSums();
    private final FollowerReads reads = new FollowerReads();

    private Situation now;
    private @Nullable Primary primary;
    private @Nullable Following following;
    private @Nullable String failure;
    private CopyState copy = CopyState.WHOLE;
    private String damage = "";
    private long askedToReadAt;
    private long knockedAt;
    private long heardAt; // the primary of the newest epoch, or since when it could have been heard

    /**
     * @param stored what the node kept of its place in the world
     * @param found  what its disk holds
     * @param nanos  monotonic, as in {@link #on}
     */
    public MemberCore(ReplicationSettings settings, NodeId self, Standing stored, MemberLog.Found found, long nanos) {
        this.settings = settings;
        this.log = new MemberLog(found, settings.rememberedLsns());
        this.now = Situation.started(self, stored);
        this.heardAt = nanos;
        this.knockedAt = nanos;
    }

    /** @param nanos monotonic; never less than at the event before */
    public List<Effect> on(Event event, long nanos) {
        var out = new Effects();
        switch (event) {
            case Event.Applied(Lsn lsn, var id, var outcome) -> {
                if (copy == CopyState.LOST) break;
                log.applied(lsn, id, outcome);
                if (primary != null) primary.applied(lsn, outcome, out);
                if (following != null) following.applied(out);
            }
            case Event.Forced(Lsn upTo) -> {
                if (failure != null || copy == CopyState.LOST) break; // what a failed force left on disk is unknown
                log.forced(upTo);
                if (primary != null) primary.forced(nanos, out);
                if (following != null) following.forced(out);
            }
            case Event.Received(var from, var message) -> received(from, message, nanos, out);
            case Event.Write write -> write(write, nanos, out);
            case Event.Read read -> read(read, nanos, out);
            case Event.ViewSeen(var view, String uri) -> view(view, uri, nanos, out);
            case Event.GroupRead(var group) -> group(group, nanos, out);
            case Event.GroupUnknown() -> {} // asked again in time
            case Event.ConnectionRefused(var to) -> {
                if (primary != null) primary.connectionRefused(to, nanos, out);
                if (following != null) following.connectionRefused(to);
            }
            case Event.DiskFailed(String reason) -> {
                failure = reason;
                stepDown(reason, out);
                forgetPrimary(reason, out);
            }
            // Whoever began another stream meanwhile must not lose what it took there.
            case Event.FilesFetched fetched -> {
                if (following != null && following.filesFetched(fetched, out)) {
                    copy = CopyState.WHOLE;
                    damage = "";
                }
            }
            case Event.Summed(Lsn lsn, Checksum sum) -> {
                if (copy != CopyState.WHOLE) break;
                sums.summed(lsn, sum);
                if (primary != null) primary.summed(lsn, nanos, out);
                if (following != null) following.knows(lsn, out);
            }
            case Event.Verified(Lsn lsn) -> {
                sums.verified(lsn);
                if (primary != null) primary.verified(out);
                if (following != null) following.knows(lsn, out);
            }
            case Event.CopyDamaged(var state, String reason) -> damaged(state, reason, out);
            case Event.Trimmed(Lsn first) -> log.trimmedTo(first);
            case Event.HandOver(boolean begin) -> {
                if (primary != null) primary.handOver(begin, nanos);
            }
            case Event.Tick() -> tick(nanos, out);
        }
        if (primary != null && primary.isOutvoted()) damaged(CopyState.DAMAGED, "most members have another state", out);
        return out.all();
    }

    public MemberReport report(long nanos) {
        MembershipPolicy.Report told = MembershipPolicy.report(now);
        return new MemberReport(
                told.role(),
                primary != null,
                now.standing().seen(),
                now.standing().led(),
                log.history().lastEpoch(),
                log.last(),
                log.applied(),
                primary != null ? Duration.ZERO : Duration.ofNanos(nanos - heardAt),
                following != null && following.refused(),
                primary != null && primary.handedOver(),
                failure != null ? CopyState.UNCERTAIN : copy,
                primary == null ? null : primary.divergence(),
                failure != null ? failure : copy != CopyState.WHOLE ? damage : told.trouble());
    }

    /** What this node is. Its standing is on disk when the effects of the last event are carried out. */
    public Situation situation() {
        return now;
    }

    /** Why {@link Event.ViewSeen} would change nothing and should not; null: there is no reason. */
    public @Nullable String refuses(GroupView view, String uri) {
        return MembershipPolicy.onView(now, view, uri, holdsUnknown()) instanceof ViewDecision.Refuse(var reason) ? reason : null;
    }

    /** What a default read must name to be served here at once, as {@link Event.Read} would; null: none is. */
    public @Nullable Fence serves() {
        Standing.Place place = now.standing().place();
        Primary leading = primary;
        if (leading == null || place == null || failure != null || !leading.servesReads()) return null;
        return new Fence(place.view().group(), leading.epoch());
    }

    /** The members whom this node waits for before it commits, while it leads; null: it does not. For status pages and tests. */
    public @Nullable ActiveMembers leading() {
        return primary == null ? null : new ActiveMembers(primary.epoch(), primary.committed(), List.copyOf(primary.set().counted()));
    }

    /** @param committed up to here, by this primary */
    public record ActiveMembers(Epoch epoch, Lsn committed, List<MemberImage> counted) {}

    /** For which stream files are fetched, or were and are installed next; null: for none, as what was asked for is wanted no more. */
    public @Nullable FilesWanted takesFiles() {
        Following now = following;
        return now != null && now.takesFiles() ? new FilesWanted(now.epoch(), now.stream()) : null;
    }

    /** See {@link Effect.FetchFiles}. */
    public record FilesWanted(Epoch epoch, long stream) {}

    private void received(MemberImage from, ReplicationMessage message, long nanos, Effects out) {
        Standing standing = now.standing();
        Epoch epoch = message.epoch();
        Standing.Place place = standing.place();
        if (failure != null || place == null) return; // it says nothing, like a dead one; or was not made a member yet
        if (!message.fence().group().equals(place.view().group())) {
            // The disk here is of another group than the sender believes: its epochs and streams are not this group's.
            out.add(new Effect.Note("refused a message of shard group " + message.fence().group() + ", this disk belongs to " + place.view().group(), from));
            return;
        }
        if (message instanceof Fenced) {
            if (epoch.compareTo(standing.seen()) > 0) see(epoch, "epoch " + epoch + " has begun", out);
            return;
        }
        if (epoch.compareTo(standing.seen()) < 0) {
            out.add(new Effect.Note("refused a message of epoch " + epoch + ", has seen " + standing.seen(), from));
            out.send(from, new Fenced(new Fence(place.view().group(), standing.seen())));
            return;
        }
        if (message instanceof Outvoted outvoted) {
            if (following != null && from.equals(following.primary()) && following.concerns(outvoted)) {
                damaged(CopyState.DAMAGED, "most members have another state at LSN " + outvoted.lsn(), out);
            }
        } else if (message instanceof Hello hello) {
            greeted(from, hello, nanos, out);
        } else if (primary != null && epoch.equals(primary.epoch())) {
            primary.received(from, message, nanos, out);
        } else if (following != null && epoch.equals(following.epoch()) && from.equals(following.primary())) {
            heardAt = nanos;
            following.received(message, nanos, out);
        }
    }

    private void greeted(MemberImage from, Hello hello, long nanos, Effects out) {
        Standing.Place place = now.standing().place();
        if (place != null && !place.uri().equals(hello.to().uri())) {
            // A copy of another member's disk: this log is not the one that the primary means.
            out.add(new Effect.Note("refused a stream for " + hello.to() + ", this disk belongs to the member at " + place.uri(), from));
            return;
        }
        if (primary != null && primary.epoch().equals(hello.epoch())) return; // none other leads this epoch
        heardAt = nanos;
        if (hello.epoch().compareTo(now.standing().seen()) > 0) see(hello.epoch(), "epoch " + hello.epoch() + " has begun", out);
        boolean late = following != null && following.epoch().equals(hello.epoch()) && following.stream() >= hello.stream();
        if (!late) following = new Following(settings, from, hello, log, sums, reads, copy == CopyState.WHOLE, out);
    }

    private void write(Event.Write write, long nanos, Effects out) {
        if (servesNothing(write.request(), write.fence(), out)) return;
        switch (fence(write.fence(), out)) {
            case FenceDecision.Serve _ -> requireLeading().write(write, nanos, out);
            case FenceDecision.Refuse(var error) -> out.reply(write.request(), new Answer.Refused(error));
            case FenceDecision.StepDown(_, var error) -> out.reply(write.request(), new Answer.Refused(error));
        }
    }

    private void read(Event.Read read, long nanos, Effects out) {
        if (servesNothing(read.request(), read.fence(), out)) return;
        if (read.consistency() == Event.Consistency.UNCONFIRMED) {
            unconfirmed(read, out);
            return;
        }
        switch (fence(read.fence(), out)) {
            case FenceDecision.Serve _ -> requireLeading().read(read, nanos, out);
            case FenceDecision.StepDown(_, var error) -> out.reply(read.request(), new Answer.Refused(error));
            case FenceDecision.Refuse(var error) -> {
                Following from = following;
                if (from != null && from.isRunning() && from.epoch().equals(read.fence().epoch()) && read.consistency() == Event.Consistency.DEFAULT) {
                    askedToReadAt = nanos;
                    from.askToRead(reads.add(read), out);
                } else {
                    out.reply(read.request(), new Answer.Refused(error));
                }
            }
        }
    }

    /** Of whatever epoch: who asks so has nobody left to ask which one is the newest. Who was stale the last time it heard of itself may lack much more. */
    private void unconfirmed(Event.Read read, Effects out) {
        Standing.Place place = now.standing().place();
        boolean complete = place != null && place.view().group().equals(read.fence().group()) && place.isActive(now.self());
        out.reply(read.request(), complete
                ? new Answer.Readable(log.applied())
                : new Answer.Refused(new LynseError.NotPrimary(read.fence().group(), "it was no active member of the group when it last heard of it")));
    }

    /** Whether the request is refused because there is nothing here to serve it from. */
    private boolean servesNothing(long request, Fence fence, Effects out) {
        String reason = failure != null ? failure : copy == CopyState.LOST ? damage : null;
        if (reason != null) out.reply(request, new Answer.Refused(new LynseError.NotPrimary(fence.group(), reason)));
        return reason != null;
    }

    /**
     * The copy is given up: a replica takes files instead. A primary goes on with what it can read until a member whose copy is whole
     * leads; there may be none. Only from a lost copy nothing can be served.
     */
    private void damaged(CopyState state, String reason, Effects out) {
        if (state.compareTo(copy) <= 0) return;
        copy = state;
        damage = reason;
        out.add(new Effect.GiveUp(state, reason));
        out.add(new Effect.Note("its copy is " + state.text() + ": " + reason, null));
        if (state == CopyState.LOST) {
            stepDown(reason, out);
            log.replacedBy(MemberLog.Found.NOTHING);
        }
        if (primary != null) primary.damaged();
        if (following != null) following.gone(out);
        Standing.Place place = now.standing().place();
        if (place != null) reads.giveUp(place.view().group(), reason, out);
    }

    /** Judges a request's epoch; what a later one teaches is on disk before the answer. */
    private FenceDecision fence(Fence fence, Effects out) {
        FenceDecision decision = MembershipPolicy.onFence(now, fence, MembershipPolicy.Purpose.WRITE);
        if (decision instanceof FenceDecision.StepDown(var next, _)) see(next.standing().seen(), "a request knows epoch " + next.standing().seen(), out);
        return decision;
    }

    private void view(GroupView view, String uri, long nanos, Effects out) {
        switch (MembershipPolicy.onView(now, view, uri, holdsUnknown())) {
            case ViewDecision.Keep() -> {}
            case ViewDecision.Refuse(var reason) -> out.add(new Effect.Note("view refused: " + reason, null));
            case ViewDecision.Adopt(var next) -> adopt(next, view, nanos, out);
        }
    }

    private boolean holdsUnknown() {
        return now.standing().place() == null && !log.last().equals(Lsn.NONE);
    }

    private void adopt(Situation next, GroupView view, long nanos, Effects out) {
        Epoch before = now.leading();
        if (next.standing().seen().compareTo(now.standing().seen()) > 0) heardAt = nanos;
        out.add(new Effect.Persist(next.standing()));
        if (next.leading().equals(before)) {
            now = next;
            if (primary != null) primary.hint(view.version());
            if (following != null && following.epoch().compareTo(next.standing().seen()) < 0) forgetPrimary("epoch " + next.standing().seen() + " has begun", out);
            return;
        }
        stepDown("epoch " + view.primaryEpoch() + " has begun", out);
        now = next;
        forgetPrimary("epoch " + view.primaryEpoch() + " has begun", out);
        if (next.leading().equals(Epoch.NONE) || failure != null || copy == CopyState.LOST) return;
        var self = new MemberImage(view.primary().uri(), next.self());
        primary = new Primary(settings, view.durability(), self, image(view, self), log, sums, nanos, out);
        if (copy != CopyState.WHOLE) primary.damaged(); // it was chosen before this was known
        out.add(new Effect.Note("leads epoch " + next.leading() + " from LSN " + log.last(), self));
    }

    private void group(ShardGroupImage group, long nanos, Effects out) {
        if (primary == null || !primary.epoch().equals(group.epoch())) {
            // A read brings no view, and so no place in the group; but the epoch is over.
            if (group.epoch().compareTo(now.standing().seen()) > 0) see(group.epoch(), "epoch " + group.epoch() + " has begun", out);
            return;
        }
        primary.learn(group, nanos, out);
    }

    private void tick(long nanos, Effects out) {
        if (primary != null) primary.tick(nanos, out);
        reads.expire(nanos, out);
        long beat = settings.heartbeat().toNanos();
        if (following != null && nanos - heardAt >= 2 * beat && nanos - knockedAt >= beat) {
            knockedAt = nanos;
            following.knock(out);
        }
        if (following != null && reads.isWaiting() && nanos - askedToReadAt >= settings.retry().toNanos()) {
            askedToReadAt = nanos;
            following.askToRead(reads.round(), out);
        }
    }

    /** A later epoch exists: kept on disk, and this node leads no more. */
    private void see(Epoch epoch, String reason, Effects out) {
        Standing standing = now.standing();
        Situation next = new Situation(now.self(), new Standing(standing.place(), epoch, standing.led()), Epoch.NONE);
        out.add(new Effect.Persist(next.standing()));
        stepDown(reason, out);
        now = next;
        forgetPrimary(reason, out);
    }

    private void stepDown(String reason, Effects out) {
        Primary was = primary;
        if (was == null) return;
        primary = null;
        was.stepDown(reason, out);
        out.add(new Effect.Note("leads no more: " + reason, null));
    }

    private void forgetPrimary(String reason, Effects out) {
        following = null;
        Standing.Place place = now.standing().place();
        if (place != null) reads.giveUp(place.view().group(), reason, out);
    }

    private Primary requireLeading() {
        Primary leading = primary;
        if (leading == null) throw new IllegalStateException("the situation says that epoch " + now.leading() + " is led here");
        return leading;
    }

    private static ShardGroupImage image(GroupView view, MemberImage self) {
        return new ShardGroupImage(
                view.group(),
                self,
                view.primaryEpoch(),
                view.version(),
                view.replicas().stream()
                        .map(replica -> new ReplicaImage(
                                new MemberImage(replica.member().uri(), replica.member().nodeId()),
                                ReplicaState.named(replica.state()).orElse(ReplicaState.STALE)))
                        .toList());
    }
}
