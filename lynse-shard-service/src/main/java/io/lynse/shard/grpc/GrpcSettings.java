package io.lynse.shard.grpc;

import io.lynse.memory.RequestMemory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The data path's listener. The defaults are here and nowhere else.
 *
 * @param enabled       false: no listener ({@code LYNSE_DISABLE_INTERNAL_RPC})
 * @param port          0: any free one; -1: by the port rule, from the HTTP port
 * @param entryBytesMax largest log entry and largest batch of queries of one call; null: what one buffer holds, 2 GB. What all calls
 *                      hold together is bounded with the HTTP requests ({@code lynse.http.request-memory}, {@code -heap})
 */
@ConfigurationProperties("lynse.grpc")
public record GrpcSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("-1") int port,
        @Nullable DataSize entryBytesMax) {

    public GrpcSettings {
        if (port < -1 || port > 65_535) throw new IllegalArgumentException("lynse.grpc.port must be -1 to 65535: " + port);
        if (entryBytesMax != null && entryBytesMax.toBytes() < 1) throw new IllegalArgumentException("lynse.grpc.entry-bytes-max must be above 0: " + entryBytesMax);
    }

    /** Bytes of one entry or batch of queries. */
    public long entryBytes() {
        return entryBytesMax == null ? RequestMemory.BLOCK_BYTES_MAX : Math.min(entryBytesMax.toBytes(), RequestMemory.BLOCK_BYTES_MAX);
    }
}
