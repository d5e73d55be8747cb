package io.lynse.coordinator.app;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.app.Env;
import io.lynse.http.app.ServeOptions;
import io.lynse.http.app.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags of {@code lynse serve --role coordinator} (wire contract 8.2). Precedence: command line, environment, {@code --config}
 * file, {@code cluster.json}, default. One exception, as in the original: owners of the metadata in {@code cluster.json} come
 * before the environment's.
 */
public final class CoordinatorOptions {

    static final String OWNERS_VARIABLE = "LYNSE_CLUSTER_METADATA_OWNERS";

    @Option(names = "--cluster-config", paramLabel = "FILE", description = "cluster.json: the shard groups; required")
    @Env("LYNSE_CLUSTER_CONFIG")
    private @Nullable Path clusterConfig;

    @Option(names = "--cluster-state", paramLabel = "FILE", description = "this coordinator's own cache of the cluster's metadata; default cluster_state.cache.json")
    @Env("LYNSE_CLUSTER_STATE")
    private @Nullable Path clusterState;

    @Option(names = "--shard-api-key", paramLabel = "KEY", description = "key sent to shard nodes; none by default")
    @Env("LYNSE_SHARD_API_KEY")
    private @Nullable String shardApiKey;

    @Option(names = "--coordinator-uri", paramLabel = "URI", description = "address others reach this coordinator at; default http://HOST:PORT")
    @Env("LYNSE_COORDINATOR_URI")
    private @Nullable String coordinatorUri;

    @Option(names = "--coordinator-id", paramLabel = "ID", description = "stable name of this coordinator; default its URI")
    @Env("LYNSE_COORDINATOR_ID")
    private @Nullable String coordinatorId;

    @Option(names = "--coordinator-lease-secs", paramLabel = "SECS", description = "how long a coordinator leads without renewal; default 5")
    @Env("LYNSE_COORDINATOR_LEASE_SECS")
    private @Nullable Double leaseSecs;

    @Option(names = "--metadata-owners", paramLabel = "URI", split = ",", description = "shard nodes that keep the metadata: one, or three and more; default inferred")
    private List<String> metadataOwners = List.of();

    @Option(names = "--metadata-wait-secs", paramLabel = "SECS", description = "how long a start waits for the nodes that keep the metadata; default 120")
    @Env("LYNSE_METADATA_WAIT_SECS")
    private @Nullable Double metadataWaitSecs;

    @Option(names = "--health-interval-secs", paramLabel = "SECS", defaultValue = "1.0", description = "time between two probes of a node; default ${DEFAULT-VALUE}")
    @Env("LYNSE_HEALTH_INTERVAL_SECS")
    private double healthIntervalSecs = 1;

    @Option(names = "--health-failures", paramLabel = "N", defaultValue = "3", description = "failed probes in a row that make a node unhealthy; default ${DEFAULT-VALUE}")
    @Env("LYNSE_HEALTH_FAILURES")
    private int healthFailures = 3;

    @Option(names = "--health-fast-failover", paramLabel = "BOOL", arity = "1", defaultValue = "true", description = "look at once at a node that refuses connections; default ${DEFAULT-VALUE}")
    @Env("LYNSE_HEALTH_FAST_FAILOVER")
    private boolean healthFastFailover = true;

    /** @throws SettingsException naming the flag */
    Path clusterConfig() {
        if (clusterConfig == null) {
            throw new SettingsException("a coordinator needs --cluster-config FILE (or LYNSE_CLUSTER_CONFIG): the JSON file that lists the shard groups");
        }
        return clusterConfig;
    }

    /** @throws SettingsException naming what cannot be */
    CoordinatorSettings settings(ClusterConfig cluster, ServeOptions serve, Map<String, String> environment) {
        if (!(healthIntervalSecs > 0)) throw new SettingsException("--health-interval-secs must be above 0: " + healthIntervalSecs);
        if (healthFailures < 1) throw new SettingsException("--health-failures must be at least 1: " + healthFailures);
        if (leaseSecs != null && !(leaseSecs > 0)) throw new SettingsException("--coordinator-lease-secs must be above 0: " + leaseSecs);
        if (metadataWaitSecs != null && !(metadataWaitSecs > 0)) throw new SettingsException("--metadata-wait-secs must be above 0: " + metadataWaitSecs);
        String uri = first(coordinatorUri, cluster.coordinatorUri(), "http://" + reachable(serve.host()) + ":" + serve.port());
        try {
            return new CoordinatorSettings(
                    cluster,
                    first(clusterState, cluster.statePath(), CoordinatorSettings.DEFAULT_STATE_PATH),
                    shardApiKey != null ? shardApiKey : cluster.shardApiKey(),
                    first(coordinatorId, cluster.coordinatorId(), uri),
                    uri,
                    first(leaseSecs == null ? null : millis(leaseSecs), cluster.coordinatorLease(), CoordinatorSettings.DEFAULT_LEASE),
                    owners(cluster, environment),
                    metadataWaitSecs == null ? CoordinatorSettings.DEFAULT_OWNERS_WAIT : millis(metadataWaitSecs));
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
    }

    private List<NodeAddress> owners(ClusterConfig cluster, Map<String, String> environment) {
        if (!metadataOwners.isEmpty()) return addresses("--metadata-owners", metadataOwners);
        if (!cluster.owners().isEmpty()) return cluster.owners();
        String listed = environment.getOrDefault(OWNERS_VARIABLE, "");
        if (!listed.isBlank()) return addresses(OWNERS_VARIABLE, Arrays.asList(listed.split(",")));
        return cluster.inferredOwners();
    }

    private static List<NodeAddress> addresses(String where, List<String> texts) {
        try {
            return texts.stream().map(NodeAddress::parse).toList();
        } catch (IllegalArgumentException none) {
            throw new SettingsException(where + ": " + none.getMessage());
        }
    }

    /**
     * Spring properties of these options, and of what stands only in {@code cluster.json}.
     * @param limitGiven whether a limit's flag was given in any way that comes before {@code cluster.json}
     */
    Map<String, Object> springProperties(ClusterConfig cluster, ServeOptions serve, Predicate<String> limitGiven) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("lynse.health.interval", Math.round(healthIntervalSecs * 1000) + "ms");
        properties.put("lynse.health.failures", healthFailures);
        properties.put("lynse.health.fast-failover", healthFastFailover);
        if (serve.apiKey() == null && cluster.apiKey() != null) properties.put("lynse.http.api-key", cluster.apiKey());
        if (cluster.jsonLimitMb() != null && !limitGiven.test("--json-limit-mb")) properties.put("lynse.http.json-limit", cluster.jsonLimitMb() + "MB");
        if (cluster.payloadLimitMb() != null && !limitGiven.test("--payload-limit-mb")) {
            properties.put("lynse.http.payload-limit", cluster.payloadLimitMb() + "MB");
        }
        return properties;
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static String reachable(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    }

    private static <T> T first(@Nullable T given, @Nullable T filed, T otherwise) {
        return given != null ? given : Objects.requireNonNullElse(filed, otherwise);
    }
}
