package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.lease.LeaseCore;
import io.lynse.coordinator.write.WriteAttempts;
import io.lynse.error.LynseError;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.replication.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A coordinator: lease, probes, failover and the routing of writes and reads, with the real decisions. */
final class SimCoordinator {

    private static final long PROBE = 500 * World.MILLI;
    private static final int FAILURES = 3;
    private static final long ATTEMPT_MAX = 1_200 * World.MILLI;
    private static final LeaseCore.Settings LEASE = new LeaseCore.Settings(Duration.ofSeconds(3), Duration.ofMillis(900), Duration.ofMillis(700));

    final String address;
    private final Simulation simulation;
    private final World world;
    private final double rate;
    private final long offset;

    private ClusterImage image;
    private LeaseCore lease;
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, MemberReport> reports = new HashMap<>();
    private final Map<String, NodeId> met = new HashMap<>();
    private boolean up;
    private boolean paused;
    private long incarnation;
    private boolean proposing;

    SimCoordinator(Simulation simulation, String address) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.address = address;
        rate = 0.95 + world.fraction() * 0.1;
        offset = world.between(0, 1_000 * World.SECOND);
        image = simulation.metadata.image();
        lease = new LeaseCore(simulation.bug.lease(LEASE), new LeaseImage.Holder(address, "0"), nanos());
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
        failures.clear();
        reports.clear();
        met.clear();
        proposing = false;
        every(PROBE, this::probe);
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
        if (seen.metaEpoch() >= image.metaEpoch()) image = seen;
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

    // ---- health and failover

    private void probe() {
        ShardGroupImage group = group();
        for (MemberImage member : group.members()) {
            String uri = member.uri();
            boolean[] answered = {false};
            GroupView view = view(group);
            simulation.toNode(address, uri, node -> {
                NodeId id = node.disk.node;
                Consumer<MemberReport> heard = report -> simulation.network.send(node.address, address, () -> whenUp(() -> {
                    answered[0] = true;
                    failures.put(uri, 0);
                    reports.put(uri, report);
                    met.put(uri, id);
                }));
                if (simulation.bug.probesCarryViews()) node.view(view, heard);
                else node.report(heard);
            });
            later(PROBE * 9 / 10, () -> {
                if (!answered[0] && failures.merge(uri, 1, Integer::sum) >= FAILURES) {
                    reports.remove(uri);
                    met.remove(uri);
                }
            });
        }
        later(PROBE * 19 / 20, this::decide);
    }

