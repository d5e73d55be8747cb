package io.lynse.shard.grpc;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.lynse.engine.Engine;
import io.lynse.memory.RequestMemory;
import io.lynse.shard.membership.NodeMembership;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's gRPC listener: the data path, health and reflection. Started and stopped once. */
public final class GrpcServer {

    private static final int MESSAGE_BYTES_MAX = 4 << 20;
    private static final Duration KEEP_ALIVE_LEAST = Duration.ofSeconds(5);

    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());
    private final HealthStatusManager health = new HealthStatusManager();
    private final Server server;

    private GrpcServer(Engine engine, NodeMembership membership, Supplier<RequestMemory> memories, GrpcSettings settings, @Nullable String apiKey, String version,
            InetSocketAddress address) {
        var shard = new ShardService(engine, membership, memories, settings.entryBytes(), version, calls);
        var key = new KeyCheck(apiKey);
        this.server = NettyServerBuilder.forAddress(address)
                .executor(calls)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                // A coordinator keeps its channels alive while they are idle, so that it hears of a dead node.
                .permitKeepAliveTime(KEEP_ALIVE_LEAST.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(ServerInterceptors.interceptForward(shard, key, new Deadlines()))
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
    public static GrpcServer start(Engine engine, NodeMembership membership, Supplier<RequestMemory> memories, GrpcSettings settings, @Nullable String apiKey,
            String version, InetSocketAddress address) throws IOException {
        var started = new GrpcServer(engine, membership, memories, settings, apiKey, version, address);
        started.server.start();
        started.health.setStatus("", ServingStatus.SERVING);
        return started;
    }

    /** The port it really listens on. */
    public int port() {
        return server.getPort();
    }

    /** Takes no new calls, lets those under way end for a while, then cuts them off. */
    public void stop(Duration patience) {
        health.enterTerminalState();
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
    }
}
