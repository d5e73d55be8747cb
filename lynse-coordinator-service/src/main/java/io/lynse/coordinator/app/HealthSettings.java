package io.lynse.coordinator.app;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Pace of failure detection.
 *
 * @param interval     time from one probe of a node to the next; also how long one probe may take
 * @param failures     probes in a row that must fail before a node counts as unhealthy
 * @param fastFailover whether a node whose machine refuses connections is looked at sooner than after an interval
 */
@ConfigurationProperties("lynse.health")
public record HealthSettings(@DefaultValue("1s") Duration interval, @DefaultValue("3") int failures, @DefaultValue("true") boolean fastFailover) {
    public HealthSettings {
        if (!interval.isPositive()) throw new IllegalArgumentException("lynse.health.interval must be above 0: " + interval);
        if (failures < 1) throw new IllegalArgumentException("lynse.health.failures must be at least 1: " + failures);
    }
}
