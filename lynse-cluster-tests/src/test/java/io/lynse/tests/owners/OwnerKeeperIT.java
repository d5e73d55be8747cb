package io.lynse.tests.owners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.metadata.Owners;
import io.lynse.coordinator.metadata.OwnersAuthority;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.owners.OwnerKeeper;
import io.lynse.coordinator.owners.OwnersStatus;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shard nodes keep the metadata, and a coordinator sees to it that enough of them do. */
class OwnerKeeperIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final NodeAddress NOWHERE = NodeAddress.parse("http://127.0.0.1:1");

    @TempDir Path folder;
    private final ShardClients clients = ShardClients.overNetwork(null);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
        clients.close();
    }

    @Test
    void aWipedOwnerIsReplacedByItselfUnderItsNewId() throws Exception {
        ShardNodes nodes = nodes(3);
        OwnersAuthority metadata = metadata(nodes, nodes.addresses());
        OwnerKeeper keeper = keeper(metadata, nodes, () -> Optional.of(LeaseEpoch.NONE));
        await().atMost(LONG).until(() -> keeper.status().owners().size() == 3 && !keeper.status().degraded());
        var lost = keeper.status().owners().stream().filter(owner -> nodes.addresses().getFirst().uri().equals(owner.uri())).findFirst().orElseThrow().node();
        nodes.stop(0);
        nodes.wipe(0);
        await().atMost(LONG).until(() -> keeper.status().degraded());
        nodes.start(0);
        await().atMost(LONG).until(() -> !keeper.status().degraded());
        assertThat(keeper.status().owners()).hasSize(3).extracting(OwnersStatus.Seen::node).doesNotContain(lost);
        nodes.stop(1);
        assertThat(metadata.propose(new Command.CreateDatabase("with the new one"), Deadline.after(LONG)).image().databases()).contains("with the new one");
    }

    @Test
    void oneOwnerBecomesThreeAndOneAgainWhileTheClusterRuns() throws Exception {
        ShardNodes nodes = nodes(3);
        List<NodeAddress> all = nodes.addresses();
        OwnersAuthority metadata = metadata(nodes, all.subList(0, 1));
        metadata.propose(new Command.CreateDatabase("db"), Deadline.after(LONG));
        OwnerKeeper keeper = keeper(metadata, nodes, () -> Optional.of(LeaseEpoch.NONE));
        assertThat(uris(keeper.change(all, Deadline.after(LONG)))).containsExactlyInAnyOrderElementsOf(all.stream().map(NodeAddress::uri).toList());
        nodes.stop(0);
        assertThat(metadata.propose(new Command.CreateDatabase("without the first"), Deadline.after(LONG)).image().databases()).contains("db", "without the first");
        nodes.start(0);
        await().atMost(LONG).until(() -> !keeper.status().degraded());
        assertThat(uris(keeper.change(all.subList(1, 2), Deadline.after(LONG)))).containsExactly(all.get(1).uri());
        for (NodeAddress left : List.of(all.get(0), all.get(2))) await().atMost(LONG).until(() -> clients.at(left.uri()).owner().describe(Deadline.after(LONG)).closed());
        assertThat(uris(keeper.change(all, Deadline.after(LONG)))).as("and three again").hasSize(3);
        await().atMost(LONG).until(() -> !keeper.status().degraded());
        assertThat(uris(keeper.change(all.subList(1, 2), Deadline.after(LONG)))).containsExactly(all.get(1).uri());
        nodes.stop(0);
        nodes.stop(2);
        assertThat(metadata.propose(new Command.CreateDatabase("alone"), Deadline.after(LONG)).image().databases()).hasSize(3);
    }

    @Test
    void aChoiceThatCannotBeMadeChangesNothing() throws Exception {
        ShardNodes nodes = nodes(3);
        List<NodeAddress> all = nodes.addresses();
        OwnerKeeper keeper = keeper(metadata(nodes, all.subList(0, 1)), nodes, () -> Optional.of(LeaseEpoch.NONE));
        assertInvalid(() -> keeper.change(all.subList(0, 2), Deadline.after(LONG)), "two metadata owners");
        assertInvalid(() -> keeper.change(List.of(), Deadline.after(LONG)), "at least one");
        assertInvalid(() -> keeper.change(List.of(all.get(0), all.get(0), all.get(1)), Deadline.after(LONG)), "named twice");
        assertInvalid(() -> keeper.change(List.of(NOWHERE), Deadline.after(LONG)), NOWHERE.uri() + " is no node of this cluster");
        nodes.stop(2);
        assertInvalid(() -> keeper.change(all, Deadline.after(LONG)), all.get(2).uri() + " does not answer");
        await().atMost(LONG).until(() -> keeper.status().owners().size() == 1);
        assertThat(uris(keeper.status())).containsExactly(all.getFirst().uri());
        OwnerKeeper standby = keeper(metadata(nodes, all.subList(0, 1), "standby"), nodes, Optional::empty);
        assertThatThrownBy(() -> standby.change(all.subList(0, 1), Deadline.after(LONG))).isInstanceOf(LynseException.class).hasMessageContaining("no active coordinator leader");
    }

    @Test
    void theWipedDiskOfTheOnlyOwnerIsToldAndNotReplaced() throws Exception {
        ShardNodes nodes = nodes(2);
        OwnerKeeper keeper = keeper(metadata(nodes, nodes.addresses().subList(0, 1)), nodes, () -> Optional.of(LeaseEpoch.NONE));
        await().atMost(LONG).until(() -> keeper.status().owners().size() == 1);
        nodes.stop(0);
        nodes.wipe(0);
        nodes.start(0);
        await().atMost(LONG).until(() -> keeper.status().troubles().toString().contains("metadata recover --from-cache"));
        assertThat(clients.at(nodes.addresses().getFirst().uri()).owner().describe(Deadline.after(LONG)).group()).isNull();
    }

    @Test
    void aCoordinatorWhoseLeaseWentToAnotherChangesNoOwners() throws Exception {
        ShardNodes nodes = nodes(3);
        List<NodeAddress> all = nodes.addresses();
        OwnersAuthority metadata = metadata(nodes, all.subList(0, 1));
        OwnerKeeper paused = keeper(metadata, nodes, () -> Optional.of(LeaseEpoch.NONE));
        var other = new LeaseImage.Holder("other", "1");
        metadata.propose(new Command.AcquireLease(other, LeaseEpoch.NONE, 0), Deadline.after(LONG));
        assertThatThrownBy(() -> paused.change(all, Deadline.after(LONG))).isInstanceOfSatisfying(LynseException.class,
                refused -> assertThat(refused.error()).isInstanceOf(LynseError.Conflict.class));
        assertThat(uris(paused.status())).containsExactly(all.getFirst().uri());
        OwnerKeeper leader = keeper(metadata, nodes, () -> Optional.of(LeaseEpoch.NONE.next()));
        await().atMost(LONG).ignoreExceptions().until(() -> leader.change(all, Deadline.after(LONG)).owners().size() == 3);
    }

    private static List<String> uris(OwnersStatus status) {
        return status.owners().stream().map(OwnersStatus.Seen::uri).toList();
    }

    private static void assertInvalid(ThrowingCallable work, String text) {
        assertThatThrownBy(work).isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isInstanceOfSatisfying(
                LynseError.InvalidArgument.class, wrong -> {
                    assertThat(wrong.field()).isEqualTo("owners");
                    assertThat(wrong.reason()).contains(text);
                }));
    }

    private ShardNodes nodes(int count) {
        var nodes = new ShardNodes(folder.resolve("nodes"), count);
        open.add(nodes);
        return nodes;
    }

    private OwnersAuthority metadata(ShardNodes nodes, List<NodeAddress> owners) {
        return metadata(nodes, owners, "coordinator");
    }

    private OwnersAuthority metadata(ShardNodes nodes, List<NodeAddress> owners, String name) {
        var groups = new ArrayList<ClusterConfig.Group>();
        for (NodeAddress address : nodes.addresses()) groups.add(new ClusterConfig.Group("sg" + groups.size(), address, 1, List.of()));
        var config = new ClusterConfig(8, Durability.DEFAULT, groups, List.of(), List.of(), null, null, null, null, null, null, null, null);
        var proposer = new byte[16];
        proposer[0] = (byte) open.size();
        OwnersAuthority authority = new Owners(config, owners, proposer, node -> clients.at(node.uri()).owner())
                .authority(StateFile.open(folder.resolve(name + ".json")), Deadline.after(LONG));
        open.add(authority);
        return authority;
    }

    private OwnerKeeper keeper(OwnersAuthority metadata, ShardNodes nodes, Supplier<Optional<LeaseEpoch>> leads) {
        var keeper = new OwnerKeeper(metadata::image, nodes.addresses(), List.of(), node -> clients.at(node.uri()).owner(), leads, Duration.ofMillis(200));
        keeper.start();
        open.add(keeper);
        return keeper;
    }
}
