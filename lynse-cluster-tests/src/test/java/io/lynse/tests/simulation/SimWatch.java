package io.lynse.tests.simulation;

import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.NodeBreaker;
import io.lynse.coordinator.health.Sighting;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.replication.MemberReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A coordinator's watch over a shard group: the real core, and a shell that carries its actions out. Ends with the process. */
final class SimWatch {

    private static final long INTERVAL = 500 * World.MILLI;
    private static final int FAILURES = 3;

    private final SimCoordinator coordinator;
    private final Simulation simulation;
    private final ShardGroupId id;
    private final GroupWatch watch;
    private final Map<String, MemberReport> said = new HashMap<>(); // by address, the last report
    private long wakesAt = Long.MAX_VALUE;
    private long wakes;

    SimWatch(SimCoordinator coordinator, Simulation simulation, ShardGroupId id) {
        this.coordinator = coordinator;
        this.simulation = simulation;
        this.id = id;
        watch = new GroupWatch(new GroupWatch.Settings(Duration.ofNanos(INTERVAL), simulation.bug.looksAtOnce()), NodeBreaker.registry(FAILURES));
    }

    void on(GroupWatch.Event event) {
        ShardGroupImage group = coordinator.group(id);
        List<GroupWatch.Action> actions = watch.on(event, group, coordinator.leads(), coordinator.nanos());
        for (GroupWatch.Action action : simulation.bug.actions(watch, group, event, actions)) carryOut(action, group);
        sleep();
    }

    private void sleep() {
        long due = watch.nextDue(coordinator.nanos());
        if (wakesAt <= due) return;
        wakesAt = due;
        long wake = ++wakes;
        coordinator.at(due, () -> {
            if (wake != wakes) return;
            wakesAt = Long.MAX_VALUE;
            on(new GroupWatch.Event.Tick());
        });
    }

    private void carryOut(GroupWatch.Action action, ShardGroupImage group) {
        if (action instanceof GroupWatch.Action.Lead(var next)) simulation.group(id).damage.promotes(group, next.candidate(), said);
        switch (action) {
            case GroupWatch.Action.Probe(MemberImage member) -> probe(member.uri(), group);
            case GroupWatch.Action.Bind(String uri, NodeId node) -> propose(new Command.BindNode(group.id(), uri, node));
            case GroupWatch.Action.Lead(var next) -> propose(next.oldStays()
                    ? new Command.SwitchOver(next.group(), next.candidate(), next.expected(), next.seen())
                    : new Command.Promote(next.group(), next.candidate(), next.expected(), next.seen()));
            case GroupWatch.Action.SwitchOver _ -> throw new IllegalStateException("no node here is stopped, they are killed");
            case GroupWatch.Action.AskOthers(var uris) -> coordinator.toOthers(id, new GroupWatch.Event.Asked(coordinator.address, uris));
            case GroupWatch.Action.TellReached(String to, String uri) -> coordinator.to(to, id, new GroupWatch.Event.ReachedByOther(uri));
            case GroupWatch.Action.TellLeader(String uri, NodeId node) -> coordinator.toLeader(id, new GroupWatch.Event.MetByOther(uri, node));
            case GroupWatch.Action.GiveUpLease(String uri) -> coordinator.giveUp(uri);
        }
    }

    private void probe(String uri, ShardGroupImage group) {
        boolean[] told = {false};
        Consumer<Sighting> saw = sighting -> {
            if (told[0]) return;
            told[0] = true;
            on(new GroupWatch.Event.Probed(uri, sighting));
        };
        if (simulation.network.refuses(coordinator.address, uri.substring("http://".length()))) {
            coordinator.later(World.MILLI, () -> saw.accept(new Sighting.Refused("nobody listens")));
            return;
        }
        GroupView view = coordinator.view(group);
        simulation.toNode(coordinator.address, uri, node -> {
            NodeId met = node.disk.node;
            Consumer<MemberReport> heard = report -> simulation.network.send(
                    node.address, coordinator.address, () -> coordinator.whenUp(() -> {
                        said.put(uri, report);
                        saw.accept(new Sighting.Met(met, of(report, group)));
                    }));
            if (simulation.bug.probesCarryViews()) node.view(view, heard);
            else node.report(heard);
        });
        coordinator.later(INTERVAL * 9 / 10, () -> saw.accept(new Sighting.Silent("no answer")));
    }

    private io.lynse.coordinator.failover.MemberReport of(MemberReport report, ShardGroupImage group) {
        boolean leads = report.leads() && report.seen().equals(group.epoch());
        boolean misses = report.refused() || report.silence().toNanos() >= FAILURES * INTERVAL;
        return new io.lynse.coordinator.failover.MemberReport(leads, report.seen(), report.led(), report.last(), misses, simulation.bug.heard(report.copy(), leads), report.trouble());
    }

    private void propose(Command command) {
        coordinator.leads().ifPresentOrElse(
                lease -> coordinator.propose(new Command.Led(lease, command), () -> on(new GroupWatch.Event.Settled())),
                () -> coordinator.later(0, () -> on(new GroupWatch.Event.Settled())));
    }
}
