package io.lynse.coordinator.shardclient;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One client, and so one channel, per node; made at first use, kept until the end. Safe for use by several threads. */
public final class ShardClients implements AutoCloseable {

    /** Answers that are no stream are bounded by k, which the HTTP layer bounds; fields have no bound of their own. */
    private static final int INBOUND_BYTES_MAX = 64 << 20;

    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Map<String, ShardClient> clients = new ConcurrentHashMap<>();
    private final Function<NodeAddress, ManagedChannel> channels;
    private final ExecutorService callbacks;

    private ShardClients(Function<NodeAddress, ManagedChannel> channels, ExecutorService callbacks) {
        this.channels = channels;
        this.callbacks = callbacks;
    }

    /** @param apiKey sent with every call; null: none */
    public static ShardClients overNetwork(@Nullable String apiKey) {
        var callbacks = Executors.newVirtualThreadPerTaskExecutor();
        return new ShardClients(node -> {
            var builder = NettyChannelBuilder.forAddress(node.host(), node.grpcPort())
                    .usePlaintext()
                    .executor(callbacks)
                    .maxInboundMessageSize(INBOUND_BYTES_MAX);
            if (apiKey != null) builder.intercept(bearing(apiKey));
            return builder.build();
        }, callbacks);
    }

    /** Over whatever channels a test makes. */
    public static ShardClients over(Function<NodeAddress, ManagedChannel> channels) {
        return new ShardClients(channels, Executors.newVirtualThreadPerTaskExecutor());
    }

    /** @param uri of a member, as the cluster's image writes it */
    public ShardClient at(String uri) {
        return clients.computeIfAbsent(uri, key -> {
            NodeAddress address = NodeAddress.parse(key);
            return new ShardClient(address, channels.apply(address));
        });
    }

    @Override
    public void close() {
        clients.values().forEach(ShardClient::close);
        callbacks.shutdownNow();
    }

    private static ClientInterceptor bearing(String apiKey) {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        headers.put(AUTHORIZATION, "Bearer " + apiKey);
                        super.start(listener, headers);
                    }
                };
            }
        };
    }
}
