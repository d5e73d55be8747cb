package io.lynse.coordinator.health;

import io.lynse.coordinator.lease.Leadership;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.model.HybridClock;

/**
 * What the keepers of all groups share.
 *
 * @param coordinatorUri where nodes and the other coordinators reach this one
 */
public record KeeperMeans(
        MetadataAuthority authority,
        Leadership leadership,
        Peers peers,
        NodeProbe probe,
        ClusterHealth health,
        HybridClock clock,
        Alarms alarms,
        String coordinatorUri) {}
