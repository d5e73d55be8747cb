package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Effect;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A shard node: the real core, and a shell that carries its effects out on simulated disk and network. */
final class SimNode {

    /**
     * What a request to this node ends with.
     *
     * @param value of the key asked for, as of the answer; null: no such row, or no read
     * @param epoch the highest that the node had seen when it answered
     */
    record NodeAnswer(Answer answer, @Nullable Long value, long epoch) {}

    private record Asked(Consumer<NodeAnswer> reply, int key) {}

    private record Cursor(long stream, long next) {}

    private static final long TICK = 50 * World.MILLI;

    final String address;
    private final Simulation simulation;
    private final World world;
    private final ReplicationSettings settings;
    private final double rate; // of its clock
    private final long offset;

    SimDisk disk;
    private @Nullable MemberCore core; // null: the process is not running
    private Rows rows = new Rows();
    private long applied;
    private long applyTo;
    private boolean applying;
    private @Nullable SimDisk fetched;
    private long incarnation;
    private boolean paused;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final Map<MemberImage, Cursor> shipping = new LinkedHashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private long lastRequest;
    private long forceMax = 5 * World.MILLI;

    SimNode(Simulation simulation, String address, ReplicationSettings settings) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.address = address;
        this.settings = settings;
        rate = 0.95 + world.fraction() * 0.1;
        offset = world.between(0, 1_000 * World.SECOND);
        disk = new SimDisk(new NodeId(address + "#1"));
        simulation.network.listen(address, () -> core != null);
        start();
    }

    long nanos() {
        return offset + (long) (world.now() * rate);
    }

    boolean isUp() {
        return core != null;
    }

    boolean isPaused() {
        return paused;
    }

    long applied() {
        return applied;
    }

    Rows rows() {
        return rows;
    }

    MemberImage identity() {
        return new MemberImage("http://" + address, disk.node);
    }

    MemberCore.@Nullable ActiveMembers leading() {
        return core == null ? null : core.leading();
    }

    // ---- life

    void start() {
        incarnation++;
        if (simulation.bug.forgetsResults()) disk.forgetResults();
        rows = disk.rowsAtCheckpoint();
        applied = disk.checkpointLsn();
        applyTo = applied;
        applying = false;
        disk.standing = simulation.bug.onStart(disk.standing);
        core = new MemberCore(settings, disk.node, disk.standing, disk.found(), nanos());
        note(1, () -> "starts, log to " + disk.last() + ", applied " + applied);
        later(TICK, this::tick);
    }

    void crash() {
        if (core == null) return;
        incarnation++;
        core = null;
        paused = false;
        held.clear();
        shipping.clear();
        asked.clear();
        disk.crash(world.between(disk.durable(), disk.last() + 1));
        note(2, () -> "crashes, log to " + disk.last());
    }

    /** The disk is replaced by an empty one; the process must be down. */
    void wipe() {
        int number = Integer.parseInt(disk.node.value().substring(disk.node.value().indexOf('#') + 1));
        disk = new SimDisk(simulation.bug.wipeKeepsId() ? disk.node : new NodeId(address + "#" + (number + 1)));
        note(3, () -> "is wiped");
    }

    void pause() {
        paused = true;
        note(4, () -> "is paused");
    }

    void resume() {
        paused = false;
        note(5, () -> "goes on");
        while (!held.isEmpty() && !paused) held.remove().run();
    }

    void slowDisk(boolean slow) {
        forceMax = slow ? 1_500 * World.MILLI : 5 * World.MILLI;
    }

    void failDisk() {
        handle(new Event.DiskFailed("the disk fails"));
    }

    // ---- requests

    void view(GroupView view, Consumer<MemberReport> reply) {
        whenAwake(() -> {
            handle(new Event.ViewSeen(view, "http://" + address));
            if (core != null) reply.accept(core.report(nanos()));
        });
    }

    void handOver() {
        whenAwake(() -> handle(new Event.HandOver(true)));
    }

    void report(Consumer<MemberReport> reply) {
        whenAwake(() -> reply.accept(Objects.requireNonNull(core).report(nanos())));
    }

    /** @param request makes the event from the number under which it will be answered; deadlines are on this node's clock */
    void ask(java.util.function.LongFunction<Event> request, int key, Consumer<NodeAnswer> reply) {
        whenAwake(() -> {
            long number = ++lastRequest;
            asked.put(number, new Asked(reply, key));
            handle(request.apply(number));
        });
    }

    void receive(MemberImage from, io.lynse.shard.replication.ReplicationMessage message) {
        whenAwake(() -> handle(new Event.Received(from, message)));
    }

    // ---- the shell

    private void tick() {
        handle(new Event.Tick());
        later(TICK, this::tick);
        if (world.chance(0.02) && applied > disk.checkpointLsn()) {
            disk.checkpoint(rows, applied);
            if (world.chance(simulation.trims)) {
                disk.trim();
                handle(new Event.Trimmed(new Lsn(disk.first())));
            }
        }
    }

    private void handle(Event event) {
        for (Event heard : simulation.bug.events(this, event)) {
            MemberCore running = core;
            if (running == null) return;
            List<Effect> effects = simulation.bug.effects(this, running.on(heard, nanos()));
            simulation.ghost.look(this);
            for (Effect effect : effects) {
                if (simulation.crashesAmid()) {
                    crash();
                    simulation.restartLater(this);
                    return;
                }
                carryOut(effect);
            }
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Persist(var standing) -> disk.standing = standing;
            case Effect.Append(var lsn, var epoch, var id, var payload, int frames) -> {
                disk.append(new SimEntry(epoch, id, (SimEntry.Change) payload, frames));
                pumpAll();
            }
            case Effect.AppendFrame(Frame frame) -> {
                if (frame.last()) disk.append(new SimEntry(frame.entryEpoch(), Objects.requireNonNull(frame.writeId()), (SimEntry.Change) frame.payload(), frame.index() + 1));
            }
            case Effect.Force(Lsn upTo) -> {
                SimDisk forcing = disk;
                long cuts = disk.cuts();
                later(world.between(100_000, forceMax), () -> {
                    if (disk != forcing || disk.cuts() != cuts) return;
                    disk.forced(upTo.value());
                    handle(new Event.Forced(upTo));
                });
            }
            case Effect.Truncate(Lsn from) -> {
                simulation.ghost.truncates(this, from.value());
                disk.truncateFrom(from.value());
                simulation.checkActive();
            }
            case Effect.Apply(Lsn upTo) -> {
                applyTo = Math.max(applyTo, upTo.value());
                applyNext();
            }
            case Effect.Send(var to, var message) -> {
                note(10 + message.getClass().getSimpleName().length(), () -> "-> " + to + " " + message);
                MemberImage from = identity();
                simulation.toNode(address, to.uri(), node -> node.receive(from, message));
                if (simulation.network.refuses(address, host(to))) later(World.MILLI, () -> handle(new Event.ConnectionRefused(to)));
            }
            case Effect.Ship(var to, long stream, Lsn from) -> {
                shipping.put(to, new Cursor(stream, from.value()));
                pump(to);
            }
            case Effect.StopShipping(var to) -> shipping.remove(to);
            case Effect.Propose(var command) -> simulation.metadata(this, command, reply -> later(0, () -> handle(reply)));
            case Effect.ReadGroup() -> simulation.metadata(this, null, reply -> later(0, () -> handle(reply)));
            case Effect.FetchFiles(var from, var epoch, long stream) ->
                later(world.between(20 * World.MILLI, 300 * World.MILLI), () -> fetch(from, epoch, stream));
            case Effect.InstallFiles _ -> install(Objects.requireNonNull(fetched));
            case Effect.Reply(long request, var answer) -> {
                Asked who = asked.remove(request);
                if (who != null) who.reply.accept(new NodeAnswer(answer, answer instanceof Answer.Readable ? rows.value(who.key) : null, disk.standing.seen().value()));
            }
            case Effect.Note(String what, var whom) -> note(20, () -> what + (whom == null ? "" : " (" + whom + ")"));
        }
    }

    /** For planted bugs: around the core. */
    void applyUpTo(long lsn) {
        applyTo = Math.max(applyTo, lsn);
        applyNext();
    }

    /** For planted bugs: the log loses what follows, and the process begins anew with the rest. */
    void cut(long keep) {
        disk.truncateFrom(Math.max(keep, disk.checkpointLsn()) + 1);
        simulation.checkActive();
        crash();
        start();
    }

    /** For planted bugs: installs what was fetched, whatever for, and the process begins anew with it. */
    void installFetched() {
        install(Objects.requireNonNull(fetched));
        crash();
        start();
    }

    /** For planted bugs: around the core. */
    void answer(long request, Answer answer) {
        carryOut(new Effect.Reply(request, answer));
    }

    private void fetch(MemberImage from, Epoch epoch, long stream) {
        SimNode source = simulation.node(from);
        if (source == null || !source.isUp()) return;
        if (simulation.network.isCut(address, source.address) || simulation.network.isCut(source.address, address)) return;
        var files = new SimDisk(disk.node);
        files.takeFiles(source.disk);
        fetched = files;
        note(6, () -> "has fetched the files of " + from + " up to " + files.last());
        handle(new Event.FilesFetched(epoch, stream, files.found()));
    }

    private void install(SimDisk files) {
        files.standing = disk.standing;
        disk = files;
        rows = disk.rowsAtCheckpoint();
        applied = disk.checkpointLsn();
        applyTo = applied;
        note(9, () -> "has installed files up to " + applied);
        simulation.checkActive();
    }

    private void applyNext() {
        if (applying || applied >= applyTo) return;
        applying = true;
        later(world.between(10_000, World.MILLI), () -> {
            applying = false;
            if (applied >= applyTo || !disk.has(applied + 1)) return;
            SimEntry entry = disk.entry(applied + 1);
            simulation.ghost.applies(this, applied + 1, entry);
            applied++;
            handle(new Event.Applied(new Lsn(applied), entry.writeId(), rows.apply(applied, entry)));
            applyNext();
        });
    }

    private void pumpAll() {
        for (MemberImage to : new ArrayList<>(shipping.keySet())) pump(to);
    }

    private void pump(MemberImage to) {
        Cursor cursor = shipping.get(to);
        MemberCore.ActiveMembers leading = leading();
        if (cursor == null || leading == null) return;
        long next = cursor.next;
        for (; disk.has(next); next++) {
            SimEntry entry = disk.entry(next);
            for (int index = 0; index < entry.frames(); index++) {
                var frame = new Frame(leading.epoch(), cursor.stream, new Lsn(next), entry.epoch(), index, index == entry.frames() - 1,
                        entry.writeId(), entry.change(), leading.committed());
                MemberImage from = identity();
                simulation.toNode(address, to.uri(), node -> node.receive(from, frame));
            }
        }
        shipping.put(to, new Cursor(cursor.stream, next));
    }

    private void whenAwake(Runnable work) {
        if (core == null) return;
        if (!paused) {
            work.run();
            return;
        }
        long was = incarnation;
        held.add(() -> {
            if (was == incarnation) work.run();
        });
    }

    /** Work of this incarnation: lost with it, held while it is paused. */
    private void later(long delay, Runnable work) {
        long was = incarnation;
        world.after(delay, () -> {
            if (was == incarnation) whenAwake(work);
        });
    }

    private static String host(MemberImage member) {
        return member.uri().substring("http://".length());
    }

    void note(long what, java.util.function.Supplier<String> text) {
        world.trace(what * 31 + address.hashCode(), () -> address + " " + text.get());
    }
}
