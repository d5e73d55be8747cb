package io.lynse.tests.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.metadata.MetadataRecovery;
import io.lynse.coordinator.metadata.Owners;
import io.lynse.coordinator.metadata.OwnersAuthority;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.model.CollectionId;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three shard nodes keep the metadata of a cluster, coordinators follow it. */
class OwnersAuthorityIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path folder;
    private final ShardClients clients = ShardClients.overNetwork(null);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
        clients.close();
    }

    @Test
    void twoCoordinatorsThatStartAtOnceFormOneCluster() throws Exception {
        ShardNodes nodes = nodes(3);
        var first = new ArrayList<OwnersAuthority>();
        var threads = List.of(Thread.ofVirtual().unstarted(() -> first.add(coordinator("a", nodes))), Thread.ofVirtual().unstarted(() -> first.add(coordinator("b", nodes))));
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join();
        assertThat(first).hasSize(2).extracting(authority -> authority.image().clusterId()).containsOnly(first.getFirst().image().clusterId());
        var accepted = first.getFirst().propose(new Command.CreateDatabase("db"), soon());
        assertThat(accepted.image().databases()).contains("db");
        assertThat(first.getLast().confirmed(soon()).databases()).contains("db");
        await().atMost(LONG).until(() -> first.getLast().newerThan(first.getLast().image(), Deadline.after(Duration.ofMillis(10))).databases().contains("db"));
    }

    @Test
    void anyOneOwnerMayBeAway() throws Exception {
        ShardNodes nodes = nodes(3);
        OwnersAuthority coordinator = coordinator("a", nodes);
        for (int away = 0; away < 3; away++) {
            nodes.stop(away);
            coordinator.propose(new Command.CreateDatabase("without " + away), Deadline.after(LONG));
            nodes.start(away);
        }
        assertThat(coordinator.confirmed(Deadline.after(LONG)).databases()).contains("without 0", "without 1", "without 2");
    }

    @Test
    void withoutAMajorityACoordinatorStartsFromItsCacheAndSaysWhoIsMissing() throws Exception {
        ShardNodes nodes = nodes(3);
        OwnersAuthority before = coordinator("a", nodes);
        before.propose(new Command.CreateDatabase("db"), soon());
        end(before);
        nodes.stop(0);
        nodes.stop(1);
        OwnersAuthority after = coordinator("a", nodes);
        assertThat(after.image().databases()).as("served from the cache").contains("db");
        assertThatThrownBy(() -> after.propose(new Command.CreateDatabase("more"), Deadline.after(Duration.ofSeconds(5)))).isInstanceOfSatisfying(
                LynseException.class, failed -> assertThat(failed.error().message()).contains(nodes.addresses().get(0).uri(), "owners of the cluster's metadata"));
        nodes.start(0);
        assertThat(after.propose(new Command.CreateDatabase("again"), Deadline.after(LONG)).image().databases()).contains("db", "again");
    }

    /** Nobody waits for the time that a change of leader may take where no leader can come. */
    @Test
    void aLostMajorityIsToldLongBeforeTheDeadline() throws Exception {
        ShardNodes nodes = nodes(3);
        OwnersAuthority coordinator = coordinator("a", nodes);
        nodes.stop(0);
        nodes.stop(1);
        for (int i = 0; i < 2; i++) {
            Deadline deadline = Deadline.after(LONG);
            assertThatThrownBy(() -> coordinator.propose(new Command.CreateDatabase("db"), deadline)).isInstanceOf(LynseException.class);
            assertThatThrownBy(() -> coordinator.confirmed(deadline)).isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error())
                    .isInstanceOf(LynseError.Unavailable.class).extracting(LynseError::message).asString().contains(nodes.addresses().getFirst().uri(), "majority"));
            assertThat(deadline.passed()).isFalse();
        }
        nodes.start(0);
        assertThat(coordinator.propose(new Command.CreateDatabase("again"), Deadline.after(LONG)).image().databases()).contains("again");
    }

    @Test
    void ownersOfAnotherClusterAreRefused() throws Exception {
        ShardNodes nodes = nodes(1);
        OwnersAuthority first = coordinator("a", nodes);
        end(first);
        ShardNodes others = nodes(1);
        OwnersAuthority other = coordinator("b", others);
        end(other);
        Files.copy(folder.resolve("a.json"), folder.resolve("wrong.json"));
        assertThatThrownBy(() -> coordinator("wrong", others)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("belongs to cluster").hasMessageContaining(others.addresses().getFirst().uri());
    }

    @Test
    void aDamagedOrDeletedCacheIsMadeAnewFromTheOwners() throws Exception {
        ShardNodes nodes = nodes(1);
        OwnersAuthority first = coordinator("a", nodes);
        first.propose(new Command.CreateDatabase("db"), soon());
        end(first);
        String before = Files.readString(folder.resolve("a.json"));
        Files.writeString(folder.resolve("a.json"), before.substring(0, before.length() / 2));
        OwnersAuthority second = coordinator("a", nodes);
        assertThat(second.image().databases()).contains("db");
        end(second);
        assertThat(Files.readString(folder.resolve("a.json"))).isEqualTo(before);
        Files.delete(folder.resolve("a.json"));
        end(coordinator("a", nodes));
        assertThat(Files.readString(folder.resolve("a.json"))).isEqualTo(before);
    }

    /** It was a cache of something. */
    @Test
    void besideADamagedCacheNoNewClusterIsFormed() throws Exception {
        ShardNodes nodes = nodes(1);
        Files.writeString(folder.resolve("a.json"), "{\"format\": \"lynsedb-cl");
        assertThatThrownBy(() -> coordinator("a", nodes)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.json is damaged (line 1").hasMessageContaining("there was a cluster").hasMessageContaining("remove the file");
        Files.delete(folder.resolve("a.json"));
        assertThat(coordinator("a", nodes).image().databases()).isEmpty();
    }

    @Test
    void aClusterWithWhichNothingButAnOwnerIsSharedIsRefused() throws Exception {
        ShardNodes nodes = nodes(1);
        OwnersAuthority first = coordinator("a", nodes);
        ShardNodes others = nodes(1);
        assertThatThrownBy(() -> coordinator("b", others, nodes.addresses())).isInstanceOf(ConfigException.class)
                .hasMessageContaining(first.image().clusterId()).hasMessageContaining(nodes.addresses().getFirst().uri()).hasMessageContaining("owners of its own");
        assertThat(folder.resolve("b.json")).doesNotExist();
    }

    @Test
    void theLostDiskOfASingleOwnerIsNotTakenForANewCluster() throws Exception {
        ShardNodes nodes = nodes(1);
        OwnersAuthority first = coordinator("a", nodes);
        end(first);
        nodes.stop(0);
        try (var files = Files.walk(folder.resolve("nodes0"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
        nodes.start(0);
        assertThatThrownBy(() -> coordinator("a", nodes)).isInstanceOf(ConfigException.class).hasMessageContaining("metadata recover --from-cache");
    }

    /** The coordinator's cache is gone, too: what is left of the cluster is the place that the other node has in it. */
    @Test
    void noClusterIsFormedAmongMembersOfALostOne() throws Exception {
        ShardNodes nodes = nodes(2);
        List<NodeAddress> owner = nodes.addresses().subList(0, 1);
        OwnersAuthority first = coordinator("a", nodes, owner);
        ClusterImage image = first.image();
        end(first);
        NodeAddress member = nodes.addresses().getLast();
        clients.at(member.uri()).probe(new View(image, Objects.requireNonNull(image.groups().get(new ShardGroupId("sg1"))), "", List.of()), soon());
        for (int node = 0; node < 2; node++) nodes.stop(node);
        nodes.wipe(0);
        Files.delete(folder.resolve("a.json"));
        for (int node = 0; node < 2; node++) nodes.start(node);
        assertThatThrownBy(() -> coordinator("a", nodes, owner)).isInstanceOf(ConfigException.class).hasMessageContaining(image.clusterId())
                .hasMessageContaining("[" + member.uri() + "]").hasMessageContaining("metadata recover --from-cache");
        assertThat(clients.at(owner.getFirst().uri()).owner().describe(soon()).group()).as("nothing was formed").isNull();
    }

    @Test
    void theMetadataIsFormedAnewFromTheCacheOnceNobodyHasItAnyMore() throws Exception {
        ShardNodes nodes = nodes(3);
        OwnersAuthority before = coordinator("a", nodes);
        OwnersAuthority running = coordinator("b", nodes);
        before.propose(new Command.CreateDatabase("kept"), soon());
        await().atMost(LONG).until(() -> running.image().databases().contains("kept"));
        open.remove(before);
        before.close();
        ClusterImage cached = before.image();
        var recovery = new MetadataRecovery(config(nodes), nodes.addresses(), proposer(), node -> clients.at(node.uri()));
        assertThatThrownBy(() -> recovery.recover(cached, soon())).isInstanceOf(ConfigException.class).hasMessageContaining("still keeps metadata");
        for (int node = 0; node < 3; node++) nodes.stop(node);
        for (int node = 0; node < 3; node++) nodes.wipe(node);
        nodes.start(0);
        nodes.start(1);
        assertThatThrownBy(() -> recovery.recover(cached, soon())).isInstanceOf(ConfigException.class).hasMessageContaining("was not heard");
        nodes.start(2);
        recovery.recover(cached, Deadline.after(LONG));
        assertThatThrownBy(() -> recovery.recover(cached, soon())).isInstanceOf(ConfigException.class).hasMessageContaining("there already");
        OwnersAuthority after = coordinator("a", nodes);
        assertThat(after.propose(new Command.CreateDatabase("new"), Deadline.after(LONG)).image().databases()).contains("kept", "new");
        assertThat(after.image().clusterId()).isEqualTo(cached.clusterId());
        await().atMost(LONG).until(() -> running.image().databases().contains("new"));
    }

    @Test
    void whatChangesNothingIsAnsweredToo() throws Exception {
        OwnersAuthority coordinator = coordinator("a", nodes(1));
        coordinator.propose(new Command.CreateDatabase("db"), soon());
        var again = coordinator.propose(new Command.CreateDatabase("db"), soon());
        assertThat(again.records()).isEmpty();
        assertThat(again.image().databases()).contains("db");
    }

    @Test
    void aRefusalIsAnAnswer() throws Exception {
        OwnersAuthority coordinator = coordinator("a", nodes(1));
        assertThatThrownBy(() -> coordinator.propose(new Command.FixDimension(new CollectionId(7), 4), soon()))
                .isInstanceOfSatisfying(LynseException.class, failed -> assertThat(failed.error()).isEqualTo(new LynseError.NotFound("collection", "7")));
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private ShardNodes nodes(int count) {
        var nodes = new ShardNodes(folder.resolve("nodes" + open.stream().filter(ShardNodes.class::isInstance).count()), count);
        open.add(nodes);
        return nodes;
    }

    private static ClusterConfig config(ShardNodes nodes) {
        var groups = new ArrayList<ClusterConfig.Group>();
        for (NodeAddress address : nodes.addresses()) groups.add(new ClusterConfig.Group("sg" + groups.size(), address, 1, List.of()));
        return new ClusterConfig(8, Durability.DEFAULT, groups, List.of(), List.of(), null, null, null, null, null, null, null, null);
    }

    private static byte[] proposer() {
        var proposer = new byte[16];
        ThreadLocalRandom.current().nextBytes(proposer);
        return proposer;
    }

    private void end(OwnersAuthority coordinator) {
        open.remove(coordinator);
        coordinator.close();
    }

    private OwnersAuthority coordinator(String name, ShardNodes nodes) {
        return coordinator(name, nodes, nodes.addresses());
    }

    private OwnersAuthority coordinator(String name, ShardNodes nodes, List<NodeAddress> wanted) {
        var owners = new Owners(config(nodes), wanted, proposer(), node -> clients.at(node.uri()).owner());
        StateFile cache = StateFile.open(folder.resolve(name + ".json"));
        try {
            OwnersAuthority authority = owners.authority(cache, Deadline.after(LONG));
            open.add(authority);
            return authority;
        } catch (RuntimeException refused) {
            cache.close();
            throw refused;
        }
    }
}
