package io.lynse.coordinator.database;

import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.collection.Catalog;
import io.lynse.coordinator.collection.CollectionService;
import io.lynse.coordinator.collection.Reconciler;
import io.lynse.coordinator.failover.Switchover;
import io.lynse.coordinator.health.Alarms;
import io.lynse.coordinator.health.ClusterHealth;
import io.lynse.coordinator.health.GroupStatus;
import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.HeardPeers;
import io.lynse.coordinator.health.Heartbeat;
import io.lynse.coordinator.health.KeeperMeans;
import io.lynse.coordinator.health.NodeBreaker;
import io.lynse.coordinator.health.NodeProbe;
import io.lynse.coordinator.lease.FixedLeadership;
import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Patience;
import io.lynse.coordinator.search.ReadService;
import io.lynse.coordinator.search.SearchService;
import io.lynse.coordinator.shardclient.FakeShard;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.write.WriteService;
import io.lynse.http.Databases;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.Epoch;
import io.lynse.model.HybridClock;
import io.lynse.model.ShardGroupId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** A coordinator over two groups of one {@link FakeShard} each, without files, ports or Spring. */
final class FakeCluster implements AutoCloseable {

    static final ShardGroupId SG0 = new ShardGroupId("sg0");
    static final ShardGroupId SG1 = new ShardGroupId("sg1");

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

    // In-process servers have one name space per JVM: two clusters must not meet in it.
    private static int clusters;

    final FakeShard a;
    final FakeShard b;
    final MemoryAuthority authority;
    final ClusterHealth health = new ClusterHealth();
    final Alarms alarms;
    final FixedLeadership leadership = FixedLeadership.alone();
    final HeardPeers peers = new HeardPeers();
    final Databases databases;
    private final ShardClients shards = ShardClients.over(FakeShard::channel);
    final GroupCalls groups;
    private final Heartbeat heartbeat;

    FakeCluster() {
        int port = 20_000 + 2 * clusters++;
        String uriA = "http://127.0.0.1:" + port;
        String uriB = "http://127.0.0.1:" + (port + 1);
        a = new FakeShard(uriA, "node-a" + port);
        b = new FakeShard(uriB, "node-b" + port);
        authority = new MemoryAuthority(ClusterImage.initial("cluster-" + port, 64, Durability.DEFAULT, List.of(group(SG0, uriA), group(SG1, uriB))));
        alarms = new Alarms(health);
        var clock = new HybridClock(System::currentTimeMillis);
        groups = new GroupCalls(authority, shards, alarms, new Patience(Duration.ofMillis(600), TWO_SECONDS, TWO_SECONDS, TWO_SECONDS));
        heartbeat = new Heartbeat(
                new KeeperMeans(authority, leadership, peers, NodeProbe.over(shards), new Switchover(authority, shards, "http://coordinator:7637"), health, clock, alarms, "http://coordinator:7637", Duration.ofMillis(600)),
                NodeBreaker.registry(3), new Reconciler(authority, leadership, groups, alarms), new GroupWatch.Settings(Duration.ofMillis(200), true));
        var catalog = new Catalog(authority);
        databases = new ClusterDatabases(
                authority,
                catalog,
                new CollectionService(authority, new LedCommands(authority, leadership), catalog, groups, alarms, FakeCluster::writeId),
                new WriteService(authority, groups, clock, FakeCluster::writeId),
                new SearchService(groups),
                new ReadService(groups));
    }

    /** Its nodes are probed, whoever leads. */
    FakeCluster watched() {
        heartbeat.start();
        return this;
    }

    FakeCluster started() {
        watched();
        awaitLeading(SG0);
        awaitLeading(SG1);
        return this;
    }

    void awaitLeading(ShardGroupId group) {
        await().until(() -> health.group(group).filter(GroupStatus::leads).isPresent());
    }

    Epoch epoch(ShardGroupId group) {
        return authority.image().group(group).epoch();
    }

    CollectionId id(CollectionName name) {
        return Objects.requireNonNull(authority.image().collection(name)).id();
    }

    private static ShardGroupImage group(ShardGroupId id, String uri) {
        return new ShardGroupImage(id, new MemberImage(uri, null), new Epoch(1), 1, List.of());
    }

    private static byte[] writeId() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
    }

    @Override
    public void close() {
        heartbeat.close();
        groups.close();
        shards.close();
        a.close();
        b.close();
    }
}
