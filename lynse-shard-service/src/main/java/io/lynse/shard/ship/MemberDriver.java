package io.lynse.shard.ship;

import io.lynse.engine.Applied;
import io.lynse.engine.CommitRule;
import io.lynse.engine.Engine;
import io.lynse.engine.GivenUp;
import io.lynse.engine.ParsedEntry;
import io.lynse.engine.ReplicatedLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.MembershipPolicy;
import io.lynse.shard.membership.MembershipPolicy.FenceDecision;
import io.lynse.shard.membership.MembershipPolicy.Purpose;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.recovery.CatchUpProgress;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.EpochHistory;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberLog;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationSettings;
import io.lynse.shard.replication.WriteId;
import io.lynse.wire.v1.MemberMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This node as a member of a shard group: writes, reads, views and the other members' messages go to its protocol core, from its first
 * view on. Until then the node is its own authority, and nothing of this is at work. Safe for use by several threads.
 */
public final class MemberDriver implements AutoCloseable {

    /**
     * Checksum entries are none of the log's yet, so there are none. Results are remembered by the engine; here only so many that a
     * request that comes again soon is not appended again.
     */
    public static final ReplicationSettings SETTINGS = settings(Duration.ofDays(36_500), 10_000);

    private static final int REQUESTS_MAX = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** How long a default read waits to be confirmed. Whoever asks may do better elsewhere; a primary that hangs confirms nothing. */
    private static final Duration CONFIRM_MAX = Duration.ofSeconds(1);

    private final Engine engine;
    private final NodeMembership membership;
    private final Newcomer newcomer;
    private final Refill refill;
    private final Peers peers;
    private final GroupMetadata metadata;
    private final ReplicationSettings settings;
    private final LongSupplier nanos;
    private final Semaphore requests = new Semaphore(REQUESTS_MAX);
    private final Leaving leaving;
    private volatile @Nullable Running running;
    private boolean closed;

    private record Running(MemberLoop loop, RunningMember member) {}

    /** What a probe brings back. @param refusal why its view is not followed; empty: it is, or was no newer one */
    public record Seen(Optional<String> refusal, MemberReport report) {}

    private static ReplicationSettings settings(Duration checksumInterval, int rememberedLsns) {
        ReplicationSettings usual = ReplicationSettings.DEFAULT;
        return new ReplicationSettings(
                usual.replicationTimeout(), usual.heartbeat(), usual.retry(), usual.filesTimeout(), usual.handOverTimeout(), checksumInterval,
                usual.waitingWritesMax(), rememberedLsns, usual.applyLagMax());
    }

    private MemberDriver(
            Engine engine, NodeMembership membership, Refill refill, Peers peers, GroupMetadata metadata, ReplicationSettings settings, LongSupplier nanos) {
        this.engine = engine;
        this.membership = membership;
        this.newcomer = new Newcomer(engine, membership);
        this.refill = refill;
        this.peers = peers;
        this.metadata = metadata;
        this.settings = settings;
        this.nanos = nanos;
        this.leaving = new Leaving(nanos);
    }

    /**
     * Goes on from what the node is. Close it before the engine.
     *
     * @param refill closed with this
     * @param nanos  the monotonic clock
     */
    public static MemberDriver start(
            Engine engine, NodeMembership membership, Refill refill, Peers peers, GroupMetadata metadata, ReplicationSettings settings, LongSupplier nanos) {
        var driver = new MemberDriver(engine, membership, refill, peers, metadata, settings, nanos);
        if (membership.situation().standing().place() != null) driver.begin();
        else driver.newcomer.stayAlone();
        return driver;
    }

    private synchronized Running begin() {
        Running before = running;
        if (before != null) return before;
        if (closed) throw stopping();
        var own = new OwnState(engine, refill);
        ReplicatedLog log = own.log();
        if (log != null) log.commitBy(new CommitRule.WhenTold());
        var core = new MemberCore(settings, membership.self(), membership.situation().standing(), found(log), nanos.getAsLong());
        var loop = new MemberLoop(nanos);
        var member = new RunningMember(core, loop, membership, own, peers, metadata, nanos);
        loop.start(member);
        GivenUp bad = own.found();
        if (bad != null) loop.event(new Event.CopyDamaged(bad.state(), bad.reason()));
        var begun = new Running(loop, member);
        running = begun;
        return begun;
    }

