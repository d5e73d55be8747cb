package io.lynse.http.app;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the HTTP API. A count of 0 switches that limit off.
 *
 * @param apiKey                   key that clients must send; null: none
 * @param requestMemory            bytes outside the heap that requests may hold at one time (large bodies and what is made of them), above
 *                                 which new ones get 429; null: a quarter of the machine's or container's memory
 * @param requestHeap              bytes of the heap that requests may hold at one time (small bodies, parsed JSON, answers), above which new
 *                                 ones get 429; null: a quarter of the largest heap
 * @param slowQuery                searches that take longer are logged; zero: none
 * @param maxBatchVectors          vectors or ids of one request
 * @param maxCollectionVectors     checked by the service that counts them
 * @param maxCollectionVectorBytes checked by the service that counts them
 */
@ConfigurationProperties("lynse.http")
public record HttpApiSettings(
        @Nullable String apiKey,
        @DefaultValue("256MB") DataSize jsonLimit,
        @DefaultValue("512MB") DataSize payloadLimit,
        @Nullable DataSize requestMemory,
        @Nullable DataSize requestHeap,
        @DefaultValue("300s") Duration requestTimeout,
        @DefaultValue("1s") Duration slowQuery,
        @DefaultValue("10000") int maxTopK,
        @DefaultValue("100000") int maxBatchVectors,
        @DefaultValue("10000000") long maxCollectionVectors,
        @DefaultValue("1099511627776") long maxCollectionVectorBytes,
        @DefaultValue("true") boolean auditLog) {

    /** One body is one buffer. */
    private static final long MAX_BODY = Integer.MAX_VALUE - 64L;

    public HttpApiSettings {
        if (apiKey != null && apiKey.isEmpty()) apiKey = null;
        if (!requestTimeout.isPositive()) throw new IllegalArgumentException("lynse.http.request-timeout must be above 0: " + requestTimeout);
        if (jsonLimit.toBytes() < 1 || payloadLimit.toBytes() < 1) throw new IllegalArgumentException("lynse.http body limits must be above 0");
        if (jsonLimit.toBytes() > MAX_BODY || payloadLimit.toBytes() > MAX_BODY) {
            throw new IllegalArgumentException("lynse.http body limits must stay below 2 GB: one body is one buffer");
        }
        atLeastOne("request-memory", requestMemory);
        atLeastOne("request-heap", requestHeap);
        if (maxTopK < 0 || maxBatchVectors < 0 || maxCollectionVectors < 0 || maxCollectionVectorBytes < 0) {
            throw new IllegalArgumentException("lynse.http limits must not be negative");
        }
    }

    /** Bytes outside the heap that requests may hold at one time. */
    public long requestMemoryBytes() {
        return requestMemory != null ? requestMemory.toBytes() : machineBytes() / 4;
    }

    /** Bytes of the heap that requests may hold at one time. */
    public long requestHeapBytes() {
        return requestHeap != null ? requestHeap.toBytes() : Runtime.getRuntime().maxMemory() / 4;
    }

    /** What the container grants, where it does. */
    private static long machineBytes() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private static void atLeastOne(String name, @Nullable DataSize size) {
        if (size != null && size.toBytes() < 1) throw new IllegalArgumentException("lynse.http." + name + " must be above 0: " + size);
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return "HttpApiSettings[key=" + (apiKey == null ? "none" : "set") + ", jsonLimit=" + jsonLimit + ", payloadLimit=" + payloadLimit
                + ", requestTimeout=" + requestTimeout + ", maxTopK=" + maxTopK + ", maxBatchVectors=" + maxBatchVectors + "]";
    }
}
