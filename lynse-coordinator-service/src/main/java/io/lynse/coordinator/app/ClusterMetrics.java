package io.lynse.coordinator.app;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupStatus;
import io.lynse.coordinator.health.NodeStatus;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The cluster as this coordinator sees it, in numbers. Groups are those of the start: none come or go yet. */
final class ClusterMetrics implements MeterBinder {

    private final MetadataAuthority authority;
    private final ClusterHealth health;
    private final CircuitBreakerRegistry breakers;
    private final OwnerKeeper owners;

    ClusterMetrics(MetadataAuthority authority, ClusterHealth health, CircuitBreakerRegistry breakers, OwnerKeeper owners) {
        this.authority = authority;
        this.health = health;
        this.breakers = breakers;
        this.owners = owners;
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
        for (ShardGroupImage group : authority.image().groups().values()) {
            Gauge.builder("lynse.group.epoch", authority, source -> source.image().group(group.id()).epoch().value())
                    .tag("group", group.id().value())
                    .description("primary epoch of the shard group")
                    .register(registry);
            Gauge.builder("lynse.group.leads", health, source -> source.group(group.id()).filter(GroupStatus::leads).isPresent() ? 1 : 0)
                    .tag("group", group.id().value())
                    .description("1 while the group's primary leads")
                    .register(registry);
            for (MemberImage member : group.members()) {
                Gauge.builder("lynse.node.healthy", health, source -> source.node(member.uri()).filter(NodeStatus::healthy).isPresent() ? 1 : 0)
                        .tag("group", group.id().value())
                        .tag("node", member.uri())
                        .description("1 while the node answers and is who it should be")
                        .register(registry);
            }
        }
    }
}
