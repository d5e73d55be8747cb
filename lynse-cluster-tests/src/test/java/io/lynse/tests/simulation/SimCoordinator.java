package io.lynse.tests.simulation;

import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.coordinator.routing.MetadataContact;
import io.lynse.coordinator.routing.ReadAttempts;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A coordinator: lease, probes, failover and the routing of writes and reads, with the real decisions. */
final class SimCoordinator {

    private static final LeaseCore.Settings LEASE = new LeaseCore.Settings(Duration.ofSeconds(3), Duration.ofMillis(900), Duration.ofMillis(700));

    final String address;
    private final Simulation simulation;
    private final World world;
    private final Chance chance;
    private final SimClock clock;

    private ClusterImage image;
    private LeaseCore lease;
    private final Map<ShardGroupId, SimWatch> watches = new LinkedHashMap<>();
    private boolean up;
    private boolean paused;
    private long incarnation;
    private final Set<ShardGroupId> proposing = new HashSet<>(); // switchovers
    private boolean clockStoodStill;
    private MetadataContact contact = MetadataContact.NONE_ASKED;
    private boolean confirming;
    private long heardAt;

    SimCoordinator(Simulation simulation, String address) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.address = address;
        chance = world.chance("coordinator " + address);
        clock = new SimClock(world, address);
        image = simulation.metadata.image();
        lease = new LeaseCore(simulation.bug.lease(LEASE), new LeaseImage.Holder(address, "0"), leaseNanos());
        simulation.network.listen(address, () -> up);
        simulation.metadata.watch(seen -> {
            if (up && !paused && !simulation.network.isCut("metadata", address)) see(seen);
        });
        start();
    }

    long nanos() {
        return clock.nanos();
    }

    private long leaseNanos() {
        return simulation.bug.leaseByWallClock() ? clock.wallNanos() : nanos();
    }

    SimClock clock() {
        return clock;
    }

    /** Whether it may take its lease for valid though it is not: the machine was suspended, and its clock with it. */
    boolean clockStoodStill() {
        return clockStoodStill;
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return paused;
    }

    void start() {
        up = true;
        paused = false;
        clock.wake();
        clockStoodStill = false;
        incarnation++;
        image = simulation.metadata.image();
        lease = new LeaseCore(simulation.bug.lease(LEASE), new LeaseImage.Holder(address, Long.toString(incarnation)), leaseNanos());
        lease.observe(image.lease(), leaseNanos());
        proposing.clear();
        contact = MetadataContact.NONE_ASKED;
        confirming = false;
        for (ShardGroupId group : image.groups().keySet()) {
            var watch = new SimWatch(this, simulation, group);
            watches.put(group, watch);
            later(chance.between(0, 500 * World.MILLI), () -> watch.on(new GroupWatch.Event.Tick()));
        }
        every(100 * World.MILLI, this::renew);
    }

    void crash() {
        up = false;
        incarnation++;
        world.trace(7, () -> address + " crashes");
    }

    void pause() {
        paused = true;
    }

    void resume() {
        clock.wake();
        paused = false;
    }

    /** A pause that its monotonic clock does not know of. */
    void suspend() {
        clock.suspend();
        clockStoodStill = true;
        pause();
    }

    /** Whether it would decide now. */
    Optional<LeaseEpoch> leads() {
        // An answer to what it asked before may still be on its way, and is counted from a time on the clock that stood still.
        if (clockStoodStill && !clock.isSuspended() && world.now() - clock.wokeAt() > 6 * World.SECOND && lease.leads(leaseNanos()).isEmpty()) clockStoodStill = false;
        return up ? lease.leads(leaseNanos()) : Optional.empty();
    }

    // ---- lease and metadata

    private void see(ClusterImage seen) {
        contact = contact.heard();
        heardAt = world.now();
        lease.observe(seen.lease(), leaseNanos());
        if (seen.metaEpoch() < image.metaEpoch()) return;
        ClusterImage before = image;
        image = seen;
        watches.forEach((group, watch) -> {
            if (!group(group).equals(before.group(group))) watch.on(new GroupWatch.Event.Tick());
        });
    }

    private void renew() {
        lease.due(leaseNanos()).ifPresent(command -> ask(command, reply -> {
            if (reply instanceof SimMetadata.Reply.Answered(Decision decision, ClusterImage after)) {
                if (simulation.bug.countsFromReply()) {
                    lease.failed();
                    lease.due(leaseNanos());
                }
                see(after);
                if (decision instanceof Decision.Accepted) lease.answered(after.lease(), leaseNanos());
                else lease.failed();
            } else {
                lease.failed();
            }
        }));
    }

    /** Reads it linearizably, unless that is under way. */
    void confirmImage() {
        if (confirming) return;
        confirming = true;
        contact = contact.asked(nanos());
        long was = incarnation;
        simulation.readMetadata(address, answer -> {
            if (was == incarnation && up) awake(() -> {
                confirming = false;
                if (answer instanceof SimMetadata.Reply.Answered(Decision _, ClusterImage after)) see(after);
            }, was);
        });
    }

    /** True time at which the metadata was last heard. */
    long heardAt() {
        return heardAt;
    }

    Optional<String> whyNoPromotion() {
        return simulation.bug.whyNoPromotion(contact.whyNoPromotion(SimRead.DETECTION, nanos()));
    }

    private void ask(Command command, Consumer<SimMetadata.Reply> reply) {
        long was = incarnation;
        contact = contact.asked(nanos());
        simulation.toMetadata(address, command, answer -> {
            if (was == incarnation && up) awake(() -> reply.accept(answer), was);
        });
    }

    /** @param settled runs when it was answered, or when nobody will ever know */
    void propose(Command command, Runnable settled) {
        ask(command, reply -> {
            if (reply instanceof SimMetadata.Reply.Answered(Decision _, ClusterImage after)) see(after);
            settled.run();
        });
    }

    // ---- health and failover

    /** A connection was refused there: known to whoever leads, too. */
    void suspect(ShardGroupId group, String uri) {
        watch(group).on(new GroupWatch.Event.Suspected(uri));
        toLeader(group, new GroupWatch.Event.Suspected(uri));
    }

    private SimWatch watch(ShardGroupId group) {
        return Objects.requireNonNull(watches.get(group));
    }

    void toLeader(ShardGroupId group, GroupWatch.Event event) {
        LeaseImage.Holder leader = image.lease().holder();
        if (leader != null && !leader.coordinator().equals(address)) to(leader.coordinator(), group, event);
    }

    void to(String other, ShardGroupId group, GroupWatch.Event event) {
        simulation.toCoordinator(address, other, receiver -> receiver.watch(group).on(event));
    }

    void toOthers(ShardGroupId group, GroupWatch.Event event) {
        for (String name : simulation.coordinatorNames()) if (!name.equals(address)) to(name, group, event);
    }

    void giveUp(String uri) {
        if (!simulation.bug.givesUp()) return;
        lease.giveUp(leaseNanos()).ifPresent(release -> {
            world.counts.leasesGivenUp++;
            world.trace(9, () -> address + " gives the lease up: another coordinator reaches " + uri);
            propose(release, () -> {});
        });
    }

    /** As an operator asks: the primary hands over, and when it has, another active member is promoted. Given up after a while. */
    void switchOver(ShardGroupId id) {
        ShardGroupImage group = group(id);
        List<MemberImage> others = group.activeMembers().stream().filter(member -> !member.equals(group.primary()) && member.bound()).toList();
        if (others.isEmpty() || leads().isEmpty()) return;
        MemberImage candidate = others.get(chance.below(others.size()));
        simulation.toNode(address, group.primary().uri(), SimNode::handOver);
        world.trace(11, () -> address + " begins a switchover to " + candidate);
        for (int look = 1; look <= 20; look++) later(look * 100 * World.MILLI, () -> switchOver(group, candidate));
    }

    private void switchOver(ShardGroupImage begun, MemberImage candidate) {
        Optional<LeaseEpoch> leading = leads();
        ShardGroupId id = begun.id();
        ShardGroupImage group = group(id);
        if (leading.isEmpty() || proposing.contains(id) || !group.epoch().equals(begun.epoch())) return;
        simulation.toNode(address, group.primary().uri(), node -> node.report(report -> simulation.network.send(node.address, address, () -> whenUp(() -> {
            if (!report.handedOver() || proposing.contains(id) || !group(id).epoch().equals(begun.epoch())) return;
            proposing.add(id);
            propose(new Command.Led(leading.get(), new Command.SwitchOver(id, candidate, group.epoch(), group.epoch())), () -> proposing.remove(id));
        }))));
    }

    /** As an operator asks who takes the loss of what that member lacks. */
    void force(SimGroup group, MemberImage candidate) {
        leads().ifPresent(lease -> new SimForce(this, simulation, group, candidate, lease).go());
    }

    /** @param answered with the decision and the image after it; never, if nobody knows */
    void proposes(Command command, BiConsumer<Decision, ClusterImage> answered) {
        ask(command, reply -> {
            if (!(reply instanceof SimMetadata.Reply.Answered(Decision decision, ClusterImage after))) return;
            see(after);
            answered.accept(decision, after);
        });
    }

    // ---- requests of clients

    /** @param patience on its own clock */
    void write(ShardGroupId group, WriteId id, SimEntry.Change change, int frames, long patience, Consumer<Answer> reply) {
        awake(() -> new SimWrite(this, simulation, group, id, change, frames, nanos() + patience, reply).go(), incarnation);
    }

    /** @param patience on its own clock */
    void read(ShardGroupId id, int key, ReadAttempts.Need need, boolean spread, long patience, Consumer<SimRead.Told> reply) {
        awake(() -> {
            ReadAttempts first = ReadAttempts.first(need, spread ? chance.below(group(id).activeMembers().size()) : 0);
            new SimRead(this, simulation, id, key, first, nanos() + patience, reply).go();
        }, incarnation);
    }

    // ---- odds and ends

    /** How long it waits before it tries a write again. */
    long moment() {
        return chance.between(20 * World.MILLI, 120 * World.MILLI);
    }

    /** As it knows it. */
    ShardGroupImage group(ShardGroupId id) {
        return image.group(id);
    }

    GroupView view(ShardGroupImage group) {
        var replicas = new ArrayList<GroupView.Replica>();
        for (ReplicaImage replica : group.replicas()) replicas.add(new GroupView.Replica(member(replica.member()), replica.state().text()));
        return new GroupView(image.clusterId(), group.id(), group.epoch(), image.metaEpoch(), group.version(), member(group.primary()), replicas, "", List.of(), image.durability());
    }

    private static GroupView.Member member(MemberImage member) {
        return new GroupView.Member(member.uri(), member.nodeId());
    }

    void whenUp(Runnable work) {
        awake(work, incarnation);
    }

    private void awake(Runnable work, long was) {
        if (!up || was != incarnation) return;
        if (paused) world.after(50 * World.MILLI, () -> awake(work, was));
        else work.run();
    }

    /** @param nanos on this coordinator's clock */
    void at(long nanos, Runnable work) {
        later(clock.until(nanos), work);
    }

    void later(long delay, Runnable work) {
        long was = incarnation;
        world.after(delay, () -> awake(work, was));
    }

    private void every(long interval, Runnable work) {
        later(interval, () -> {
            work.run();
            every(interval, work);
        });
    }
}
