package io.lynse.tests.linearizability;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.HybridClock;
import io.lynse.shard.grpc.FileCalls;
import io.lynse.shard.grpc.GrpcServer;
import io.lynse.shard.grpc.GrpcSettings;
import io.lynse.shard.grpc.NodeChannels;
import io.lynse.shard.grpc.OwnerCalls;
import io.lynse.shard.grpc.PeerCalls;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.OwnerSettings;
import io.lynse.shard.recovery.CatchUp;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.shard.ship.Refill;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A shard node without HTTP and without Spring, in a process of its own: its engine, Raft, and the whole gRPC listener. What is left out takes no
 * part in the metadata and is most of what a start costs.
 */
final class OwnerMain {

    /** Elections as quick as a busy machine bears; snapshots so often that restarts begin with one, and whoever was away is sent one. */
    private static final OwnerSettings SETTINGS = new OwnerSettings(Duration.ofMillis(300), 50);

    private static final int REQUEST_BYTES_MAX = 64 << 20;

    private OwnerMain() {}

    /** @param args the node's folder, and the port of its gRPC on 127.0.0.1 */
    static void main(String[] args) throws IOException {
        Engine engine = Engine.open(EngineSettings.of(Path.of(args[0])).withWarmUp(false));
        var membership = NodeMembership.open(engine.directory(), engine.nodeId(), false);
        var refill = new Refill(
                engine, new CatchUp(engine, CatchUpSettings.DEFAULT), new FileCalls(engine.nodeId(), NodeChannels.bearing(null)),
                new HybridClock(System::currentTimeMillis));
        var member = MemberDriver.start(
                engine, membership, refill, new PeerCalls(NodeChannels.bearing(null)), new OwnerCalls(NodeChannels.bearing(null)), MemberDriver.SETTINGS, System::nanoTime);
        var owner = MetadataOwner.start(engine.directory().resolve("metadata"), engine.nodeId(), SETTINGS, NodeChannels.bearing(null));
        var budget = new MemoryBudget("on the heap", REQUEST_BYTES_MAX);
        GrpcServer.start(
                engine, membership, member, owner, () -> new RequestMemory(budget, budget), new GrpcSettings(true, 0, null), CatchUpSettings.DEFAULT, null, "test",
                new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])));
        System.out.println("listening");
        // Ends with the tests, however they end: their end of the pipe is closed then.
        while (System.in.read() >= 0) continue;
        Runtime.getRuntime().halt(0);
    }
}
