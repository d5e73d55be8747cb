package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.metadata.wire.ChangeWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ReadImageReply;
import io.lynse.wire.v1.ReadImageRequest;
import io.lynse.wire.v1.WatchEvent;
import io.lynse.wire.v1.WatchRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator and owners of the metadata that tell what the test wants. */
class OwnersAuthorityTest {

    private static final NodeAddress OWNER = new NodeAddress("owner-of-the-test", 1);
    private static final ClusterImage FIRST = ClusterImage.initial(
            "cluster-1", 8, Durability.DEFAULT, List.of(new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));
    private static final MetadataRecord SECOND = new MetadataRecord.DatabaseCreated("second");
    private static final MetadataRecord THIRD = new MetadataRecord.DatabaseCreated("third");

    @TempDir Path folder;
    private final Owner owner = new Owner();

    @Test
    void aWatchThatAReadOvertookGoesOnWhereTheReadWas() throws IOException {
        Server server = InProcessServerBuilder.forName(OWNER.uri()).addService(owner).build().start();
        try (var clients = ShardClients.over(node -> InProcessChannelBuilder.forName(node.uri()).build());
                var authority = new OwnersAuthority(List.of(OWNER), List.of(OWNER), new FollowedImage(0, FIRST), new byte[16],
                        node -> clients.at(node.uri()).owner(), StateFile.open(folder.resolve("cache.json")))) {
            await().until(() -> owner.asked.equals(List.of(0L)));
            owner.tell(WatchEvent.newBuilder().setPosition(5).setImage(ImageWire.image(FIRST)).build());
            authority.otherThan(FIRST, Deadline.after(Duration.ofMinutes(1)));
            assertThat(authority.confirmed(Deadline.after(Duration.ofMinutes(1))).databases()).containsExactly("second");
            owner.tell(WatchEvent.newBuilder().setPosition(9).setChanges(ChangeWire.changes(List.of(SECOND, THIRD))).build());
            await().until(() -> owner.asked.size() > 1);
            assertThat(owner.asked).containsExactly(0L, 7L);
            owner.tell(WatchEvent.newBuilder().setPosition(9).setChanges(ChangeWire.changes(List.of(THIRD))).build());
            await().until(() -> authority.image().databases().contains("third"));
        } finally {
            server.shutdownNow();
        }
    }

    /** A stopped process keeps its connections. Each may take its time, but not one after the other. */
    @Test
    void ofOwnersThatHangTheSecondIsGivenWhatTheFirstLeft() throws IOException {
        var hanging = new Hanging();
        Server server = InProcessServerBuilder.forName("hanging-owners").addService(hanging).build().start();
        List<NodeAddress> owners = List.of(OWNER, new NodeAddress("another", 1));
        try (var clients = ShardClients.over(_ -> InProcessChannelBuilder.forName("hanging-owners").build());
                var authority = new OwnersAuthority(
                        owners, owners, new FollowedImage(0, FIRST), new byte[16], node -> clients.at(node.uri()).owner(), StateFile.open(folder.resolve("cache.json")))) {
            assertThatThrownBy(() -> authority.confirmed(Deadline.after(Duration.ofMinutes(1)))).isInstanceOfSatisfying(
                    LynseException.class, lost -> assertThat(lost.error()).isInstanceOf(LynseError.Unavailable.class));
            assertThat(hanging.given).isNotEmpty();
            assertThat(hanging.given.stream().skip(1)).allMatch(millis -> millis < 1000);
        } finally {
            server.shutdownNow();
        }
    }

    private static final class Hanging extends MetadataOwnerGrpc.MetadataOwnerImplBase {

        final List<Long> given = new CopyOnWriteArrayList<>(); // milliseconds for each read

        @Override
        public void watch(WatchRequest request, StreamObserver<WatchEvent> events) {}

        @Override
        public void describe(DescribeOwnerRequest request, StreamObserver<OwnerReport> reply) {}

        @Override
        public void read(ReadImageRequest request, StreamObserver<ReadImageReply> reply) {
            given.add(Objects.requireNonNull(Context.current().getDeadline()).timeRemaining(TimeUnit.MILLISECONDS));
        }
    }

    /** Its log: the first image at 5, a database at 7 and another one at 9. */
    private static final class Owner extends MetadataOwnerGrpc.MetadataOwnerImplBase {

        final List<Long> asked = new CopyOnWriteArrayList<>();
        private @Nullable StreamObserver<WatchEvent> watching;
        private long told;

        synchronized void tell(WatchEvent event) {
            if (watching == null) return;
            watching.onNext(event);
            told = event.getPosition();
        }

        /** An owner that says nothing is taken for a lost one. */
        synchronized void greet() {
            tell(WatchEvent.newBuilder().setPosition(told).build());
        }

        @Override
        public synchronized void watch(WatchRequest request, StreamObserver<WatchEvent> events) {
            watching = events;
            told = request.getAfter();
            asked.add(told);
        }

        @Override
        public void describe(DescribeOwnerRequest request, StreamObserver<OwnerReport> reply) {
            greet();
            var self = io.lynse.wire.v1.Owner.newBuilder().setNodeId("n").setAddress(OWNER.grpcAddress());
            reply.onNext(OwnerReport.newBuilder().setNodeId("n").setGroupId(new UUID(1, 1).toString()).setClusterId(FIRST.clusterId()).setRole("leader")
                    .addOwners(self).setLeader(self).build());
            reply.onCompleted();
        }

        @Override
        public void read(ReadImageRequest request, StreamObserver<ReadImageReply> reply) {
            reply.onNext(ReadImageReply.newBuilder().setPosition(7).setImage(ImageWire.image(FIRST.apply(SECOND))).build());
            reply.onCompleted();
        }
    }
}
