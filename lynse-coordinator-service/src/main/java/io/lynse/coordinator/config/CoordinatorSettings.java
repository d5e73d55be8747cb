package io.lynse.coordinator.config;

import io.lynse.coordinator.shardclient.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one coordinator process was told, after flags, environment and {@code cluster.json} were put in order.
 *
 * @param cluster        the cluster as first formed
 * @param statePath      the local cache of the metadata
 * @param shardApiKey    sent to shard nodes; null: none
 * @param coordinatorUri how clients and other coordinators reach this one
 * @param lease          for which the leading coordinator may lead without renewing it; the same for all of a cluster
 * @param owners         the shard nodes that are to keep the metadata of a cluster that is formed now; one that exists knows its own
 * @param ownersWait     how long a start waits for them
 */
public record CoordinatorSettings(
        ClusterConfig cluster,
        Path statePath,
        @Nullable String shardApiKey,
        String coordinatorId,
        String coordinatorUri,
        Duration lease,
        List<NodeAddress> owners,
        Duration ownersWait) {

    public static final Path DEFAULT_STATE_PATH = Path.of("cluster_state.cache.json");
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(5);
    public static final Duration DEFAULT_OWNERS_WAIT = Duration.ofMinutes(2);

    public CoordinatorSettings {
        owners = List.copyOf(owners);
        ClusterConfig.checkOwners(owners);
        if (!lease.isPositive()) throw new IllegalArgumentException("--coordinator-lease-secs must be above 0: " + lease);
        if (!ownersWait.isPositive()) throw new IllegalArgumentException("--metadata-wait-secs must be above 0: " + ownersWait);
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return "CoordinatorSettings[statePath=" + statePath + ", coordinatorUri=" + coordinatorUri + ", owners=" + owners + "]";
    }
}
