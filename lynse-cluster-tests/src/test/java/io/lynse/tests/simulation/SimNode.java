package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberCore;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationSettings;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A machine with a disk, a clock and an address, and on it one process after the other. What is sent to it while none runs is lost. */
final class SimNode {

    /**
     * What a request to this node ends with.
     *
     * @param value of the key asked for, as of the answer; null: no such row, or no read
     * @param epoch the highest that the node had seen when it answered
     */
    record NodeAnswer(Answer answer, @Nullable Long value, long epoch) {}

    final SimGroup group;
    final String address;
    final String uri;
    private final Simulation simulation;
    private final World world;
    private final ReplicationSettings settings;
    final SimClock clock;
    final Chance chance;

    SimDisk disk;
    private @Nullable SimProcess process;
    private int identities;
    private long forceMax = 5 * World.MILLI;
    private long applyMax = World.MILLI;

    SimNode(Simulation simulation, SimGroup group, String address, ReplicationSettings settings) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.group = group;
        this.address = address;
        this.uri = "http://" + address;
        this.settings = settings;
        chance = world.chance("node " + address);
        clock = new SimClock(world, address);
        disk = new SimDisk(nextId());
        simulation.network.listen(address, () -> process != null);
        start();
    }

    long nanos() {
        return clock.nanos();
    }

    boolean isUp() {
        return process != null;
    }

    MemberImage identity() {
        return new MemberImage(uri, disk.node);
    }

    MemberCore.@Nullable ActiveMembers leading() {
        return process == null ? null : process.leading();
    }

    /** @throws NullPointerException if it does not run */
    long applied() {
        return running().applied();
    }

    /** @throws NullPointerException if it does not run */
    Rows rows() {
        return running().rows();
    }

    private SimProcess running() {
        return Objects.requireNonNull(process, address + " does not run");
    }

    // ---- life

    void start() {
        clock.boot();
        if (simulation.bug.forgetsResults()) disk.forgetResults();
        disk.standing = simulation.bug.onStart(disk.standing);
        note(1, () -> "starts, log to " + disk.last() + ", applied " + disk.checkpointLsn());
        var started = new SimProcess(simulation, this, settings);
        process = started;
        SimDisk.GivenUp givenUp = disk.givenUp();
        if (givenUp != null) started.handle(new Event.CopyDamaged(givenUp.state(), givenUp.reason()));
        group.damage.starts(this, started.copy());
    }

    void crash() {
        if (process == null) return;
        process.end();
        process = null;
        disk.crash(chance.between(disk.durable(), disk.last() + 1));
        note(2, () -> "crashes, log to " + disk.last());
    }

    /** An id that no node had before. */
    NodeId nextId() {
        return new NodeId(address + "#" + ++identities);
    }

    /** The disk is replaced by an empty one; the process must be down. */
    void wipe() {
        disk = new SimDisk(simulation.bug.wipeKeepsId() ? disk.node : nextId());
        note(3, () -> "is wiped");
    }

    /** The disk is replaced by a copy; the process must be down. @param older whether it is one of its own */
    void replaceDisk(SimDisk copy, boolean older) {
        copy.crash(chance.between(copy.durable(), copy.last() + 1));
        if (older) copy.isCopyOf(disk);
        disk = copy;
        note(7, () -> "is on " + (older ? "an older copy of its disk" : "a copy of the disk of " + copy.node) + ", log to " + disk.last());
    }

    /** As an operator starts a node on a copied directory: another identity, at its own address, with the log as it is. */
    void adoptCopy(NodeId next) {
        disk = disk.copyAs(next);
        Standing.Place place = disk.standing.place();
        if (place != null) disk.standing = new Standing(new Standing.Place(place.view(), uri), disk.standing.seen(), disk.standing.led());
        note(8, () -> "adopts the copy as " + next);
    }

    /** Whether its identity is one that it was given, and not that of another node. */
    boolean hasOwnDisk() {
        return disk.node.value().startsWith(address + "#");
    }

    /** Whether it must not become primary. */
    boolean lacksCommitted() {
        return disk.lacksWhatItHeld() || disk.isRolledBack() && !group.ghost.hasCommitted(disk);
    }

    /** Whether everything here is what was written, as far as anybody could know. */
    boolean isRight() {
        return disk.isRight() && (process == null || process.rows().isRight());
    }

    boolean isPaused() {
        return process != null && process.isPaused();
    }

    void pause() {
        running().pause();
        note(4, () -> "is paused");
    }

    void resume() {
        note(5, () -> "goes on");
        running().resume();
    }

    void failDisk() {
        if (process != null) process.failDisk();
    }

    void slowDisk(boolean slow) {
        forceMax = slow ? 1_500 * World.MILLI : 5 * World.MILLI;
        applyMax = slow ? 100 * World.MILLI : World.MILLI;
    }

    /** How long the next force takes. */
    long forceTime() {
        return chance.between(100_000, forceMax);
    }

    /** How long the next entry takes to be applied. */
    long applyTime() {
        return chance.between(10_000, applyMax);
    }

    // ---- requests: of a node that is down nobody hears

    void view(GroupView view, Consumer<MemberReport> reply) {
        if (process != null) process.view(view, reply);
    }

    void report(Consumer<MemberReport> reply) {
        if (process != null) process.report(reply);
    }

    /** @param request makes the event from the number under which it will be answered; deadlines are on this node's clock */
    void ask(LongFunction<Event> request, int key, Consumer<NodeAnswer> reply) {
        if (process != null) process.ask(request, key, reply);
    }

    void receive(MemberImage from, ReplicationMessage message) {
        if (process != null) process.receive(from, message);
    }

    void handOver() {
        hear(new Event.HandOver(true));
    }

    void hear(Event event) {
        if (process != null) process.hear(event);
    }

    // ---- for planted bugs, around the core

    void applyUpTo(long lsn) {
        running().applyUpTo(lsn);
    }

    void answer(long request, Answer answer) {
        running().answer(request, answer);
    }

    /** The log loses what follows, and the process begins anew with the rest. */
    void cut(long keep) {
        disk.truncateFrom(Math.max(keep, disk.checkpointLsn()) + 1);
        group.checkActive();
        crash();
        start();
    }

    /** Installs what was fetched, whatever for, and the process begins anew with it. */
    void installFetched() {
        running().install();
        crash();
        start();
    }

    void note(long what, Supplier<String> text) {
        world.trace(what * 31 + address.hashCode(), () -> address + " " + text.get());
    }
}
