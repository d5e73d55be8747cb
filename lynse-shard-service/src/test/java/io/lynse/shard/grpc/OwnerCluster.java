package io.lynse.shard.grpc;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.wire.v1.ChangeOwnersRequest;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.JoinOwnersRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.MetadataOwnerGrpc.MetadataOwnerBlockingStub;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ProposeReply;
import io.lynse.wire.v1.ProposeRequest;
import io.lynse.wire.v1.ReadImageRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Nodes with nothing but their gRPC port and Raft behind it, in one process, on real sockets and disks. */
final class OwnerCluster implements AutoCloseable {

    static final OwnerSettings SETTINGS = new OwnerSettings(Duration.ofMillis(300), 50);
    static final ClusterImage FIRST = ClusterImage.initial("cluster-1", 8, Durability.DEFAULT, List.of(new ShardGroupImage(
            new ShardGroupId("sg0"), new MemberImage("http://a:1", new NodeId("node-a")), new Epoch(1), 1, List.of())));

    private static final ByteString PROPOSER = ByteString.copyFrom(new byte[16]);

    private final Path folder;
    private final UUID group = UUID.randomUUID();
    private final AtomicLong proposals = new AtomicLong();
    private final List<Node> all = new ArrayList<>();

    OwnerCluster(Path folder) {
        this.folder = folder;
    }

    /** A node whose process may be up or down; its port, disk and id stay. */
    final class Node {
        final String id;
        final int port;
        final Path disk;
        private @Nullable MetadataOwner owner;
        private @Nullable OwnerService service;
        private @Nullable Server server;
        private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        private final ManagedChannel channel;

        private Node(String id, int port) {
            this.id = id;
            this.port = port;
            this.disk = folder.resolve(id);
            this.channel = channel("127.0.0.1:" + port);
        }

        void start() throws IOException {
            start(SETTINGS);
        }

        void start(OwnerSettings settings) throws IOException {
            owner = MetadataOwner.start(disk, new NodeId(id), settings, OwnerCluster::channel);
            service = new OwnerService(owner, () -> null, OwnerCluster::channel);
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .executor(calls).addService(owner.inbound()).addService(service).build().start();
            channel.resetConnectBackoff();
        }

        /** Cuts everything off. */
        void stop() {
            if (server != null) server.shutdownNow();
            if (service != null) service.close();
            if (owner != null) owner.close();
            server = null;
            owner = null;
            service = null;
        }

        Owner asOwner() {
            return Owner.newBuilder().setNodeId(id).setAddress("127.0.0.1:" + port).build();
        }

        MetadataOwnerBlockingStub stub() {
            return MetadataOwnerGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
        }

        MetadataOwnerGrpc.MetadataOwnerStub watching() {
            return MetadataOwnerGrpc.newStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        }

        OwnerReport report() {
            return stub().describe(DescribeOwnerRequest.getDefaultInstance());
        }

        /** Whether the node would not be ready. */
        boolean ended() {
            return Objects.requireNonNull(owner).ended();
        }

        OwnerReport join(List<Owner> owners) {
            return stub().join(JoinOwnersRequest.newBuilder().setGroupId(group.toString()).addAllOwners(owners).build());
        }

        OwnerReport change(Node... owners) {
            return changeFrom(List.of(), owners);
        }

        OwnerReport changeFrom(List<Node> expected, Node... owners) {
            return changeUnder(null, expected, owners);
        }

        OwnerReport changeUnder(@Nullable LeaseEpoch lease, List<Node> expected, Node... owners) {
            var request = ChangeOwnersRequest.newBuilder();
            if (lease != null) request.setUnderLease(lease.value());
            for (Node node : expected) request.addExpected(node.asOwner());
            for (Node node : owners) request.addOwners(node.asOwner());
            return stub().changeOwners(request.build());
        }

        ProposeReply propose(Command command) {
            return propose(proposals.incrementAndGet(), OwnerEntry.newBuilder().setCommand(CommandWire.command(command)).build());
        }

        ProposeReply propose(long proposal, OwnerEntry entry) {
            return stub().propose(ProposeRequest.newBuilder().setProposerId(PROPOSER).setProposalId(proposal).setEntry(entry).build());
        }

        /** Confirmed by a majority. */
        ClusterImage read() {
            return ImageWire.image(stub().read(ReadImageRequest.getDefaultInstance()).getImage());
        }

        @Nullable ClusterImage readHere() {
            var here = stub().read(ReadImageRequest.newBuilder().setStale(true).build());
            return here.hasImage() ? ImageWire.image(here.getImage()) : null;
        }
    }

    Node add(String id) throws IOException {
        return add(id, freePort());
    }

    Node add(String id, int port) throws IOException {
        var node = new Node(id, port);
        all.add(node);
        node.start();
        return node;
    }

    /** New nodes with those ids that hold {@link #FIRST}. */
    List<Node> form(String... ids) throws IOException {
        var nodes = new ArrayList<Node>();
        for (String id : ids) nodes.add(add(id));
        List<Owner> owners = nodes.stream().map(Node::asOwner).toList();
        for (Node node : nodes) node.join(owners);
        eventually(() -> nodes.getFirst().propose(proposals.incrementAndGet(), OwnerEntry.newBuilder().setForm(ImageWire.image(FIRST)).build()));
        return nodes;
    }

    static Node leader(List<Node> nodes) {
        return eventually(() -> nodes.stream().filter(node -> node.report().getRole().equals("leader")).findFirst().orElse(null));
    }

    /** Tries again while the owners choose a leader. */
    static <T> T eventually(Callable<T> work) {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(work, Objects::nonNull);
    }

    private static ManagedChannel channel(String address) {
        return NettyChannelBuilder.forTarget(address).usePlaintext().maxInboundMessageSize(64 << 20).build();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        for (Node node : all) {
            node.stop();
            node.channel.shutdownNow();
            node.calls.shutdownNow();
        }
    }
}
