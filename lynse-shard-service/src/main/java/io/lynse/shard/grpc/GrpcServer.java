package io.lynse.shard.grpc;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.lynse.engine.Engine;
import io.lynse.memory.RequestMemory;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.shard.membership.Standing;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.shard.recovery.GivenFiles;
import io.lynse.shard.recovery.RateLimit;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.RaftExchangeGrpc;
import io.lynse.wire.v1.ReplicationGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's gRPC listener: the data path, the cluster's metadata, health and reflection. Started and stopped once. */
public final class GrpcServer {

    private static final int MESSAGE_BYTES_MAX = 4 << 20;
    private static final Duration KEEP_ALIVE_LEAST = Duration.ofSeconds(5);
    private static final int CONTROL_THREADS = 4;
    private static final Set<String> CONTROL = Set.of(MetadataOwnerGrpc.SERVICE_NAME, RaftExchangeGrpc.SERVICE_NAME, ReplicationGrpc.SERVICE_NAME);

    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());
    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService control = Executors.newFixedThreadPool(CONTROL_THREADS, Thread.ofPlatform().name("control-", 0).factory());
    private final OwnerService owners;
    private final GivenFiles givenFiles;
    private final Server server;

    private GrpcServer(Engine engine, NodeMembership membership, MemberDriver member, MetadataOwner owner, Supplier<RequestMemory> memories, GrpcSettings settings,
            CatchUpSettings catchUp, @Nullable String apiKey, String version, InetSocketAddress address) {
        var shard = new ShardService(engine, membership, member, memories, settings.entryBytes(), version, calls);
        this.owners = new OwnerService(owner, () -> cluster(membership), NodeChannels.bearing(apiKey));
        this.givenFiles = new GivenFiles(engine::give, catchUp, System::nanoTime);
        var files = new FilesService(
                givenFiles, member::requireLeading, new RateLimit(catchUp.bytesPerSecond(), System::nanoTime), calls);
        var key = new KeyCheck(apiKey);
        this.server = NettyServerBuilder.forAddress(address)
                .executor(calls)
                .callExecutor(new ControlFirst())
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                // A coordinator keeps its channels alive while they are idle, so that it hears of a dead node.
                .permitKeepAliveTime(KEEP_ALIVE_LEAST.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(ServerInterceptors.interceptForward(shard, key, new Deadlines()))
                .addService(ServerInterceptors.interceptForward(files, key, new Deadlines()))
                .addService(ServerInterceptors.interceptForward(new ReplicationService(member), key))
                .addService(ServerInterceptors.interceptForward(owners, key, new Deadlines()))
                .addService(ServerInterceptors.interceptForward(owner.inbound(), key, new Deadlines()))
                .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), key))
                .addService(health.getHealthService())
                .build();
    }

    /**
     * Listens from now on.
     * @param memories gives each call its own
     * @param apiKey   null: every call passes
     * @throws IOException if the port is taken
     */
    public static GrpcServer start(Engine engine, NodeMembership membership, MemberDriver member, MetadataOwner owner, Supplier<RequestMemory> memories,
            GrpcSettings settings, CatchUpSettings catchUp, @Nullable String apiKey, String version, InetSocketAddress address) throws IOException {
        var started = new GrpcServer(engine, membership, member, owner, memories, settings, catchUp, apiKey, version, address);
        started.server.start();
        started.health.setStatus("", ServingStatus.SERVING);
        return started;
    }

    private static @Nullable String cluster(NodeMembership membership) {
        Standing.Place place = membership.situation().standing().place();
        return place == null ? null : place.view().clusterId();
    }

    /** The port it really listens on. */
    public int port() {
        return server.getPort();
    }

    /** Takes no new calls, lets those under way end for a while, then cuts them off. */
    public void stop(Duration patience) {
        health.enterTerminalState();
        owners.endWatches();
        server.shutdown();
        try {
            if (!server.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException hurried) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
        control.shutdown();
        owners.close();
        givenFiles.close();
    }

    /**
     * Raft, what is asked of its group, and what members tell each other have threads of their own: virtual ones are not sliced, so behind calls that compute heartbeats would
     * wait.
     */
    private final class ControlFirst implements ServerCallExecutorSupplier {
        @Override
        public <Q, R> @Nullable Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
            String service = String.valueOf(call.getMethodDescriptor().getServiceName());
            return CONTROL.contains(service) ? control : null;
        }
    }
}
