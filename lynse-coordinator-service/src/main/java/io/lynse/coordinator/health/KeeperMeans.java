package io.lynse.coordinator.health;

import io.lynse.coordinator.failover.Switchover;
import io.lynse.coordinator.lease.Leadership;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.model.HybridClock;
import java.time.Duration;

/**
 * What the keepers of all groups share.
 *
 * @param coordinatorUri where nodes and the other coordinators reach this one
 * @param detection      after which a silent node counts as unhealthy, and a member's silent primary as missed
 */
public record KeeperMeans(
        MetadataAuthority authority,
        Leadership leadership,
        Peers peers,
        NodeProbe probe,
        Switchover switchover,
        ClusterHealth health,
        HybridClock clock,
        Alarms alarms,
        String coordinatorUri,
        Duration detection) {}
