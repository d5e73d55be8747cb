package io.lynse.coordinator.health;

import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sees to one shard group: carries out what its {@link GroupWatch} asks for, and publishes what it learns. The watch and what is
 * published are touched by one thread alone; probes and proposals run beside it and come back as events.
 */
final class GroupKeeper {

    /** @param probed null: no probe has ended */
    private record Arrival(GroupWatch.Event event, @Nullable Probed probed, boolean fromPeer) {
        Arrival(GroupWatch.Event event) {
            this(event, null, false);
        }
    }

    private record Probed(MemberImage member, ProbeResult result, String clusterId, Epoch epoch) {}

    private static final Logger log = LoggerFactory.getLogger(GroupKeeper.class);

    private static final Duration PROPOSAL_MAX = Duration.ofSeconds(5);

    /** What other coordinators say beyond that is not heard; they say it again. */
    private static final int HEARD_MAX = 1000;

    /** Between two messages to the leading coordinator about one node: as often as it would look at most. */
    private static final long TOLD_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    private final ShardGroupId id;
    private final KeeperMeans means;
    private final ExecutorService threads;
    private final GroupWatch watch;
    private final Duration interval;
    private final Consumer<GroupStatus> judged;
    private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>(); // bounded by what was asked for, one answer each, and by HEARD_MAX
    private volatile String lastFailure = ""; // of a promotion
    private final Map<String, String> refusals = new ConcurrentHashMap<>(); // why the node at an address may not join
    private final Map<String, Long> toldAt = new HashMap<>(); // by address, when the leading coordinator was told last

    /** @param judged hears how the group is after everything that happens; never blocks */
    GroupKeeper(ShardGroupId id, KeeperMeans means, ExecutorService threads, GroupWatch watch, Duration interval, Consumer<GroupStatus> judged) {
        this.id = id;
        this.means = means;
        this.threads = threads;
        this.watch = watch;
        this.interval = interval;
        this.judged = judged;
    }

    /** Until every member was probed, and what follows at once from that is done. */
    void settle() throws InterruptedException {
        handle(new Arrival(new GroupWatch.Event.Tick()));
        while (!watch.rests(System.nanoTime())) step();
    }

