package io.lynse.coordinator.app;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.lynse.coordinator.health.Behind;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupStatus;
import io.lynse.coordinator.health.NodeStatus;
import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.shardclient.FilesTaken;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The cluster as this coordinator sees it, in numbers. A group or a member that is added while it runs gets its numbers, too. */
final class ClusterMetrics implements MeterBinder, AutoCloseable {

    /** So long a thread waits for a change before it looks whether it is still wanted. */
    private static final Duration LOOK = Duration.ofMinutes(1);


    private final MetadataAuthority authority;
    private final ClusterHealth health;
    private final CircuitBreakerRegistry breakers;
    private final OwnerKeeper owners;
    private final LeaseKeeper lease;
    private final Set<String> bound = new HashSet<>(); // by one thread at a time
    private volatile @Nullable Thread following;

    ClusterMetrics(MetadataAuthority authority, ClusterHealth health, CircuitBreakerRegistry breakers, OwnerKeeper owners, LeaseKeeper lease) {
        this.authority = authority;
        this.health = health;
        this.breakers = breakers;
        this.owners = owners;
        this.lease = lease;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(registry);
        Gauge.builder("lynse.meta.epoch", authority, source -> source.image().metaEpoch()).description("version of the cluster's metadata").register(registry);
        Gauge.builder("lynse.meta.owners", authority, source -> source.ownersHealth().owners().size()).description("nodes that keep the cluster's metadata").register(registry);
        Gauge.builder("lynse.meta.owners.healthy", authority, source -> source.ownersHealth().healthy())
                .description("those of them that answer, belong to the group and hear its leader")
                .register(registry);
        Gauge.builder("lynse.meta.decides", authority, source -> source.ownersHealth().decides() ? 1 : 0)
                .description("1 while the cluster's metadata can change; at 0 there is no failover")
                .register(registry);
        Gauge.builder("lynse.metadata.degraded", owners, source -> source.status().degraded() ? 1 : 0)
                .description("1 while an owner of the cluster's metadata is away or without its copy")
                .register(registry);
        Gauge.builder("lynse.coordinator.leads", lease, source -> source.leads().isPresent() ? 1 : 0)
                .description("1 while this coordinator leads")
                .register(registry);
        Gauge.builder("lynse.lease.epoch", authority, source -> source.image().lease().epoch().value())
                .description("epoch of the coordinators' lease; it grows with every change of the leader")
                .register(registry);
        ClusterImage first = authority.image();
        bindGroups(registry, first);
        following = Thread.ofVirtual().name("cluster-metrics").start(() -> follow(registry, first));
    }

    private void follow(MeterRegistry registry, ClusterImage first) {
        ClusterImage image = first;
        while (!Thread.currentThread().isInterrupted()) {
            image = authority.newerThan(image, Deadline.after(LOOK));
            bindGroups(registry, image);
        }
    }

    private void bindGroups(MeterRegistry registry, ClusterImage image) {
        for (ShardGroupImage group : image.groups().values()) {
            if (bound.add(group.id().value())) bindGroup(registry, group.id());
            for (MemberImage member : group.members()) {
                if (bound.add(group.id() + " " + member.uri())) bindMember(registry, group.id(), member.uri());
            }
        }
    }

    private void bindGroup(MeterRegistry registry, ShardGroupId group) {
        Gauge.builder("lynse.group.epoch", authority, source -> source.image().group(group).epoch().value())
                .tag("group", group.value())
                .description("primary epoch of the shard group")
                .register(registry);
        Gauge.builder("lynse.group.leads", health, source -> source.group(group).filter(GroupStatus::leads).isPresent() ? 1 : 0)
                .tag("group", group.value())
                .description("1 while the group's primary leads")
                .register(registry);
    }

    private void bindMember(MeterRegistry registry, ShardGroupId group, String uri) {
        Gauge.builder("lynse.node.healthy", health, source -> source.node(uri).filter(NodeStatus::healthy).isPresent() ? 1 : 0)
                .tag("group", group.value())
                .tag("node", uri)
                .description("1 while the node answers and is who it should be")
                .register(registry);
        for (ReplicaState state : ReplicaState.values()) {
            Gauge.builder("lynse.replica.state", authority, source -> isReplica(source.image().group(group), uri, state) ? 1 : 0)
                    .tag("group", group.value())
                    .tag("node", uri)
                    .tag("state", state.text())
                    .description("1 for the state of a replica; a primary has none")
                    .register(registry);
        }
        figure(registry, "lynse.replication.lag.entries", group, uri, "entries of its primary's log that the member lacks", behind(group, uri, lag -> lag.entries()));
        figure(registry, "lynse.replication.lag.seconds", group, uri, "since its primary was first seen to have an entry that the member lacks",
                behind(group, uri, lag -> lag.time().toMillis() / 1000.0));
        figure(registry, "lynse.replication.files.bytes.done", group, uri, "of a copy by files that the member takes", files(uri, FilesTaken::bytesDone));
        figure(registry, "lynse.replication.files.bytes", group, uri, "of that copy as a whole", files(uri, FilesTaken::bytesTotal));
    }

    /** Of whoever is the member at that address now. What is not known is no number. */
    private static void figure(MeterRegistry registry, String name, ShardGroupId group, String uri, String description, Supplier<Optional<Double>> now) {
        Gauge.builder(name, () -> now.get().orElse(Double.NaN)).tag("group", group.value()).tag("node", uri).description(description).register(registry);
    }

    private Supplier<Optional<Double>> behind(ShardGroupId group, String uri, ToDoubleFunction<Behind> figure) {
        return () -> authority.image().group(group).members().stream()
                .filter(member -> member.uri().equals(uri))
                .findFirst()
                .flatMap(member -> health.behind(group, member))
                .map(figure::applyAsDouble);
    }

    private Supplier<Optional<Double>> files(String uri, ToDoubleFunction<FilesTaken> figure) {
        return () -> health.node(uri).map(NodeStatus::report).map(NodeReport::files).map(figure::applyAsDouble);
    }

    private static boolean isReplica(ShardGroupImage group, String uri, ReplicaState state) {
        return group.replicas().stream().anyMatch(replica -> replica.member().uri().equals(uri) && replica.state() == state);
    }

    @Override
    public void close() {
        Thread running = following;
        if (running != null) running.interrupt();
    }
}
