package io.lynse.shard.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.lynse.model.GrpcPort;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a node reaches another one. */
public final class NodeChannels {

    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE_PATIENCE = Duration.ofSeconds(3);

    private NodeChannels() {}

    /**
     * {@code host:port} of a node's gRPC, by the port rule.
     * @param uri {@code http://host:port}, as the metadata names members
     * @throws IllegalArgumentException if it names no host and port
     */
    static String address(String uri) {
        URI parsed = URI.create(uri);
        if (parsed.getHost() == null || parsed.getPort() < 0) throw new IllegalArgumentException("not the address of a node: " + uri);
        return parsed.getHost() + ":" + GrpcPort.of(parsed.getPort());
    }

    /**
     * Opens channels to {@code host:port} of other nodes' gRPC; each connects at its first call.
     * @param apiKey sent with every call; null: none
     */
    public static Function<String, ManagedChannel> bearing(@Nullable String apiKey) {
        return address -> {
            var builder = NettyChannelBuilder.forTarget("dns:///" + address)
                    .usePlaintext()
                    .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (apiKey != null) {
                var headers = new Metadata();
                headers.put(AUTHORIZATION, "Bearer " + apiKey);
                builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
            }
            return builder.build();
        };
    }
}
