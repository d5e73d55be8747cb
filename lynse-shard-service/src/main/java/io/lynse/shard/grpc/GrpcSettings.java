package io.lynse.shard.grpc;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The data path's listener. The defaults are here and nowhere else.
 *
 * @param enabled       false: no listener ({@code LYNSE_DISABLE_INTERNAL_RPC})
 * @param port          0: any free one; -1: by the port rule, from the HTTP port
 * @param entryBytesMax largest log entry and largest batch of queries of one call
 * @param bodyBytesMax  bytes of requests held at once, over all calls
 */
@ConfigurationProperties("lynse.grpc")
public record GrpcSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("-1") int port,
        @DefaultValue("128MB") DataSize entryBytesMax,
        @DefaultValue("192MB") DataSize bodyBytesMax) {

    public GrpcSettings {
        if (port < -1 || port > 65_535) throw new IllegalArgumentException("lynse.grpc.port must be -1 to 65535: " + port);
        if (entryBytesMax.toBytes() < 1 || entryBytesMax.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("lynse.grpc.entry-bytes-max must be 1 byte to 2 GB: " + entryBytesMax);
        }
        if (bodyBytesMax.compareTo(entryBytesMax) < 0) {
            throw new IllegalArgumentException("lynse.grpc.body-bytes-max must hold at least one entry of lynse.grpc.entry-bytes-max");
        }
    }
}