    /** Until interrupted, or closed. */
    void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                step();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RejectedExecutionException closing) {
                return;
            } catch (RuntimeException bug) {
                log.atError().addKeyValue("group", id).setCause(bug).log("seeing to a shard group failed in an unforeseen way");
            }
        }
    }

    /** Looks at the node soon, if it is one of this group's. */
    void suspect(String uri) {
        inbox.add(new Arrival(new GroupWatch.Event.Suspected(uri)));
    }

    /** Judges the group anew. */
    void nudge() {
        inbox.add(new Arrival(new GroupWatch.Event.Tick()));
    }

    /** Another coordinator says so. */
    void hear(GroupWatch.Event event) {
        if (inbox.size() < HEARD_MAX) inbox.add(new Arrival(event, null, true));
    }

    private void step() throws InterruptedException {
        long now = System.nanoTime();
        Arrival next = inbox.poll(Math.max(0, watch.nextDue(now) - now), TimeUnit.NANOSECONDS);
        handle(next != null ? next : new Arrival(new GroupWatch.Event.Tick()));
    }

    private void handle(Arrival arrival) {
        ClusterImage image = means.authority().image();
        ShardGroupImage group = image.group(id);
        Optional<LeaseEpoch> lease = means.leadership().leads();
        if (arrival.event() instanceof GroupWatch.Event.Suspected(String uri) && group.members().stream().anyMatch(member -> member.uri().equals(uri))) {
            means.alarms().takeNode(uri);
            if (!arrival.fromPeer() && lease.isEmpty()) tellLeader(uri);
        }
        var actions = watch.on(arrival.event(), group, lease, System.nanoTime());
        if (arrival.probed() != null) {
            NodeStatus heard = status(arrival.probed());
            publish(heard);
            means.health().heard(group, heard, System.nanoTime());
        }
        for (GroupWatch.Action action : actions) carryOut(action, image, group, lease);
        GroupStatus status = status(group, lease.isPresent());
        publish(status);
        judged.accept(status);
    }

    /** @param lease under which it was decided; a command of it is refused once another one runs, however late it comes */
    private void carryOut(GroupWatch.Action action, ClusterImage image, ShardGroupImage group, Optional<LeaseEpoch> lease) {
        switch (action) {
            case GroupWatch.Action.Probe(MemberImage member) -> threads.execute(() -> probe(member, image, group));
            case GroupWatch.Action.Bind(String uri, NodeId node) -> threads.execute(() -> bind(uri, node, lease.orElseThrow()));
            case GroupWatch.Action.Lead(var promotion) -> threads.execute(() -> promote(promotion, lease.orElseThrow()));
            case GroupWatch.Action.SwitchOver(var next) -> threads.execute(() -> switchOver(next, group, lease.orElseThrow()));
            case GroupWatch.Action.AskOthers(var uris) -> means.peers().toOthers(forWatch(new GroupWatch.Event.Asked(means.coordinatorUri(), uris)));
            case GroupWatch.Action.TellLeader(String uri, NodeId node) -> means.peers().toLeader(forWatch(new GroupWatch.Event.MetByOther(uri, node)));
            case GroupWatch.Action.TellReached(String to, String uri) -> means.peers().to(to, forWatch(new GroupWatch.Event.ReachedByOther(uri)));
            case GroupWatch.Action.GiveUpLease(String uri) -> means.leadership().giveUp("another coordinator reaches " + uri + " of shard group " + id + ", this one does not");
        }
    }

    private Peers.Message forWatch(GroupWatch.Event event) {
        return new Peers.Message.ForWatch(id, event);
    }

    /** A request failed here; whoever leads may not have noticed yet. */
    private void tellLeader(String uri) {
        long now = System.nanoTime();
        Long last = toldAt.get(uri);
        if (last != null && now - last < TOLD_AGAIN_NANOS) return;
        toldAt.put(uri, now);
        means.peers().toLeader(forWatch(new GroupWatch.Event.Suspected(uri)));
    }

    private void probe(MemberImage member, ClusterImage image, ShardGroupImage group) {
        ProbeResult result;
        try {
            result = means.probe().probe(member.uri(), new View(image, group, means.coordinatorUri(), means.authority().owners()), interval);
        } catch (RuntimeException bug) {
            log.atError().addKeyValue("node", member.uri()).setCause(bug).log("a probe failed in an unforeseen way");
            result = new ProbeResult.Silent("the probe failed: " + bug);
        }
        var probed = new Probed(member, result, image.clusterId(), group.epoch());
        inbox.add(new Arrival(new GroupWatch.Event.Probed(member.uri(), sighting(probed)), probed, false));
    }

    private Sighting sighting(Probed probed) {
        return switch (probed.result()) {
            case ProbeResult.Silent(String reason) -> new Sighting.Silent(reason);
            case ProbeResult.NobodyListens(String reason) -> new Sighting.Refused(reason);
            case ProbeResult.HttpOnly(String reason) -> new Sighting.Odd(reason);
            case ProbeResult.Refused(_, String reason) -> new Sighting.Odd(reason);
            case ProbeResult.Answered(NodeReport report) -> {
                NodeStatus status = NodeStatus.of(probed.member(), probed.result(), false, probed.clusterId(), probed.epoch());
                if (!status.healthy() && !status.isAnotherNode()) yield new Sighting.Odd(status.reason());
                if (status.healthy()) means.clock().observe(report.largestStamp());
                yield new Sighting.Met(report.nodeId(), MemberReport.of(report, probed.epoch(), means.detection()));
            }
        };
    }

    private void bind(String uri, NodeId node, LeaseEpoch lease) {
        try {
            means.authority().propose(new Command.Led(lease, new Command.BindNode(id, uri, node)), Deadline.after(PROPOSAL_MAX));
            log.atInfo().addKeyValue("group", id).addKeyValue("node", uri).addKeyValue("node_id", node).log("node joined");
            refusals.remove(uri);
        } catch (LynseException refused) {
            refusals.put(uri, refused.error().message());
        } finally {
            inbox.add(new Arrival(new GroupWatch.Event.Settled()));
        }
    }

    private void promote(FailoverDecision.Promote promote, LeaseEpoch lease) {
        try {
            Command command = promote.oldStays()
                    ? new Command.SwitchOver(id, promote.candidate(), promote.expected(), promote.seen())
                    : new Command.Promote(id, promote.candidate(), promote.expected(), promote.seen());
            ClusterImage after = means.authority().propose(new Command.Led(lease, command), Deadline.after(PROPOSAL_MAX)).image();
            lastFailure = "";
            log.atInfo()
                    .addKeyValue("group", id)
                    .addKeyValue("node", promote.candidate().uri())
                    .addKeyValue("epoch", after.group(id).epoch())
                    .log("primary promoted");
        } catch (LynseException refused) {
            lastFailure = "promotion of " + promote.candidate() + " failed: " + refused.error().message();
        } finally {
            inbox.add(new Arrival(new GroupWatch.Event.Settled()));
        }
    }

    private void switchOver(FailoverDecision.Promote next, ShardGroupImage group, LeaseEpoch lease) {
        try {
            means.switchover().run(group, next, lease, Deadline.after(PROPOSAL_MAX));
        } catch (LynseException refused) {
            log.atWarn().addKeyValue("group", id).addKeyValue("reason", refused.error().message()).log("a primary that is being stopped could not hand over");
        } finally {
            inbox.add(new Arrival(new GroupWatch.Event.Settled()));
        }
    }

    private NodeStatus status(Probed probed) {
        String uri = probed.member().uri();
        NodeStatus status = NodeStatus.of(probed.member(), probed.result(), watch.unhealthy(uri), probed.clusterId(), probed.epoch());
        String refusal = refusals.get(uri);
        boolean wouldJoin = status.isAnotherNode() || status.healthy() && !probed.member().bound();
        return refusal != null && wouldJoin ? status.copied(refusal) : status;
    }

    private GroupStatus status(ShardGroupImage group, boolean leading) {
        return switch (watch.decision()) {
            case FailoverDecision.Keep _, FailoverDecision.HandOver _ -> new GroupStatus(id, true, group.epoch(), "");
            case FailoverDecision.NoSafeMember(_, String reason) -> new GroupStatus(id, false, group.epoch(), explained(group, reason));
            case FailoverDecision.Disputed(_, String reason) -> new GroupStatus(id, false, group.epoch(), explained(group, reason));
            case FailoverDecision.Promote(_, MemberImage candidate, _, _, _) ->
                new GroupStatus(id, false, group.epoch(), promoting(candidate, leading));
            case null -> new GroupStatus(id, false, group.epoch(), explained(group, group.primary() + " has not answered yet"));
        };
    }

    private String promoting(MemberImage candidate, boolean leading) {
        if (!leading) return candidate + " is to be promoted by the leading coordinator";
        return lastFailure.isEmpty() ? candidate + " is being promoted" : lastFailure;
    }

    /** The watch's reason, and what the primary's last probe said. */
    private String explained(ShardGroupImage group, String reason) {
        return means.health().node(group.primary().uri())
                .filter(status -> !status.healthy() && !status.reason().isEmpty())
                .map(status -> reason + " (" + status.state() + ": " + status.reason() + ")")
                .orElse(reason);
    }

    private void publish(NodeStatus status) {
        String before = means.health().node(status.member().uri()).map(NodeStatus::state).orElse("unknown");
        means.health().put(status);
        if (before.equals(status.state())) return;
        log.atLevel(status.healthy() ? Level.INFO : Level.WARN)
                .addKeyValue("node", status.member().uri())
                .addKeyValue("state", status.state())
                .addKeyValue("state_before", before)
                .addKeyValue("reason", status.reason())
                .log("node state changed");
    }

    private void publish(GroupStatus status) {
        boolean before = means.health().group(status.group()).map(GroupStatus::leads).orElse(false);
        means.health().put(status);
        if (before == status.leads()) return;
        log.atLevel(status.leads() ? Level.INFO : Level.WARN)
                .addKeyValue("group", status.group())
                .addKeyValue("epoch", status.epoch())
                .addKeyValue("reason", status.reason())
                .log(status.leads() ? "primary leads" : "group without a leading primary");
    }
}
