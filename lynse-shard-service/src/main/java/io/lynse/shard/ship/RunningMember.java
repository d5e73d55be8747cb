package io.lynse.shard.ship;

import io.lynse.engine.CopyContents;
import io.lynse.engine.GivenUp;
import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.LogReader;
import io.lynse.error.LynseError;
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
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
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

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration HEARD = Duration.ofSeconds(5); // lately
    private static final int TICKS_PER_LOOK = 20; // one in so many ticks looks at the collections

    private static final Logger log = LoggerFactory.getLogger(RunningMember.class);

    private final MemberCore core;
    private final MemberLoop loop;
    private final NodeMembership membership;
    private final OwnState own;
    private final LongSupplier nanos;
    private final long begun;
    private final Requests requests = new Requests();
    private final Outgoings outgoings;
    private final MetadataAsks asks;

    private final LiveCopy copy;
    private int ticks;
    private boolean failed;
    private volatile @Nullable Fence serves;

    RunningMember(MemberCore core, MemberLoop loop, NodeMembership membership, OwnState own, Peers peers, GroupMetadata metadata, LongSupplier nanos) {
        this.core = core;
        this.loop = loop;
        this.membership = membership;
        this.own = own;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.outgoings = new Outgoings(to -> new Outgoing(to, peers, introduction(), this));
        this.asks = new MetadataAsks(metadata, loop::later, this::on);
        this.copy = new LiveCopy(loop, own.log());
    }

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
        return core.report(nanos.getAsLong());
    }

    /** @return whether this node leads the epoch that is meant, and so has heeded it */
    boolean handOver(Fence fence, boolean begin) {
        if (!core.situation().leads(fence.epoch())) return false;
        on(new Event.HandOver(begin));
        return true;
    }

    /** @return whether this node is a replica of that group and has seen no later epoch */
    boolean giveUpCopy(Fence fence) {
        Situation now = core.situation();
        Standing.Place place = now.standing().place();
        boolean follows = place != null && place.view().group().equals(fence.group()) && now.standing().seen().equals(fence.epoch()) && now.leading().equals(Epoch.NONE);
        if (follows) on(new Event.CopyDamaged(CopyState.DAMAGED, "an operator has it rebuilt"));
        return follows;
    }

    /** Whether this node leads others that are waited for: any of them could lead. */
    boolean leadsOthers() {
        MemberCore.ActiveMembers leading = core.leading();
        return leading != null && leading.counted().size() > 1;
    }

    void write(Fence fence, OwnWrite write, @Nullable WriteId id, int frames, long deadlineNanos) {
        if (!copy.isOf(write)) {
            write.answered(new Answer.Refused(new LynseError.Unavailable("this node's copy was just replaced by that of another member", RETRY_AFTER)));
            return;
        }
        long request = requests.add(write::answered, write::forgotten);
        on(new Event.Write(request, fence, id, write, frames, deadlineNanos));
    }

    void read(Fence fence, Event.Consistency consistency, long deadlineNanos, Consumer<Answer> answer, Consumer<String> lost) {
        on(new Event.Read(requests.add(answer, lost), fence, consistency, deadlineNanos));
    }

    void received(MemberImage from, ReplicationMessage message) {
        // On a full disk the log would wait for room, and with it this thread: what it cannot take is lost on its way, and comes again.
        OwnCopy now = copy.now();
        if (message instanceof Frame && (now == null || now.log().isStalled())) return;
        on(new Event.Received(from, message));
        if (message instanceof Ack ack && now != null && now == copy.now() && ack.epoch().equals(core.situation().leading())) {
            now.followers().confirmed(from, ack.durable());
        }
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Tick) look();
        core.on(event, nanos.getAsLong()).forEach(this::carryOut);
        serves = failed ? null : core.serves();
        OwnCopy now = copy.now();
        if (now != null) now.followers().under(core.situation().leading());
        own.refill().keepOnly(failed ? null : core.takesFiles());
    }

    /** What nobody tells. */
    private void look() {
        String reason = own.trouble();
        if (reason != null && !failed) failed(new IllegalStateException(reason));
        if (ticks++ % TICKS_PER_LOOK == 0) lookAtCollections();
        Lsn first = copy.trimmed();
        if (first != null) on(new Event.Trimmed(first));
    }

    /**
     * A copy that lacks a collection is given up where others have it. A primary that nobody could follow keeps what it has, and so does a
     * replica that hears no primary: it may have to take over, and what it lacks is one collection. Who drops the collection, or brings its files
     * back, finds a whole copy again.
     */
    private void lookAtCollections() {
        Standing.Place place = core.situation().standing().place();
        String damage = own.damage();
        if (damage == null || place == null) return;
        boolean leads = place.view().primary().is(place.uri(), core.situation().self());
        boolean replaceable = leads
                ? place.view().replicas().stream().anyMatch(replica -> replica.state().equals("active"))
                : nanos.getAsLong() - begun >= HEARD.toNanos() && report().silence().compareTo(HEARD) < 0; // which counts from the start
        if (replaceable) on(new Event.CopyDamaged(CopyState.DAMAGED, damage));
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
            case Effect.Force _ -> copy.log().requestSync();
            case Effect.AppendFrame(Frame frame) -> copy.require().open().take(frame);
            case Effect.Truncate(Lsn from) -> copy.truncate(from);
            case Effect.Apply(Lsn upTo) -> copy.commit(upTo);
            case Effect.Send(var to, var message) -> outgoings.send(to, message);
            case Effect.Ship(var to, var fence, long stream, Lsn from) -> {
                copy.dropHalfEntry(); // a half entry of another primary is none of this one's
                copy.require().followers().register(to);
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
        copy.end();
        own.refill().install(stream);
        ReplicatedLog now = own.log();
        if (now == null) throw new IllegalStateException("no engine opens from the files that were installed: " + own.lost());
        copy.become(now);
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
        copy.dropHalfEntry();
        write.append(lsn, epoch);
        outgoings.grown();
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

    /** When the loop has ended. */
    void close() {
        outgoings.close();
        requests.giveUp("the node is stopping");
        if (!failed) copy.dropHalfEntry();
    }

    // ---- for those who send

    @Override
    public LogReader read(Lsn from) {
        return copy.log().read(from);
    }

    @Override
    public Lsn committed() {
        return copy.committed();
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
