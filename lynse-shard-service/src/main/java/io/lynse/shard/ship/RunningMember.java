package io.lynse.shard.ship;

import io.lynse.engine.CopyContents;
import io.lynse.engine.GivenUp;
import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.DurabilityListener;
import io.lynse.engine.log.LogFailedException;
import io.lynse.engine.log.LogReader;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Situation;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.EpochHistory;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberLog;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.Outcome;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.WriteId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of this node's replication, and its effects on log, disk, network and metadata, in their order. Everything happens on the
 * {@link MemberLoop}'s thread, except where others are told to look at {@link #serves}.
 */
final class RunningMember implements MemberLoop.Member, Outgoing.Node {

    /** What the protocol remembers of an applied entry: the result itself is the engine's to know. */
    private record Done(boolean isRemembered) implements Outcome {}

    private static final int TICKS_PER_LOOK = 20; // one in so many ticks looks at the collections

    private static final Logger log = LoggerFactory.getLogger(RunningMember.class);

    private final MemberCore core;
    private final MemberLoop loop;
    private final NodeMembership membership;
    private final OwnState own;
    private final LongSupplier nanos;
    private final Requests requests = new Requests();
    private final Outgoings outgoings;
    private final MetadataAsks asks;

    private long cuts; // a force from before a cut says nothing of what came behind it
    private Lsn first = Lsn.NONE;
    private int ticks;
    private boolean failed;
    private volatile @Nullable OwnCopy copy; // null: this node's copy is lost
    private volatile Lsn committed = Lsn.NONE;
    private volatile @Nullable Fence serves;

    RunningMember(MemberCore core, MemberLoop loop, NodeMembership membership, OwnState own, Peers peers, GroupMetadata metadata, LongSupplier nanos) {
        this.core = core;
        this.loop = loop;
        this.membership = membership;
        this.own = own;
        this.nanos = nanos;
        this.outgoings = new Outgoings(to -> new Outgoing(to, peers, introduction(), this));
        this.asks = new MetadataAsks(metadata, loop::later, this::on);
        ReplicatedLog found = own.log();
        if (found != null) hearOf(OwnCopy.of(found));
    }

    /** That copy is this node's from now on: what is still told of another one is dropped. */
    private void hearOf(OwnCopy now) {
        copy = now;
        committed = now.log().appliedLsn();
        first = now.log().firstLsn();
        now.log().listen(new DurabilityListener() {
            @Override
            public void durable(Lsn upTo) {
                long seen = cutsSeen;
                loop.later(() -> {
                    if (now == copy && seen == cuts) on(new Event.Forced(upTo));
                });
            }

            @Override
            public void failed(LogFailedException cause) {
                loop.later(() -> {
                    if (now == copy) on(new Event.DiskFailed(String.valueOf(cause.getMessage())));
                });
            }
        });
        now.log().listenApplied((lsn, id, remembered) -> {
            WriteId known = id.equals(io.lynse.engine.WriteId.NONE) ? null : new WriteId(id.high(), id.low());
            loop.later(() -> {
                if (now == copy) on(new Event.Applied(lsn, known, new Done(remembered)));
            });
        });
    }

    private volatile long cutsSeen; // as cuts, for the log's thread

    /** What a default read must name to be answered here at once; null: none. Safe for use by several threads. */
    @Nullable Fence serves() {
        return serves;
    }

    /** @return why the view is refused; empty: it is not */
    Optional<String> see(GroupView view, String uri) {
        asks.seen(view);
        Optional<String> refusal = Optional.ofNullable(core.refuses(view, uri));
        // Without a place where its set can be changed, a primary must count in nobody: it could never leave out whom it counts.
        boolean alone = view.owners().isEmpty();
        GroupView shown = alone ? view.withReplicas(view.replicas().stream().filter(replica -> replica.state().equals("active")).toList()) : view;
        on(new Event.ViewSeen(shown, uri));
        return refusal;
    }

