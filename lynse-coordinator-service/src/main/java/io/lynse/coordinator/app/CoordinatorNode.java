package io.lynse.coordinator.app;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lynse.coordinator.collection.Catalog;
import io.lynse.coordinator.collection.CollectionService;
import io.lynse.coordinator.collection.Reconciler;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.database.ClusterDatabases;
import io.lynse.coordinator.failover.Switchover;
import io.lynse.coordinator.health.Alarms;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.Heartbeat;
import io.lynse.coordinator.health.KeeperMeans;
import io.lynse.coordinator.health.NodeBreaker;
import io.lynse.coordinator.health.NodeProbe;
import io.lynse.coordinator.health.Peers;
import io.lynse.coordinator.lease.LeaseKeeper;
import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.metadata.Owners;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.operate.ForcedPromoter;
import io.lynse.coordinator.operate.GroupMembers;
import io.lynse.coordinator.operate.GroupService;
import io.lynse.coordinator.operate.PlannedSwitchover;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Patience;
import io.lynse.coordinator.search.ReadService;
import io.lynse.coordinator.search.SearchService;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.write.WriteService;
import io.lynse.http.Databases;
import io.lynse.http.app.HttpApi;
import io.lynse.http.app.ServiceFace;
import io.lynse.model.Deadline;
import io.lynse.model.HybridClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The object graph of a coordinator.
 *
 * <p>A test starts one inside its own JVM by {@code CoordinatorNode.start(application, settings)} with a {@code SpringApplication}
 * of this class and the property {@code server.port=0}; the port it got is {@code local.server.port} in its environment.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(HealthSettings.class)
@Import({HttpApi.class, Coordination.class})
public class CoordinatorNode {

    /** A node that restarts is back within this time; so is a group whose primary another member follows. */
    private static final Duration RESTART = Duration.ofSeconds(15);

    private static final Duration OWNERS_INTERVAL = Duration.ofSeconds(2);

    /** Runs the coordinator. @throws RuntimeException if it cannot start; see {@link StartupFailure#explain} */
    public static ConfigurableApplicationContext start(SpringApplication application, CoordinatorSettings settings) {
        application.addInitializers(context -> context.getBeanFactory().registerSingleton("coordinatorSettings", settings));
        return application.run();
    }

    /** Closed by the authority, which writes it until its end. */
    @Bean(destroyMethod = "")
    StateFile cache(CoordinatorSettings settings) {
        return StateFile.open(settings.statePath());
    }

    @Bean
    MetadataAuthority authority(CoordinatorSettings settings, StateFile cache, ShardClients shards) {
        try {
            var owners = new Owners(settings.cluster(), settings.owners(), randomId(), node -> shards.at(node.uri()).owner());
            return StartInterruption.onShutdown(() -> owners.authority(cache, Deadline.after(settings.ownersWait())));
        } catch (RuntimeException noCluster) {
            cache.close();
            throw noCluster;
        }
    }

    @Bean
    ShardClients shardClients(CoordinatorSettings settings) {
        return ShardClients.overNetwork(settings.shardApiKey());
    }

    @Bean
    CircuitBreakerRegistry breakers(HealthSettings health) {
        return NodeBreaker.registry(health.failures());
    }

    @Bean
    ClusterHealth clusterHealth() {
        return new ClusterHealth();
    }

    @Bean
    Alarms alarms(ClusterHealth clusterHealth) {
        return new Alarms(clusterHealth);
    }

    @Bean
    HybridClock clock() {
        return new HybridClock(System::currentTimeMillis);
    }

    @Bean
    GroupCalls groupCalls(MetadataAuthority authority, ShardClients shards, Alarms alarms, HealthSettings health) {
        return new GroupCalls(authority, shards, alarms, Patience.of(health.interval(), health.failures(), RESTART));
    }

    @Bean
    Switchover switchover(MetadataAuthority authority, ShardClients shards, CoordinatorSettings settings) {
        return new Switchover(authority, shards, settings.coordinatorUri());
    }

    @Bean(initMethod = "start")
    Heartbeat heartbeat(
            MetadataAuthority authority,
            LeaseKeeper lease,
            Peers peers,
            ShardClients shards,
            Switchover switchover,
            CircuitBreakerRegistry breakers,
            ClusterHealth clusterHealth,
            HybridClock clock,
            Alarms alarms,
            GroupCalls groups,
            HealthSettings health,
            CoordinatorSettings settings) {
        return new Heartbeat(
                new KeeperMeans(
                        authority, lease, peers, NodeProbe.over(shards), switchover, clusterHealth, clock, alarms, settings.coordinatorUri(),
                        health.interval().multipliedBy(health.failures())),
                breakers, new Reconciler(authority, lease, groups, alarms), new GroupWatch.Settings(health.interval(), health.fastFailover()));
    }

    @Bean
    Databases databases(MetadataAuthority authority, LedCommands commands, GroupCalls groups, Alarms alarms, HybridClock clock) {
        var catalog = new Catalog(authority);
        return new ClusterDatabases(
                authority,
                catalog,
                new CollectionService(authority, commands, catalog, groups, alarms, CoordinatorNode::randomId),
                new WriteService(authority, groups, clock, CoordinatorNode::randomId),
                new SearchService(groups),
                new ReadService(groups));
    }

    @Bean
    ServiceFace face(MetadataAuthority authority, ClusterHealth health) {
        return new CoordinatorFace(authority, health);
    }

    @Bean(initMethod = "start")
    OwnerKeeper ownerKeeper(MetadataAuthority authority, LeaseKeeper lease, ShardClients shards, CoordinatorSettings settings) {
        return new OwnerKeeper(
                authority::image, settings.owners(), settings.cluster().nodes(), node -> shards.at(node.uri()).owner(), lease::leads, OWNERS_INTERVAL);
    }

    @Bean
    ClusterController clusterController(
            CoordinatorSettings settings, MetadataAuthority authority, ClusterHealth health, LeaseKeeper lease, OwnerKeeper owners) {
        return new ClusterController(settings, authority, health, lease, owners);
    }

    @Bean
    OperatorController operatorController(OwnerKeeper owners, MetadataAuthority authority, LedCommands commands, ShardClients shards) {
        return new OperatorController(owners, new GroupService(authority, commands, shards));
    }

    @Bean
    MemberController memberController(
            MetadataAuthority authority, LeaseKeeper lease, LedCommands commands, ShardClients shards, Switchover switchover, HealthSettings health,
            CoordinatorSettings settings) {
        return new MemberController(
                new PlannedSwitchover(authority, lease, shards, switchover, health.interval().multipliedBy(health.failures())),
                new GroupMembers(authority, commands, shards),
                new ForcedPromoter(authority, commands, shards, settings.coordinatorUri()));
    }

    @Bean
    ClusterMetrics clusterMetrics(
            MetadataAuthority authority, ClusterHealth health, CircuitBreakerRegistry breakers, OwnerKeeper owners, LeaseKeeper lease) {
        return new ClusterMetrics(authority, health, breakers, owners, lease);
    }

    @Bean
    ReadMetrics readMetrics(GroupCalls groups) {
        return new ReadMetrics(groups.readCounts());
    }

    private static byte[] randomId() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
    }
}