    private void decide() {
        Optional<LeaseEpoch> leading = leads();
        if (leading.isEmpty() || proposing) return;
        ShardGroupImage group = group();
        for (MemberImage member : group.members()) {
            NodeId id = met.get(member.uri());
            // Another node at the primary's address: the primary is gone, and waited for or replaced.
            if (id == null || member.is(id) || member.bound() && member.equals(group.primary())) continue;
            propose(new Command.Led(leading.get(), new Command.BindNode(group.id(), member.uri(), id)));
            return;
        }
        var healthy = new HashMap<MemberImage, io.lynse.coordinator.failover.MemberReport>();
        for (MemberImage member : group.members()) {
            MemberReport report = reports.get(member.uri());
            NodeId id = met.get(member.uri());
            if (report == null || id == null || !member.is(id)) continue;
            boolean leads = report.leads() && report.seen().equals(group.epoch());
            boolean misses = report.silence().toNanos() >= FAILURES * PROBE;
            healthy.put(member, new io.lynse.coordinator.failover.MemberReport(leads, report.seen(), report.led(), report.last(), misses, report.trouble()));
        }
        FailoverDecision decision = simulation.bug.failover(group, healthy);
        if (decision instanceof FailoverDecision.Promote(var id, var candidate, Epoch expected, Epoch seen, boolean oldStays)) {
            world.trace(8, () -> address + " wants to promote " + candidate);
            propose(new Command.Led(leading.get(), oldStays ? new Command.SwitchOver(id, candidate, expected, seen) : new Command.Promote(id, candidate, expected, seen)));
        }
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
            MemberReport other = reports.get(candidate.uri());
            if (!report.handedOver() || other == null || proposing || !group().epoch().equals(begun.epoch())) return;
            propose(new Command.Led(leading.get(), new Command.SwitchOver(group.id(), candidate, group.epoch(), other.seen())));
        }))));
    }

    private void propose(Command command) {
        proposing = true;
        ask(command, reply -> {
            proposing = false;
            if (!(reply instanceof SimMetadata.Reply.Answered(Decision _, ClusterImage after))) return;
            see(after);
            GroupView view = view(group());
            for (MemberImage member : group().members()) simulation.toNode(address, member.uri(), node -> node.view(view, _ -> {}));
        });
    }

    // ---- requests of clients

    private final class Write {
        private final WriteId id;
        private final SimEntry.Change change;
        private final int frames;
        private final long deadline;
        private final Consumer<Answer> reply;
        private WriteAttempts attempts = WriteAttempts.FIRST;
        private int attempt;
        private boolean done;

        Write(WriteId id, SimEntry.Change change, int frames, long deadline, Consumer<Answer> reply) {
            this.id = id;
            this.change = change;
            this.frames = frames;
            this.deadline = deadline;
            this.reply = reply;
        }

        void go() {
            if (done) return;
            if (nanos() >= deadline) {
                LynseError error = attempts.atDeadline("sg0");
                finish(error instanceof LynseError.OutcomeUnknown ? new Answer.Unknown("deadline") : new Answer.Refused(error));
                return;
            }
            switch (attempts.next(group())) {
                case WriteAttempts.Next.Wait() -> pause();
                case WriteAttempts.Next.Send(MemberImage primary, Epoch epoch) -> send(primary, epoch);
            }
        }

        private void send(MemberImage primary, Epoch epoch) {
            int number = ++attempt;
            if (simulation.network.refuses(address, primary.uri().substring("http://".length()))) {
                attempts = attempts.notConnected(new LynseError.Unavailable("connection refused", Duration.ofSeconds(1)));
                pause();
                return;
            }
            long left = Math.min(deadline - nanos(), ATTEMPT_MAX);
            simulation.toNode(address, primary.uri(), node -> node.ask(
                    request -> new Event.Write(request, new Fence(group().id(), epoch), simulation.bug.retried(id, number), change, frames, node.nanos() + left),
                    change.key(),
                    answer -> simulation.network.send(node.address, address, () -> whenUp(() -> answered(number, answer.answer(), epoch)))));
            later(left, () -> {
                if (done || number != attempt) return;
                attempts = simulation.bug.unanswered(attempts);
                attempt++;
                go();
            });
        }

        private void answered(int number, Answer answer, Epoch epoch) {
            if (done) return;
            switch (answer) {
                // The result of the write id, whichever attempt brings it.
                case Answer.Written written -> finish(written);
                case Answer.Refused(var error) when number == attempt -> {
                    switch (attempts.refused(error, epoch)) {
                        case WriteAttempts.Verdict.Again(var next) -> {
                            attempts = next;
                            attempt++;
                            pause();
                        }
                        case WriteAttempts.Verdict.Failed(var failed) -> finish(new Answer.Refused(failed));
                    }
                }
                case Answer.Unknown _ when number == attempt -> {
                    attempts = simulation.bug.unanswered(attempts);
                    attempt++;
                    pause();
                }
                default -> {} // of an attempt that was given up
            }
        }

        private void pause() {
            later(world.between(20 * World.MILLI, 120 * World.MILLI), this::go);
        }

        private void finish(Answer answer) {
            done = true;
            reply.accept(answer);
        }
    }

    void write(WriteId id, SimEntry.Change change, int frames, long patience, Consumer<Answer> reply) {
        awake(() -> new Write(id, change, frames, nanos() + patience, reply).go(), incarnation);
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

    private ShardGroupImage group() {
        return image.groups().values().iterator().next();
    }

    private GroupView view(ShardGroupImage group) {
        var replicas = new ArrayList<GroupView.Replica>();
        for (ReplicaImage replica : group.replicas()) replicas.add(new GroupView.Replica(member(replica.member()), replica.state().text()));
        return new GroupView(image.clusterId(), group.id(), group.epoch(), image.metaEpoch(), group.version(), member(group.primary()), replicas, "");
    }

    private static GroupView.Member member(MemberImage member) {
        return new GroupView.Member(member.uri(), member.nodeId());
    }

    private void whenUp(Runnable work) {
        awake(work, incarnation);
    }

    private void awake(Runnable work, long was) {
        if (!up || was != incarnation) return;
        if (paused) world.after(50 * World.MILLI, () -> awake(work, was));
        else work.run();
    }

    private void later(long delay, Runnable work) {
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
