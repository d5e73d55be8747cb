package io.lynse.tests.simulation;

import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A coordinator: lease, probes, failover and the routing of writes and reads, with the real decisions. */
final class SimCoordinator {

    private static final LeaseCore.Settings LEASE = new LeaseCore.Settings(Duration.ofSeconds(3), Duration.ofMillis(900), Duration.ofMillis(700));

    final String address;
    private final Simulation simulation;
    private final World world;
    private final double rate;
    private final long offset;

    private ClusterImage image;
    private LeaseCore lease;
    private SimWatch watch;
    private boolean up;
    private boolean paused;
    private long incarnation;
    private boolean proposing; // a switchover

    SimCoordinator(Simulation simulation, String address) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.address = address;
        rate = 0.95 + world.fraction() * 0.1;
        offset = world.between(0, 1_000 * World.SECOND);
        image = simulation.metadata.image();
        lease = new LeaseCore(simulation.bug.lease(LEASE), new LeaseImage.Holder(address, "0"), nanos());
        watch = new SimWatch(this, simulation);
        simulation.network.listen(address, () -> up);
        simulation.metadata.watch(seen -> {
            if (up && !paused && !simulation.network.isCut("metadata", address)) see(seen);
        });
        start();
    }

    long nanos() {
        return offset + (long) (world.now() * rate);
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
        incarnation++;
        image = simulation.metadata.image();
        lease = new LeaseCore(simulation.bug.lease(LEASE), new LeaseImage.Holder(address, Long.toString(incarnation)), nanos());
        lease.observe(image.lease(), nanos());
        watch = new SimWatch(this, simulation);
        proposing = false;
        later(world.between(0, 500 * World.MILLI), () -> watch.on(new GroupWatch.Event.Tick()));
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
        paused = false;
    }

    /** Whether it would decide now. */
    Optional<LeaseEpoch> leads() {
        return up ? lease.leads(nanos()) : Optional.empty();
    }

    // ---- lease and metadata

    private void see(ClusterImage seen) {
        lease.observe(seen.lease(), nanos());
        if (seen.metaEpoch() < image.metaEpoch()) return;
        ShardGroupImage before = group();
        image = seen;
        if (!group().equals(before)) watch.on(new GroupWatch.Event.Tick());
    }

    private void renew() {
        lease.due(nanos()).ifPresent(command -> ask(command, reply -> {
            if (reply instanceof SimMetadata.Reply.Answered(Decision decision, ClusterImage after)) {
                if (simulation.bug.countsFromReply()) {
                    lease.failed();
                    lease.due(nanos());
                }
                see(after);
                if (decision instanceof Decision.Accepted) lease.answered(after.lease(), nanos());
                else lease.failed();
            } else {
                lease.failed();
            }
        }));
    }

    private void ask(Command command, Consumer<SimMetadata.Reply> reply) {
        long was = incarnation;
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
    void suspect(String uri) {
        watch.on(new GroupWatch.Event.Suspected(uri));
        toLeader(new GroupWatch.Event.Suspected(uri));
    }

    void toLeader(GroupWatch.Event event) {
        LeaseImage.Holder leader = image.lease().holder();
        if (leader != null && !leader.coordinator().equals(address)) to(leader.coordinator(), event);
    }

    void to(String other, GroupWatch.Event event) {
        simulation.toCoordinator(address, other, receiver -> receiver.watch.on(event));
    }

    void toOthers(GroupWatch.Event event) {
        for (String name : simulation.coordinatorNames()) if (!name.equals(address)) to(name, event);
    }

    void giveUp(String uri) {
        if (!simulation.bug.givesUp()) return;
        lease.giveUp(nanos()).ifPresent(release -> {
            world.counts.leasesGivenUp++;
            world.trace(9, () -> address + " gives the lease up: another coordinator reaches " + uri);
            propose(release, () -> {});
        });
    }

    /** As an operator asks: the primary hands over, and when it has, another active member is promoted. Given up after a while. */
    void switchOver() {
        ShardGroupImage group = group();
        List<MemberImage> others = group.activeMembers().stream().filter(member -> !member.equals(group.primary()) && member.bound()).toList();
        if (others.isEmpty() || leads().isEmpty()) return;
        MemberImage candidate = others.get(world.below(others.size()));
        simulation.toNode(address, group.primary().uri(), SimNode::handOver);
        world.trace(11, () -> address + " begins a switchover to " + candidate);
        for (int look = 1; look <= 20; look++) later(look * 100 * World.MILLI, () -> switchOver(group, candidate));
    }

    private void switchOver(ShardGroupImage begun, MemberImage candidate) {
        Optional<LeaseEpoch> leading = leads();
        ShardGroupImage group = group();
        if (leading.isEmpty() || proposing || !group.epoch().equals(begun.epoch())) return;
        simulation.toNode(address, group.primary().uri(), node -> node.report(report -> simulation.network.send(node.address, address, () -> whenUp(() -> {
            if (!report.handedOver() || proposing || !group().epoch().equals(begun.epoch())) return;
            proposing = true;
            propose(new Command.Led(leading.get(), new Command.SwitchOver(group.id(), candidate, group.epoch(), group.epoch())), () -> proposing = false);
        }))));
    }

    // ---- requests of clients

    void write(WriteId id, SimEntry.Change change, int frames, long patience, Consumer<Answer> reply) {
        awake(() -> new SimWrite(this, simulation, id, change, frames, nanos() + patience, reply).go(), incarnation);
    }

    /** One attempt at a member. @param reply the member's answer, and the epoch that was asked for */
    void read(int key, Event.Consistency consistency, boolean spread, long patience, Consumer<SimNode.NodeAnswer> reply) {
        awake(() -> {
            ShardGroupImage group = group();
            List<MemberImage> active = group.activeMembers();
            MemberImage member = spread ? active.get(world.below(active.size())) : group.primary();
            simulation.toNode(address, member.uri(), node -> node.ask(
                    request -> new Event.Read(request, new Fence(group.id(), group.epoch()), consistency, node.nanos() + patience),
                    key,
                    answer -> simulation.network.send(node.address, address, () -> whenUp(() -> reply.accept(answer)))));
        }, incarnation);
    }

    // ---- odds and ends

    ShardGroupImage group() {
        return image.groups().values().iterator().next();
    }

    GroupView view(ShardGroupImage group) {
        var replicas = new ArrayList<GroupView.Replica>();
        for (ReplicaImage replica : group.replicas()) replicas.add(new GroupView.Replica(member(replica.member()), replica.state().text()));
        return new GroupView(image.clusterId(), group.id(), group.epoch(), image.metaEpoch(), group.version(), member(group.primary()), replicas, "");
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
        later((long) Math.ceil((nanos - nanos()) / rate) + 1, work);
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