    /** Write ids and results are left out: a request that comes again is found out by the engine when it applies it. */
    private static MemberLog.Found found(@Nullable ReplicatedLog log) {
        if (log == null) return MemberLog.Found.NOTHING;
        log.sync(log.lastLsn()).join();
        return new MemberLog.Found(log.firstLsn(), new EpochHistory(log.epochs()), log.appliedLsn(), Map.of(), Map.of());
    }

    /**
     * A coordinator shows the group, or only asks how this node is.
     *
     * @param view null: none
     * @param uri  the address under which the caller knows this node
     * @throws LynseException Unavailable if there is no answer by the deadline
     */
    public Seen see(@Nullable GroupView view, String uri, Deadline deadline) {
        if (view != null) leaving.probed();
        Running now = running;
        if (now == null) {
            if (view == null) return new Seen(Optional.empty(), newcomer.report());
            Optional<String> refusal = prepareToJoin(view, uri);
            if (refusal.isPresent()) return new Seen(refusal, newcomer.report());
            now = begin();
        }
        RunningMember member = now.member();
        return await(now.loop().ask(() -> new Seen(view == null ? Optional.empty() : member.see(view, uri), member.report())), deadline);
    }

    private synchronized Optional<String> prepareToJoin(GroupView view, String uri) {
        return running != null ? Optional.empty() : newcomer.prepareToJoin(view, uri);
    }

    /**
     * Whether a write with this fence could be taken now, as far as that can be told at once.
     * @throws LynseException StaleEpoch, NotPrimary
     */
    public void requireLeading(Fence fence) {
        if (MembershipPolicy.onFence(membership.situation(), fence, Purpose.WRITE) instanceof FenceDecision.Refuse(LynseError error)) {
            throw new LynseException(error);
        }
    }

    /**
     * Writes an entry.
     *
     * @param memory   where it lies; kept until nobody needs it
     * @param deadline of whoever waits
     * @return completes when the entry is committed and applied, on the thread that applies; a request that came before, by its write id,
     *         gets what the first one got. Fails with LynseException: OutcomeUnknown if it was appended and nobody knows more; all
     *         others say that it was not
     */
    public CompletableFuture<Applied> write(Fence fence, ParsedEntry entry, RequestMemory memory, Deadline deadline) {
        requireLeading(fence);
        Running now = running;
        if (now == null) throw new LynseException(new LynseError.NotPrimary(fence.group(), "this node has not adopted a view of any shard group"));
        takeRequest();
        OwnWrite write;
        try {
            write = new OwnWrite(engine.log(), entry, memory);
        } catch (RuntimeException refused) {
            requests.release();
            throw refused;
        }
        io.lynse.engine.WriteId id = entry.decoded().writeId();
        WriteId known = id.equals(io.lynse.engine.WriteId.NONE) ? null : new WriteId(id.high(), id.low());
        int frames = Math.max(1, (entry.payload().remaining() + MessageWire.FRAME_BYTES_MAX - 1) / MessageWire.FRAME_BYTES_MAX);
        long until = nanos.getAsLong() + deadline.remainingNanos();
        now.loop().later(() -> now.member().write(fence, write, known, frames, until));
        return write.result().whenComplete((done, failed) -> requests.release());
    }

    /**
     * Waits until a read with this fence may be answered here: all that was acknowledged before is applied. A replica has that confirmed by
     * its primary; whoever asks for no confirmation gets what is applied.
     * @throws LynseException StaleEpoch, NotPrimary; Unavailable if it is not confirmed soon, or if this node's copy is lost
     */
    public void read(Fence fence, Consistency consistency, Deadline deadline) {
        String lost = engine.quarantine();
        if (lost != null) throw new LynseException(new LynseError.Unavailable(lost, RETRY_AFTER));
        Running now = running;
        if (now == null) {
            throw new LynseException(new LynseError.NotPrimary(fence.group(), "this node has not adopted a view of any shard group"));
        }
        if (consistency != Consistency.STRONG && fence.equals(now.member().serves())) return;
        if (consistency == Consistency.DEFAULT && mayReadUnpromoted(fence)) return;
        takeRequest();
        try {
            var answer = new CompletableFuture<Answer>();
            // A strong read waits longer: a replica that is gone must have been left out before.
            Deadline wait = consistency == Consistency.STRONG ? deadline : deadline.atMost(CONFIRM_MAX);
            long until = nanos.getAsLong() + wait.remainingNanos();
            now.loop().later(() -> now.member().read(fence, consistency, until, answer::complete, reason -> answer.complete(new Answer.Unknown(reason))));
            switch (await(answer, deadline)) {
                case Answer.Readable _ -> {}
                case Answer.Refused(LynseError error) -> throw new LynseException(error);
                case Answer.Unknown(String reason) -> throw new LynseException(new LynseError.Unavailable(reason, RETRY_AFTER));
                case Answer.Written _ -> throw new IllegalStateException("a read is not answered by that it is written");
            }
        } finally {
            requests.release();
        }
    }

