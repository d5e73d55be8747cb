package io.lynse.coordinator.health;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lynse.coordinator.failover.FailoverDecision;
import io.lynse.coordinator.failover.FailoverPolicy;
import io.lynse.coordinator.failover.MemberReport;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.HybridClock;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sees to one group at a time: probes its members with the group's view, binds nodes it meets, and has the primary promoted that the policy names. */
final class GroupKeeper {

    private static final Logger log = LoggerFactory.getLogger(GroupKeeper.class);

    /** A node is met, bound, promoted and shown its new view: one visit may take as many probes. */
    private static final int PROBES_MAX = 4;

    private static final Duration PROPOSAL_MAX = Duration.ofSeconds(5);

    private final MetadataAuthority authority;
    private final NodeProbe probe;
    private final CircuitBreakerRegistry registry;
    private final Map<String, NodeBreaker> breakers = new ConcurrentHashMap<>();
    private final ClusterHealth health;
    private final HybridClock clock;
    private final Duration interval;
    private final String coordinatorUri;
    private final ExecutorService threads;

    GroupKeeper(
            MetadataAuthority authority,
            NodeProbe probe,
            CircuitBreakerRegistry registry,
            ClusterHealth health,
            HybridClock clock,
            Duration interval,
            String coordinatorUri,
            ExecutorService threads) {
        this.authority = authority;
        this.probe = probe;
        this.registry = registry;
        this.health = health;
        this.clock = clock;
        this.interval = interval;
        this.coordinatorUri = coordinatorUri;
        this.threads = threads;
    }

    /** Returns when the group needs no more, or after some probes. A group is seen to by one thread at a time, and nobody else promotes. */
    GroupStatus see(ShardGroupId id) {
        for (int probes = 1; ; probes++) {
            ClusterImage image = authority.image();
            ShardGroupImage group = image.group(id);
            GroupStatus status = visit(image, group);
            boolean changed = authority.image().group(id).version() != group.version();
            if (changed && probes < PROBES_MAX) continue;
            publish(status);
            return status;
        }
    }

    private GroupStatus visit(ClusterImage image, ShardGroupImage group) {
        var view = new View(image, group, coordinatorUri);
        var reports = new HashMap<MemberImage, MemberReport>();
        for (NodeStatus member : probeAll(group, view, image.clusterId())) {
            publish(member);
            if (!member.healthy()) continue;
            NodeReport report = member.requireReport();
            clock.observe(report.largestStamp());
            if (member.member().bound()) reports.put(member.member(), report(report, group.epoch()));
            else bind(group.id(), member, report);
        }
        return act(group, FailoverPolicy.decide(group, reports));
    }

    private List<NodeStatus> probeAll(ShardGroupImage group, View view, String clusterId) {
        var running = new ArrayList<Future<NodeStatus>>();
        for (MemberImage member : group.members()) {
            running.add(threads.submit(() -> {
                ProbeResult result = probe.probe(member.uri(), view, interval);
                NodeBreaker breaker = breakers.computeIfAbsent(member.uri(), uri -> NodeBreaker.of(registry, uri));
                breaker.record(result.alive());
                return NodeStatus.of(member, result, breaker, clusterId, group.epoch());
            }));
        }
        var statuses = new ArrayList<NodeStatus>();
        for (Future<NodeStatus> one : running) {
            try {
                statuses.add(one.get());
            } catch (ExecutionException bug) {
                throw new IllegalStateException("a probe failed in an unforeseen way", bug.getCause());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopping", stopped);
            }
        }
        return statuses;
    }

    private static MemberReport report(NodeReport said, Epoch viewEpoch) {
        boolean leads = said.canLead() && said.role().equals("primary") && said.seenEpoch().equals(viewEpoch);
        return new MemberReport(leads, said.seenEpoch(), said.ledEpoch(), said.lastLsn(), false, said.trouble()); // members cannot tell yet whom they hear
    }

    private void bind(ShardGroupId group, NodeStatus status, NodeReport report) {
        MemberImage member = status.member();
        try {
            authority.propose(new Command.BindNode(group, member.uri(), report.nodeId()), Deadline.after(PROPOSAL_MAX));
            log.atInfo().addKeyValue("group", group).addKeyValue("node", member.uri()).addKeyValue("node_id", report.nodeId()).log("node joined");
        } catch (LynseException refused) {
            publish(new NodeStatus(member, "copied_node", refused.error().message(), status.breaker(), report));
        }
    }

    private GroupStatus act(ShardGroupImage group, FailoverDecision decision) {
        return switch (decision) {
            case FailoverDecision.Keep _ -> new GroupStatus(group.id(), true, group.epoch(), "");
            case FailoverDecision.NoSafeMember(_, String reason) -> new GroupStatus(group.id(), false, group.epoch(), explained(group, reason));
            case FailoverDecision.Disputed(_, String reason) -> new GroupStatus(group.id(), false, group.epoch(), explained(group, reason));
            case FailoverDecision.Promote promote -> promote(group, promote);
        };
    }

    private GroupStatus promote(ShardGroupImage group, FailoverDecision.Promote promote) {
        try {
            Command command = promote.oldStays()
                    ? new Command.SwitchOver(promote.group(), promote.candidate(), promote.expected(), promote.seen())
                    : new Command.Promote(promote.group(), promote.candidate(), promote.expected(), promote.seen());
            authority.propose(command, Deadline.after(PROPOSAL_MAX));
            log.atInfo()
                    .addKeyValue("group", group.id())
                    .addKeyValue("node", promote.candidate().uri())
                    .addKeyValue("epoch", authority.image().group(group.id()).epoch())
                    .log("primary promoted");
            return new GroupStatus(group.id(), false, group.epoch(), promote.candidate() + " is being promoted");
        } catch (LynseException refused) {
            return new GroupStatus(group.id(), false, group.epoch(), "promotion of " + promote.candidate() + " failed: " + refused.error().message());
        }
    }

    /** The policy's reason, and what the primary's last probe said. */
    private String explained(ShardGroupImage group, String reason) {
        return health.node(group.primary().uri())
                .filter(status -> !status.healthy() && !status.reason().isEmpty())
                .map(status -> reason + " (" + status.state() + ": " + status.reason() + ")")
                .orElse(reason);
    }

    private void publish(NodeStatus status) {
        String before = health.node(status.member().uri()).map(NodeStatus::state).orElse("unknown");
        health.put(status);
        if (before.equals(status.state())) return;
        log.atLevel(status.healthy() ? Level.INFO : Level.WARN)
                .addKeyValue("node", status.member().uri())
                .addKeyValue("state", status.state())
                .addKeyValue("state_before", before)
                .addKeyValue("reason", status.reason())
                .log("node state changed");
    }

    private void publish(GroupStatus status) {
        boolean before = health.group(status.group()).map(GroupStatus::leads).orElse(false);
        health.put(status);
        if (before == status.leads()) return;
        log.atLevel(status.leads() ? Level.INFO : Level.WARN)
                .addKeyValue("group", status.group())
                .addKeyValue("epoch", status.epoch())
                .addKeyValue("reason", status.reason())
                .log(status.leads() ? "primary leads" : "group without a leading primary");
    }
}
