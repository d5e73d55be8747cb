package io.lynse.shard.grpc;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The data path's listener. The defaults are here and nowhere else.
 *
 * @param enabled       false: no listener ({@code LYNSE_DISABLE_INTERNAL_RPC})
 * @param port          0: any free one; -1: by the port rule, from the HTTP port
 * @param bodyBytesMax  bytes of requests held at once, over all calls; null: five eighths of the largest heap, because what is
 *                      held outside the heap is bounded by that size too, and the log and the engine need the rest
 * @param entryBytesMax largest log entry and largest batch of queries of one call; null: as much as may be held at once
 */
@ConfigurationProperties("lynse.grpc")
public record GrpcSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("-1") int port,
        @Nullable DataSize bodyBytesMax,
        @Nullable DataSize entryBytesMax) {

    public GrpcSettings {
        if (port < -1 || port > 65_535) throw new IllegalArgumentException("lynse.grpc.port must be -1 to 65535: " + port);
        if (bodyBytesMax != null && bodyBytesMax.toBytes() < 1) throw new IllegalArgumentException("lynse.grpc.body-bytes-max must be above 0: " + bodyBytesMax);
        if (entryBytesMax != null && entryBytesMax.toBytes() < 1) throw new IllegalArgumentException("lynse.grpc.entry-bytes-max must be above 0: " + entryBytesMax);
    }

    /** Bytes of requests held at once. */
    public long bodyBytes() {
        return bodyBytesMax != null ? bodyBytesMax.toBytes() : Runtime.getRuntime().maxMemory() / 8 * 5;
    }

    /** Bytes of one entry or batch of queries; one of them is one buffer, so never above 2 GB. */
    public long entryBytes() {
        long wanted = entryBytesMax != null ? entryBytesMax.toBytes() : bodyBytes();
        return Math.min(wanted, Integer.MAX_VALUE - 64L);
    }
}
