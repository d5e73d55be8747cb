package io.lynse.tests.replication;

import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.ParsedEntry;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CollectionId;
import io.lynse.model.Deadline;
import io.lynse.model.GrpcPort;
import io.lynse.model.HybridClock;
import io.lynse.model.NodeId;
import io.lynse.model.RowSelection;
import io.lynse.shard.grpc.FileCalls;
import io.lynse.shard.grpc.GrpcServer;
import io.lynse.shard.grpc.GrpcSettings;
import io.lynse.shard.grpc.NodeChannels;
import io.lynse.shard.grpc.PeerCalls;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpProgress;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.shard.replication.MemberReport;
import io.lynse.shard.ship.GroupMetadata;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.shard.ship.Refill;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A shard node without its HTTP side: it keeps its port and its disk while it is stopped and started. */
final class RealNode implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(60);

    final String uri;
    CatchUpSettings gives = CatchUpSettings.DEFAULT; // from the next start on
    private final int grpcPort;
    private final Path directory;
    private final GroupMetadata metadata;
    private final UnaryOperator<EngineSettings> engineSettings;
    private @Nullable Parts parts;

    private record Parts(Engine engine, MemberDriver member, CuttablePeers peers, PeerCalls calls, FileCalls files, MetadataOwner owner, GrpcServer server) {}

    RealNode(Path directory, int port, GroupMetadata metadata, UnaryOperator<EngineSettings> engineSettings) {
        this.uri = "http://127.0.0.1:" + port;
        this.grpcPort = GrpcPort.of(port);
        this.directory = directory;
        this.metadata = metadata;
        this.engineSettings = engineSettings;
    }

    void start() {
        try {
            Engine engine = Engine.open(engineSettings.apply(EngineSettings.of(directory).withWarmUp(false)));
            var membership = NodeMembership.open(engine.directory(), engine.nodeId(), engine.lastLsn().value() > 0);
            var calls = new PeerCalls(NodeChannels.bearing(null));
            var peers = new CuttablePeers(calls);
            var files = new FileCalls(engine.nodeId(), NodeChannels.bearing(null));
            var refill = new Refill(engine, new CatchUp(engine, CatchUpSettings.DEFAULT), files, new HybridClock(System::currentTimeMillis));
            MemberDriver member = MemberDriver.start(engine, membership, refill, peers, metadata, MemberDriver.SETTINGS, System::nanoTime);
            MetadataOwner owner = MetadataOwner.start(directory.resolve("metadata"), engine.nodeId(), OwnerSettings.DEFAULT, NodeChannels.bearing(null));
            GrpcServer server = GrpcServer.start(
                    engine, membership, member, owner, RequestMemory::unbounded, new GrpcSettings(true, grpcPort, null), gives, null, "test",
                    new InetSocketAddress("127.0.0.1", grpcPort));
            parts = new Parts(engine, member, peers, calls, files, owner, server);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void stop() {
        Parts running = parts;
        parts = null;
        if (running == null) return;
        running.server.stop(Duration.ZERO);
        running.member.close();
        running.calls.close();
        running.files.close();
        running.owner.close();
        running.engine.close();
    }

    Path directory() {
        return directory;
    }

    CatchUpProgress catchUp() {
        return running().member.catchUp();
    }

    boolean isUp() {
        return parts != null;
    }

    private Parts running() {
        return Objects.requireNonNull(parts, uri + " does not run");
    }

    Engine engine() {
        return running().engine;
    }

    NodeId id() {
        return engine().nodeId();
    }

    MemberImage identity() {
        return new MemberImage(uri, id());
    }

    /** Loses what this node tells that one from now on. */
    void cutTowards(RealNode other, boolean is) {
        running().peers.cut(other.uri, is);
    }

    MemberReport see(@Nullable GroupView view) {
        return running().member.see(view, uri, Deadline.after(LONG)).report();
    }

    CompletableFuture<Applied> write(Fence fence, ParsedEntry entry) {
        return running().member.write(fence, entry, RequestMemory.unbounded(), Deadline.after(LONG));
    }

    /** Waits until it may be read. */
    void read(Fence fence, Consistency consistency) {
        running().member.read(fence, consistency, Deadline.after(LONG));
    }

    List<String> ids(CollectionId collection) {
        return engine().read(collection, new RowSelection.Head(100_000), false, false).ids().toList().stream().map(Object::toString).toList();
    }

    @Override
    public void close() {
        stop();
    }
}
