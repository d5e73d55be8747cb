package io.lynse.tests.simulation;

import io.lynse.error.LynseError;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationSettings;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One run of a node, from its start to its crash: the real core, and a shell that carries its effects out on simulated disk and network. */
final class SimProcess {

    private record Asked(Consumer<SimNode.NodeAnswer> reply, int key) {}

    private static final long TICK = 50 * World.MILLI;

    private final Simulation simulation;
    private final World world;
    private final Chance chance;
    private final SimNode node;
    private final MemberCore core;
    private final LogShipping shipping;

    private Rows rows;
    private long applied;
    private long applyTo;
    private boolean applying;
    private @Nullable SimDisk fetched;

    private boolean ended;
    private boolean diskFailed; // nothing is forced any more
    private boolean paused;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private long lastRequest;

    SimProcess(Simulation simulation, SimNode node, ReplicationSettings settings) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.chance = node.chance;
        this.node = node;
        SimDisk disk = node.disk;
        shipping = new LogShipping(simulation, node);
        rows = disk.rowsAtCheckpoint();
        applied = disk.checkpointLsn();
        applyTo = applied;
        core = new MemberCore(settings, disk.node, disk.standing, disk.found(), node.nanos());
        later(TICK, this::tick);
    }

    long applied() {
        return applied;
    }

    Rows rows() {
        return rows;
    }

    MemberCore.@Nullable ActiveMembers leading() {
        return core.leading();
    }

    /** Nothing that it began goes on. */
    void end() {
        ended = true;
    }

    boolean isPaused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        while (!held.isEmpty() && !paused && !ended) held.remove().run();
    }

    // ---- requests

    void view(GroupView view, Consumer<MemberReport> reply) {
        whenAwake(() -> {
            handle(new Event.ViewSeen(view, node.uri));
            if (!ended) reply.accept(report());
        });
    }

    void report(Consumer<MemberReport> reply) {
        whenAwake(() -> reply.accept(report()));
    }

    private MemberReport report() {
        MemberReport report = core.report(node.nanos());
        simulation.damage.reports(node, report);
        return report;
    }

    CopyState copy() {
        return core.report(node.nanos()).copy();
    }

    /** @param request makes the event from the number under which it will be answered */
    void ask(LongFunction<Event> request, int key, Consumer<SimNode.NodeAnswer> reply) {
        whenAwake(() -> {
            long number = ++lastRequest;
            asked.put(number, new Asked(reply, key));
            handle(request.apply(number));
        });
    }

    void receive(MemberImage from, ReplicationMessage message) {
        hear(new Event.Received(from, message));
    }

    void failDisk() {
        diskFailed = true;
        hear(new Event.DiskFailed("the disk fails"));
    }

    void hear(Event event) {
        whenAwake(() -> handle(event));
    }

    // ---- the shell

    private void tick() {
        handle(new Event.Tick());
        later(TICK, this::tick);
        SimDisk disk = node.disk;
        if (chance.of(0.02) && applied > disk.checkpointLsn() && disk.givenUp() == null) {
            disk.checkpoint(rows, applied);
            if (chance.of(simulation.trims)) {
                disk.trim();
                handle(new Event.Trimmed(new Lsn(disk.first())));
            }
        }
    }

    /** Whatever holds it up, this node's core hears the event now. */
    void handle(Event event) {
        if (event instanceof Event.Received(var from, var message)) node.group.damage.receives(node, from, message);
        for (Event heard : simulation.bug.events(node, event)) {
            if (ended) return;
            var effects = simulation.bug.effects(node, core.on(heard, node.nanos()));
            node.group.ghost.look(node);
            for (Effect effect : effects) {
                if (simulation.crashesAmid()) {
                    node.crash();
                    simulation.restartLater(node);
                    return;
                }
                carryOut(effect);
            }
        }
    }

    private void carryOut(Effect effect) {
        SimDisk disk = node.disk;
        switch (effect) {
            case Effect.Persist(var standing) -> disk.standing = standing;
            case Effect.Append(var lsn, var epoch, var id, var payload, int frames) -> {
                disk.append(new SimEntry(epoch, id, (SimEntry.Change) payload, frames));
                shipping.pumpAll();
            }
            case Effect.AppendFrame(Frame frame) -> {
                if (frame.last()) disk.append(entry(frame));
            }
            case Effect.AppendChecksum(Lsn lsn, Epoch epoch) -> {
                disk.append(SimEntry.checksum(epoch, lsn.value()));
                shipping.pumpAll();
            }
            case Effect.Verify(Lsn lsn) -> verify(lsn);
            case Effect.GiveUp(var state, String reason) -> {
                node.group.damage.givesUp(node, reason);
                disk.giveUp(state, reason);
            }
            case Effect.Force(Lsn upTo) -> force(upTo);
            case Effect.Truncate(Lsn from) -> {
                node.group.ghost.truncates(node, from.value());
                disk.truncateFrom(from.value());
                node.group.checkActive();
            }
            case Effect.Apply(Lsn upTo) -> applyUpTo(upTo.value());
            case Effect.Send(var to, var message) -> {
                if (message instanceof ReplicationMessage.Accept(_, _, Lsn keep)) begins(to, keep);
                node.note(10 + message.getClass().getSimpleName().length(), () -> "-> " + to + " " + message);
                MemberImage from = node.identity();
                simulation.toNode(node.address, to.uri(), receiver -> receiver.receive(from, message));
                if (simulation.network.refuses(node.address, host(to))) later(World.MILLI, () -> handle(new Event.ConnectionRefused(to)));
            }
            case Effect.Ship(var to, var fence, long stream, Lsn from) -> shipping.begin(to, fence, stream, from);
            case Effect.StopShipping(var to) -> shipping.stop(to);
            case Effect.Propose(var command) -> {
                node.group.damage.proposes(node, command);
                simulation.metadata(node, command, reply -> later(0, () -> handle(reply)));
            }
            case Effect.ReadGroup() -> simulation.metadata(node, null, reply -> later(0, () -> handle(reply)));
            case Effect.FetchFiles(var from, var epoch, long stream) ->
                later(chance.between(20 * World.MILLI, 300 * World.MILLI), () -> fetch(from, epoch, stream));
            case Effect.InstallFiles _ -> install();
            case Effect.Reply(long request, var answer) -> answer(request, answer);
            case Effect.Note(String what, var whom) -> node.note(20, () -> what + (whom == null ? "" : " (" + whom + ")"));
        }
    }

    private void begins(MemberImage follower, Lsn keep) {
        MemberCore.ActiveMembers leading = core.leading();
        if (leading != null) node.group.ghost.begins(follower, leading.counted().contains(follower), keep.value(), leading.committed().value());
    }

    private void force(Lsn upTo) {
        SimDisk forcing = node.disk;
        long cuts = forcing.cuts();
        later(node.forceTime(), () -> {
            if (diskFailed || node.disk != forcing || forcing.cuts() != cuts) return;
            forcing.forced(upTo.value());
            handle(new Event.Forced(upTo));
        });
    }

    private static SimEntry entry(Frame frame) {
        WriteId id = frame.writeId();
        return id == null ? SimEntry.checksum(frame.entryEpoch(), frame.lsn().value()) : new SimEntry(frame.entryEpoch(), id, (SimEntry.Change) frame.payload(), frame.index() + 1);
    }

    /** All rows and files are read again, against the hashes that were written with them. */
    private void verify(Lsn lsn) {
        SimDisk verifying = node.disk;
        later(chance.between(20 * World.MILLI, 300 * World.MILLI), () -> {
            if (node.disk != verifying) return;
            handle(rows.showsDamage() || verifying.showsDamage()
                    ? new Event.CopyDamaged(CopyState.DAMAGED, "a row is not what was written")
                    : new Event.Verified(lsn));
        });
    }

    void answer(long request, Answer answer) {
        Asked who = asked.remove(request);
        if (who == null) return;
        if (answer instanceof Answer.Readable && rows.isEvident(who.key)) {
            // A row is held against its hash before it is returned.
            who.reply.accept(new SimNode.NodeAnswer(new Answer.Refused(new LynseError.Unavailable("row " + who.key + " is damaged", Duration.ofSeconds(1))), null, 0));
            later(0, () -> handle(new Event.CopyDamaged(CopyState.DAMAGED, "row " + who.key + " is not what was written")));
            return;
        }
        if (answer instanceof Answer.Readable && rows.isWrong(who.key)) world.counts.damagedReads++;
        who.reply.accept(new SimNode.NodeAnswer(answer, answer instanceof Answer.Readable ? rows.value(who.key) : null, node.disk.standing.seen().value()));
    }

    private void fetch(MemberImage from, Epoch epoch, long stream) {
        SimNode source = simulation.node(from);
        if (source == null || !gives(source)) {
            later(World.SECOND, () -> {
                if (new MemberCore.FilesWanted(epoch, stream).equals(core.takesFiles())) fetch(from, epoch, stream);
            });
            return;
        }
        if (source.disk.showsDamage() && simulation.bug.verifiesFiles()) {
            source.hear(new Event.CopyDamaged(CopyState.DAMAGED, "a file is not what was written"));
            return;
        }
        var files = new SimDisk(node.disk.node);
        files.takeFiles(source.disk);
        fetched = files;
        node.note(6, () -> "has fetched the files of " + from + " up to " + files.last());
        handle(new Event.FilesFetched(epoch, stream, files.found()));
    }

    private boolean gives(SimNode source) {
        return source.isUp() && source.disk.givenUp() == null
                && !simulation.network.isCut(node.address, source.address) && !simulation.network.isCut(source.address, node.address);
    }

    void install() {
        SimDisk files = Objects.requireNonNull(fetched);
        node.group.damage.installs(node, files);
        files.standing = node.disk.standing;
        node.disk = files;
        rows = files.rowsAtCheckpoint();
        applied = files.checkpointLsn();
        applyTo = applied;
        node.note(9, () -> "has installed files up to " + applied);
        node.group.checkActive();
    }

    void applyUpTo(long lsn) {
        applyTo = Math.max(applyTo, lsn);
        applyNext();
    }

    private void applyNext() {
        if (applying || applied >= applyTo) return;
        applying = true;
        later(node.applyTime(), () -> {
            applying = false;
            if (applied >= applyTo || !node.disk.has(applied + 1)) return;
            SimEntry entry = node.disk.entry(applied + 1);
            node.group.ghost.applies(node, applied + 1, entry);
            applied++;
            handle(new Event.Applied(new Lsn(applied), entry.sentId(), rows.apply(applied, entry)));
            if (entry.isChecksum() && !ended) sumUp();
            applyNext();
        });
    }

    private void sumUp() {
        SimDisk summing = node.disk;
        var lsn = new Lsn(applied);
        Rows.Sum sum = rows.sum();
        if (node.group.ghost.isOnNewest(node.disk, applied)) node.group.damage.sums(node, lsn.value(), sum);
        later(chance.between(World.MILLI, 20 * World.MILLI), () -> {
            if (node.disk == summing) handle(new Event.Summed(lsn, simulation.bug.sumsLate(node) ? rows.sum() : sum));
        });
    }

    // ---- time

    private void whenAwake(Runnable work) {
        if (paused) held.add(work);
        else if (!ended) work.run();
    }

    /** Lost with this process, held while it is paused. */
    private void later(long delay, Runnable work) {
        world.after(delay, () -> {
            if (!ended) whenAwake(work);
        });
    }

    private static String host(MemberImage member) {
        return member.uri().substring("http://".length());
    }
}