    MemberReport report() {
        MemberReport report = core.report(nanos.getAsLong());
        String refill = own.refill().told();
        if (refill.isEmpty()) return report;
        String trouble = report.trouble().isEmpty() ? refill : report.trouble() + "; " + refill;
        return new MemberReport(
                report.role(), report.leads(), report.seen(), report.led(), report.lastEpoch(), report.last(), report.applied(), report.silence(),
                report.refused(), report.handedOver(), report.copy(), report.divergence(), trouble);
    }

    void write(Fence fence, OwnWrite write, @Nullable WriteId id, int frames, long deadlineNanos) {
        long request = requests.add(answer -> write.answered(answer, log()), write::forgotten);
        on(new Event.Write(request, fence, id, write, frames, deadlineNanos));
    }

    void read(Fence fence, long deadlineNanos, Consumer<Answer> answer, Consumer<String> lost) {
        on(new Event.Read(requests.add(answer, lost), fence, Event.Consistency.DEFAULT, deadlineNanos));
    }

    void received(MemberImage from, ReplicationMessage message) {
        // On a full disk the log would wait for room, and with it this thread: what it cannot take is lost on its way, and comes again.
        OwnCopy now = copy;
        if (message instanceof Frame && (now == null || now.log().isStalled())) return;
        on(new Event.Received(from, message));
        if (message instanceof Ack ack && now != null && now == copy && ack.epoch().equals(core.situation().leading())) {
            now.followers().confirmed(from, ack.durable());
        }
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Tick) look();
        core.on(event, nanos.getAsLong()).forEach(this::carryOut);
        serves = failed ? null : core.serves();
        OwnCopy now = copy;
        if (now != null) now.followers().under(core.situation().leading());
        own.refill().keepOnly(failed ? null : core.takesFiles());
    }

    /** What nobody tells. */
    private void look() {
        String reason = own.trouble();
        if (reason != null && !failed) failed(new IllegalStateException(reason));
        if (ticks++ % TICKS_PER_LOOK == 0) lookAtCollections();
        OwnCopy now = copy;
        if (now == null || now.log().firstLsn().equals(first)) return;
        first = now.log().firstLsn();
        on(new Event.Trimmed(first));
    }

    /**
     * A copy that lacks a collection is given up where others have it. A primary that nobody could follow keeps what it has: who drops the
     * collection, or brings its files back, finds a whole copy again.
     */
    private void lookAtCollections() {
        Standing.Place place = core.situation().standing().place();
        String damage = own.damage();
        if (damage == null || place == null) return;
        boolean leads = place.view().primary().is(place.uri(), core.situation().self());
        if (!leads || place.view().replicas().stream().anyMatch(replica -> replica.state().equals("active"))) on(new Event.CopyDamaged(CopyState.DAMAGED, damage));
    }

    @Override
    public void failed(Throwable cause) {
        if (failed) return;
        failed = true;
        serves = null;
        own.refill().keepOnly(null);
        for (Effect effect : core.on(new Event.DiskFailed(String.valueOf(cause.getMessage())), nanos.getAsLong())) {
            if (effect instanceof Effect.Reply || effect instanceof Effect.Note || effect instanceof Effect.StopShipping) carryOut(effect);
        }
        requests.giveUp(String.valueOf(cause.getMessage()));
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Persist(Standing standing) -> persist(standing);
            case Effect.Append(Lsn lsn, Epoch epoch, _, var payload, _) -> append(lsn, epoch, (OwnWrite) payload);
            case Effect.Force _ -> log().requestSync();
            case Effect.AppendFrame(Frame frame) -> open().take(frame);
            case Effect.Truncate(Lsn from) -> truncate(from);
            case Effect.Apply(Lsn upTo) -> {
                log().commitUpTo(upTo);
                committed = upTo;
            }
            case Effect.Send(var to, var message) -> outgoings.send(to, message);
            case Effect.Ship(var to, var fence, long stream, Lsn from) -> {
                open().drop(); // a half entry of another primary is none of this one's
                copy().followers().register(to);
                outgoings.ship(to, fence, stream, from);
            }
            case Effect.StopShipping(var to) -> outgoings.stopShipping(to);
            case Effect.Propose(var command) -> asks.ask(place().view().group(), command);
            case Effect.ReadGroup _ -> asks.ask(place().view().group(), null);
            case Effect.Reply(long request, var answer) -> requests.answer(request, answer);
            case Effect.Note(String what, var whom) -> note(what, whom);
            case Effect.FetchFiles(var from, var epoch, long stream) -> fetch(from, epoch, stream);
            case Effect.InstallFiles(_, long stream) -> install(stream);
            case Effect.GiveUp(var state, String reason) -> own.giveUp(new GivenUp(state, reason));
            case Effect.AppendChecksum _, Effect.Verify _ -> throw new IllegalStateException(effect + " follows from what this node never does");
        }
    }

    private void fetch(MemberImage from, Epoch epoch, long stream) {
        Fence fence = new Fence(place().view().group(), epoch);
        Consumer<CopyContents> fetched = contents -> loop.event(new Event.FilesFetched(
                epoch, stream, new MemberLog.Found(contents.firstLsn(), new EpochHistory(contents.epochs()), contents.applied(), Map.of(), Map.of())));
        own.refill().fetch(from.uri(), fence, stream, fetched, cause -> loop.later(() -> failed(cause)));
    }

    private void install(long stream) {
        OwnCopy before = copy;
        if (before != null) before.open().drop();
        copy = null; // its log ends: what it says of that is no news
        own.refill().install(stream);
        ReplicatedLog now = own.log();
        if (now == null) throw new IllegalStateException("no engine opens from the files that were installed: " + own.lost());
        hearOf(OwnCopy.of(now));
    }

    private void persist(Standing standing) {
        Situation now = core.situation();
        membership.become(new Situation(now.self(), standing, now.leading()));
        Standing.Place place = standing.place();
        if (place == null) return;
        outgoings.keepOnly(Views.members(place.view()));
        if (place.isActive(now.self())) own.refill().level();
    }

    private void append(Lsn lsn, Epoch epoch, OwnWrite write) {
        open().drop();
        write.append(log(), lsn, epoch);
        outgoings.grown();
    }

    private void truncate(Lsn from) {
        open().drop();
        log().truncateFrom(from);
        // What the log's thread said of forces until now waits in the queue, and concerns entries that may be gone.
        cuts++;
        cutsSeen = cuts;
    }

    private void note(String what, @Nullable MemberImage whom) {
        var event = log.atInfo().addKeyValue("epoch_seen", core.situation().standing().seen());
        (whom == null ? event : event.addKeyValue("member", whom)).log(what);
    }

    private Standing.Place place() {
        Standing.Place place = core.situation().standing().place();
        if (place == null) throw new IllegalStateException("no member of any group");
        return place;
    }

    private Peers.Introduction introduction() {
        Standing.Place place = place();
        return new Peers.Introduction(place.view().clusterId(), place.view().group(), new MemberImage(place.uri(), core.situation().self()));
    }

    private OwnCopy copy() {
        OwnCopy now = copy;
        if (now == null) throw new IllegalStateException("this node's copy is lost");
        return now;
    }

    private ReplicatedLog log() {
        return copy().log();
    }

    private OpenEntry open() {
        return copy().open();
    }

    /** When the loop has ended. */
    void close() {
        outgoings.close();
        requests.giveUp("the node is stopping");
        OwnCopy now = copy;
        if (now != null && !failed) now.open().drop();
    }

    // ---- for those who send

    @Override
    public LogReader read(Lsn from) {
        return log().read(from);
    }

    @Override
    public Lsn committed() {
        return committed;
    }

    @Override
    public void refused(MemberImage by) {
        loop.event(new Event.ConnectionRefused(by));
    }

    @Override
    public void trimmed() {
        loop.later(this::look);
    }

    @Override
    public void damaged(String reason) {
        loop.later(() -> failed(new IllegalStateException(reason)));
    }
}
