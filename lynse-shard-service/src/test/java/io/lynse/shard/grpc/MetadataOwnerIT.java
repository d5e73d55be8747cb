package io.lynse.shard.grpc;

import static io.lynse.shard.grpc.OwnerCluster.FIRST;
import static io.lynse.shard.grpc.OwnerCluster.eventually;
import static io.lynse.shard.grpc.OwnerCluster.leader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.wire.v1.JoinOwnersRequest;
import io.lynse.wire.v1.MetadataChange;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.WatchEvent;
import io.lynse.wire.v1.WatchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataOwnerIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final CollectionName DOCS = new CollectionName("db", "docs");

    @TempDir Path folder;
    private OwnerCluster cluster;

    @BeforeEach
    void make() {
        cluster = new OwnerCluster(folder);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void aNodeThatIsNoOwnerSaysSo() throws Exception {
        var node = cluster.add("a");
        assertThat(node.report()).satisfies(report -> {
            assertThat(report.getNodeId()).isEqualTo("a");
            assertThat(report.getGroupId()).isEmpty();
            assertThat(report.getOwnersList()).isEmpty();
        });
        assertThatThrownBy(node::read).satisfies(failure -> assertThat(error(failure)).isInstanceOf(LynseError.Unavailable.class)
                .extracting(LynseError::message).asString().contains("does not keep the cluster's metadata"));
    }

    @Test
    void oneOwnerKeepsWhatItDecidedThroughARestart() throws Exception {
        var node = cluster.form("a").getFirst();
        node.propose(new Command.CreateDatabase("db"));
        assertThat(node.propose(new Command.CreateDatabase("db")).getAccepted().getChangesList()).isEmpty();
        assertThat(node.propose(new Command.DropCollection(new CollectionName("none", "docs"))).hasRefused()).isTrue();
        node.stop();
        node.start();
        assertThat(eventually(node::read)).isEqualTo(FIRST.apply(new MetadataRecord.DatabaseCreated("db")));
        assertThat(node.report().getClusterId()).isEqualTo("cluster-1");
    }

    @Test
    void theFirstImageStays() throws Exception {
        var node = cluster.form("a").getFirst();
        var other = ClusterImage.initial("cluster-2", 4, Durability.ASYNC, List.copyOf(FIRST.groups().values()));
        node.propose(1000, OwnerEntry.newBuilder().setForm(ImageWire.image(other)).build());
        assertThat(node.read()).isEqualTo(FIRST);
    }

    @Test
    void anyOwnerTakesAProposalAndConfirmsARead() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        for (int i = 0; i < 3; i++) {
            String database = "db" + i;
            nodes.get(i).propose(new Command.CreateDatabase(database));
            for (var node : nodes) assertThat(node.read().databases()).contains(database);
        }
    }

    @Test
    void aProposalThatIsRepeatedElsewhereIsDecidedOnce() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        nodes.getFirst().propose(new Command.CreateDatabase("db"));
        nodes.getFirst().propose(new Command.DeclareCollection(DOCS, new CollectionSpec(4, ElementType.FLOAT32, null), null));
        var allocate = OwnerEntry.newBuilder().setCommand(CommandWire.command(new Command.AllocateIds(new CollectionId(1), 10, 0))).build();
        var replies = nodes.stream().map(node -> node.propose(1000, allocate)).distinct().toList();
        assertThat(replies).hasSize(1);
        assertThat(nodes.getLast().read().collection(new CollectionId(1)).orElseThrow().nextId()).isEqualTo(10);
    }

    /** What Ratis remembers of answers it forgets with a restart, but for what it reads from its log again. */
    @Test
    void aProposalThatIsRepeatedAfterARestartIsDecidedOnce() throws Exception {
        var node = cluster.form("a").getFirst();
        node.propose(new Command.CreateDatabase("db"));
        node.propose(new Command.DeclareCollection(DOCS, new CollectionSpec(4, ElementType.FLOAT32, null), null));
        var allocate = OwnerEntry.newBuilder().setCommand(CommandWire.command(new Command.AllocateIds(new CollectionId(1), 10, 0))).build();
        var first = node.propose(1000, allocate);
        for (int i = 0; i < 60; i++) node.propose(new Command.CreateDatabase("db" + i)); // a snapshot lies behind it
        node.stop();
        node.start();
        assertThat(eventually(() -> node.propose(1000, allocate))).isEqualTo(first);
        assertThat(node.read().collection(new CollectionId(1)).orElseThrow().nextId()).isEqualTo(10);
    }

    @Test
    void theOthersGoOnWithoutTheLeaderWhichCatchesUpWhenItIsBack() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var rest = nodes.stream().filter(node -> node != leader).toList();
        leader.stop();
        eventually(() -> rest.getFirst().propose(new Command.CreateDatabase("without the leader")));
        assertThat(eventually(() -> rest.getLast().read()).databases()).contains("without the leader");
        leader.start();
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(leader.readHere()).isEqualTo(rest.getFirst().read()));
    }

    /** As a process leaves it that is killed before its log goes on behind the snapshot that the leader sent. */
    @Test
    void anOwnerWhoseLogEndsBeforeItsSnapshotCatchesUp() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var killed = nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        await().atMost(LONG).until(() -> killed.readHere() != null);
        killed.stop();
        for (int i = 0; i < 120; i++) {
            var another = new Command.CreateDatabase("db" + i);
            eventually(() -> leader.propose(another));
        }
        await().atMost(LONG).until(() -> snapshots(leader).size(), files -> files >= 4);
        for (Path file : snapshots(leader)) {
            Files.copy(file, killed.disk.resolve(leader.disk.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
        }
        killed.start();
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(killed.readHere()).isEqualTo(leader.read()));
        eventually(() -> leader.propose(new Command.CreateDatabase("after it")));
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(killed.readHere()).isEqualTo(leader.read()));
    }

    /** Two are kept, each with its checksum. */
    private static List<Path> snapshots(OwnerCluster.Node node) throws IOException {
        try (var groups = Files.list(node.disk)) {
            try (var files = Files.list(groups.findFirst().orElseThrow().resolve("sm"))) {
                return files.toList();
            }
        }
    }

    @Test
    void withoutAMajorityNothingIsDecidedAndWhatIsKnownIsStillTold() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        nodes.getFirst().propose(new Command.CreateDatabase("db"));
        var left = nodes.getFirst();
        await().atMost(LONG).until(() -> left.readHere() != null && left.readHere().databases().contains("db"));
        nodes.get(1).stop();
        nodes.get(2).stop();
        assertThatThrownBy(() -> left.propose(new Command.CreateDatabase("alone")))
                .satisfies(failure -> assertThat(Status.fromThrowable(failure).getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED));
        assertThatThrownBy(left::read).isInstanceOf(StatusRuntimeException.class);
        assertThat(Objects.requireNonNull(left.readHere()).databases()).contains("db").doesNotContain("alone");
        nodes.get(1).start();
        eventually(() -> left.propose(new Command.CreateDatabase("two again")));
    }

    @Test
    void anOwnerOfOneGroupJoinsNoOther() throws Exception {
        var a = cluster.form("a").getFirst();
        var request = JoinOwnersRequest.newBuilder().setGroupId(new UUID(1, 2).toString()).build();
        assertThatThrownBy(() -> a.stub().join(request)).satisfies(failure -> assertThat(error(failure)).isInstanceOf(LynseError.Conflict.class));
        assertThatThrownBy(() -> a.stub().join(request.toBuilder().setGroupId("../x").build()))
                .satisfies(failure -> assertThat(error(failure)).isInstanceOfSatisfying(LynseError.InvalidArgument.class, wrong -> assertThat(wrong.field()).isEqualTo("group_id")));
    }

    @Test
    void aFollowerSeesEveryChangeInOrderAndGoesOnWhereItLeftOff() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        try (var watch = new Watch(nodes.get(1), 0)) {
            await().atMost(LONG).until(() -> watch.events.stream().anyMatch(WatchEvent::hasImage));
            for (int i = 0; i < 20; i++) nodes.get(i % 3).propose(new Command.CreateDatabase("db" + i));
            await().atMost(LONG).until(() -> watch.created().size() == 20);
            assertThat(watch.created()).isEqualTo(IntStream.range(0, 20).mapToObj(i -> "db" + i).toList());
        }
        long seen = nodes.get(2).report().getApplied();
        nodes.getFirst().propose(new Command.CreateDatabase("later"));
        try (var watch = new Watch(nodes.get(2), seen)) {
            await().atMost(LONG).until(() -> watch.created().contains("later"));
            assertThat(watch.events).noneMatch(WatchEvent::hasImage);
        }
    }

    @Test
    void anOwnerThatHearsNoLeaderTellsNobodyThatAllIsWell() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        try (var watch = new Watch(nodes.getFirst(), 0)) {
            await().atMost(LONG).until(() -> watch.events.stream().anyMatch(WatchEvent::hasImage));
            nodes.get(1).stop();
            nodes.get(2).stop();
            await().atMost(LONG).until(() -> watch.ended != null);
            assertThat(error(Objects.requireNonNull(watch.ended))).isInstanceOf(LynseError.Unavailable.class);
        }
    }

    @Test
    void aNodeJoinsOneGroupAtATime() throws Exception {
        var node = cluster.add("a");
        var joins = IntStream.range(0, 8).mapToObj(i -> Thread.ofVirtual().unstarted(() -> {
            try {
                node.stub().join(JoinOwnersRequest.newBuilder().setGroupId(new UUID(1, i).toString()).addOwners(node.asOwner()).build());
            } catch (StatusRuntimeException another) {
                assertThat(error(another)).isInstanceOf(LynseError.Conflict.class);
            }
        })).toList();
        joins.forEach(Thread::start);
        for (Thread join : joins) join.join();
        try (var folders = Files.list(node.disk)) {
            assertThat(folders).hasSize(1);
        }
    }

    @Test
    void aFollowerOfAnotherClusterIsTurnedAway() throws Exception {
        var node = cluster.form("a").getFirst();
        var events = node.stub().watch(WatchRequest.newBuilder().setClusterId("cluster-2").build());
        assertThatThrownBy(events::hasNext).satisfies(failure -> assertThat(error(failure)).isInstanceOf(LynseError.Conflict.class)
                .extracting(LynseError::message).asString().contains("cluster-1", "cluster-2"));
    }

    /** What an owner tells a follower, until it is closed. */
    private static final class Watch implements AutoCloseable, StreamObserver<WatchEvent> {
        final List<WatchEvent> events = new CopyOnWriteArrayList<>();
        volatile @Nullable Throwable ended;
        private final Context.CancellableContext context = Context.current().withCancellation();

        Watch(OwnerCluster.Node node, long after) {
            context.run(() -> node.watching().watch(WatchRequest.newBuilder().setClusterId("cluster-1").setAfter(after).build(), this));
        }

        List<String> created() {
            return events.stream().flatMap(event -> event.getChanges().getChangesList().stream())
                    .filter(change -> change.getKindCase() == MetadataChange.KindCase.DATABASE_CREATED).map(MetadataChange::getDatabaseCreated).toList();
        }

        @Override
        public void onNext(WatchEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            ended = failure;
        }

        @Override
        public void onCompleted() {}

        @Override
        public void close() {
            context.cancel(null);
        }
    }

    private static LynseError error(Throwable failure) {
        return GrpcErrors.fromGrpc(failure).orElseThrow(() -> new AssertionError(failure));
    }
}