    /** A restarted primary that never had a replica has everything that was acknowledged: nobody else could have taken a write meanwhile. */
    private boolean mayReadUnpromoted(Fence fence) {
        Standing.Place place = membership.situation().standing().place();
        return place != null && place.view().replicas().isEmpty() && engine.quarantine() == null
                && MembershipPolicy.onFence(membership.situation(), fence, Purpose.READ) instanceof FenceDecision.Serve
                && engine.appliedLsn().equals(engine.lastLsn());
    }

    /**
     * Takes no new write, so that another member can lead, and waits until everything is committed; or goes on.
     *
     * @param begin false: the switchover was given up
     * @return whether it has handed over: all is committed. False also at the deadline, where it is still on its way
     * @throws LynseException StaleEpoch, NotPrimary
     */
    public boolean handOver(Fence fence, boolean begin, Deadline deadline) {
        requireLeading(fence);
        Running now = running;
        if (now == null || !await(now.loop().ask(() -> now.member().handOver(fence, begin)), deadline)) {
            throw new LynseException(new LynseError.NotPrimary(fence.group(), "it leads no more"));
        }
        return begin && Leaving.until(() -> await(now.loop().ask(now.member()::report), deadline).handedOver(), deadline);
    }

    /**
     * An operator wants this replica's copy rebuilt: it is given up, and filled from files.
     * @throws LynseException Conflict if this node leads, or does not follow the group in that epoch yet
     */
    public void giveUpCopy(Fence fence, Deadline deadline) {
        Running now = running;
        if (now == null || !await(now.loop().ask(() -> now.member().giveUpCopy(fence)), deadline)) {
            throw new LynseException(new LynseError.Conflict("this node is no replica that follows shard group " + fence.group() + " in epoch " + fence.epoch()));
        }
    }

    /** Whether this node is being stopped. */
    public boolean isDraining() {
        return leaving.begun();
    }

    /**
     * Before the node stops: coordinators learn by their probes that another member should lead, and this waits until one does.
     * It does not wait where no other one could, nor where nobody probes any more.
     * @throws LynseException Unavailable if the member hangs
     */
    public void drain(Duration longest) {
        Running now = running;
        if (now == null) return;
        Deadline deadline = Deadline.after(longest);
        leaving.begin(() -> await(now.loop().ask(now.member()::leadsOthers), deadline), longest);
    }

    /** Whether messages of that group are for this node. */
    public boolean belongsTo(String clusterId, ShardGroupId group) {
        Standing.Place place = membership.situation().standing().place();
        return running != null && place != null && place.view().clusterId().equals(clusterId) && place.view().group().equals(group);
    }

    /**
     * Another member tells something.
     *
     * @param taken run when the message needs no memory any more: then another one may come
     * @throws IllegalArgumentException if it is no message
     */
    public void received(MemberImage from, MemberMessage message, Runnable taken) {
        Running now = running;
        if (now == null) return;
        ReplicationMessage read = MessageWire.message(message);
        now.loop().later(() -> {
            try {
                now.member().received(from, read);
            } finally {
                taken.run();
            }
        });
    }

    /** How far this node's copy by files is. */
    public CatchUpProgress catchUp() {
        return refill.progress();
    }

    private void takeRequest() {
        if (!requests.tryAcquire()) throw new LynseException(new LynseError.Overloaded("too many requests wait for this member", RETRY_AFTER));
    }

    private static <T> T await(CompletableFuture<T> answer, Deadline deadline) {
        try {
            return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new LynseException(new LynseError.Unavailable("this member did not answer in time", RETRY_AFTER), late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw stopping();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LynseException told) throw told;
            throw new IllegalStateException(failed.getCause());
        }
    }

    private static LynseException stopping() {
        return new LynseException(new LynseError.Unavailable("this node is stopping", RETRY_AFTER));
    }

    @Override
    public synchronized void close() {
        closed = true;
        Running now = running;
        if (now != null) {
            now.loop().close();
            now.member().close();
        }
        refill.close();
    }
}
