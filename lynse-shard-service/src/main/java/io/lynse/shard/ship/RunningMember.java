package io.lynse.shard.ship;

import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.DurabilityListener;
import io.lynse.engine.log.LogFailedException;
import io.lynse.engine.log.LogReader;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Situation;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.Outcome;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.WriteId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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

    private static final Logger log = LoggerFactory.getLogger(RunningMember.class);

    private final MemberCore core;
    private final MemberLoop loop;
    private final NodeMembership membership;
    private final @Nullable ReplicatedLog entries; // null: this node's copy is lost
    private final @Nullable OpenEntry open;
    private final @Nullable Followers followers;
    private final LongSupplier nanos;
    private final Supplier<@Nullable String> trouble;
    private final Requests requests = new Requests();
    private final Outgoings outgoings;
    private final MetadataAsks asks;

    private long cuts; // a force from before a cut says nothing of what came behind it
    private Lsn first = Lsn.NONE;
    private String wantsFiles = "";
    private boolean failed;
    private volatile Lsn committed = Lsn.NONE;
    private volatile @Nullable Fence serves;

    /**
     * @param entries null: this node's copy is lost, it takes part without one
     * @param trouble why this node applies nothing any more; null: all is well
     */
    RunningMember(
            MemberCore core, MemberLoop loop, NodeMembership membership, @Nullable ReplicatedLog entries, Peers peers, GroupMetadata metadata,
            LongSupplier nanos, Supplier<@Nullable String> trouble) {
        this.core = core;
        this.loop = loop;
        this.membership = membership;
        this.entries = entries;
        this.open = entries == null ? null : new OpenEntry(entries);
        this.followers = entries == null ? null : new Followers(entries);
        this.nanos = nanos;
        this.trouble = trouble;
        this.outgoings = new Outgoings(to -> new Outgoing(to, peers, introduction(), this));
        this.asks = new MetadataAsks(metadata, loop::later, this::on);
        if (entries != null) hearOf(entries);
    }

    private void hearOf(ReplicatedLog from) {
        committed = from.appliedLsn();
        first = from.firstLsn();
        from.listen(new DurabilityListener() {
            @Override
            public void durable(Lsn upTo) {
                long seen = cutsSeen;
                loop.later(() -> {
                    if (seen == cuts) on(new Event.Forced(upTo));
                });
            }

            @Override
            public void failed(LogFailedException cause) {
                loop.event(new Event.DiskFailed(String.valueOf(cause.getMessage())));
            }
        });
        from.listenApplied((lsn, id, remembered) -> {
            WriteId known = id.equals(io.lynse.engine.WriteId.NONE) ? null : new WriteId(id.high(), id.low());
            loop.event(new Event.Applied(lsn, known, new Done(remembered)));
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
        if (wantsFiles.isEmpty() || !report.trouble().isEmpty()) return report;
        return new MemberReport(
                report.role(), report.leads(), report.seen(), report.led(), report.lastEpoch(), report.last(), report.applied(), report.silence(),
                report.refused(), report.handedOver(), report.copy(), report.divergence(), wantsFiles);
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
        if (message instanceof Frame && (entries == null || entries.isStalled())) return;
        on(new Event.Received(from, message));
        if (message instanceof Ack ack && followers != null && ack.epoch().equals(core.situation().leading())) followers.confirmed(from, ack.durable());
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Tick) look();
        core.on(event, nanos.getAsLong()).forEach(this::carryOut);
        serves = failed ? null : core.serves();
        if (followers != null) followers.under(core.situation().leading());
    }

    /** What nobody tells. */
    private void look() {
        String reason = trouble.get();
        if (reason != null && !failed) failed(new IllegalStateException(reason));
        if (entries == null || entries.firstLsn().equals(first)) return;
        first = entries.firstLsn();
        on(new Event.Trimmed(first));
    }

    @Override
    public void failed(Throwable cause) {
        if (failed) return;
        failed = true;
        serves = null;
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
                if (followers != null) followers.register(to);
                outgoings.ship(to, fence, stream, from);
            }
            case Effect.StopShipping(var to) -> outgoings.stopShipping(to);
            case Effect.Propose(var command) -> asks.ask(place().view().group(), command);
            case Effect.ReadGroup _ -> asks.ask(place().view().group(), null);
            case Effect.Reply(long request, var answer) -> requests.answer(request, answer);
            case Effect.Note(String what, var whom) -> note(what, whom);
            case Effect.FetchFiles(var from, _, _) -> wantsFiles =
                    "its log cannot go on from that of " + from + ", which no longer has the entries between them or has others: it needs a copy of the files";
            // Whoever lost its copy finds that again at each start; nothing else is given up before there are checksums and file copies.
            case Effect.GiveUp(var state, String reason) -> log.atWarn().addKeyValue("copy", state.text()).addKeyValue("reason", reason).log("copy given up");
            case Effect.InstallFiles _, Effect.AppendChecksum _, Effect.Verify _ ->
                throw new IllegalStateException(effect + " follows from what this node never does");
        }
    }

    private void persist(Standing standing) {
        Situation now = core.situation();
        membership.become(new Situation(now.self(), standing, now.leading()));
        Standing.Place place = standing.place();
        if (place != null) outgoings.keepOnly(Views.members(place.view()));
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
        wantsFiles = "";
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

    private ReplicatedLog log() {
        if (entries == null) throw new IllegalStateException("this node's copy is lost");
        return entries;
    }

    private OpenEntry open() {
        if (open == null) throw new IllegalStateException("this node's copy is lost");
        return open;
    }

    /** When the loop has ended. */
    void close() {
        outgoings.close();
        requests.giveUp("the node is stopping");
        if (open != null && !failed) open.drop();
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
