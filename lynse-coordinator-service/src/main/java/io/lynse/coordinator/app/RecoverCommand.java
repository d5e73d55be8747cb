package io.lynse.coordinator.app;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.metadata.MetadataRecovery;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.http.app.ServeOptions;
import io.lynse.http.app.SettingsException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code bin/lynse metadata recover --from-cache --confirm-cluster ID --cluster-config cluster.json --cluster-state FILE}: the last resort when
 * every disk with the metadata is lost. It takes the flags of the coordinator whose cache it uses, and that coordinator must be stopped.
 */
@Command(name = "lynse metadata recover", description = "Forms the cluster's metadata anew from a coordinator's cache, after every disk that had it was lost.",
        sortOptions = false)
final class RecoverCommand implements Callable<Integer> {

    private static final Duration AGREE_MAX = Duration.ofSeconds(60);

    @Option(names = "--from-cache", required = true, description = "from the file of --cluster-state; changes that it lacks are lost")
    @SuppressWarnings("UnusedVariable") // that it is given is all it says
    private boolean fromCache;

    @Option(names = "--confirm-cluster", paramLabel = "ID", description = "id of the cluster that is formed anew; without it nothing is done and the id is told")
    private @Nullable String confirmed;

    @Mixin
    final ServeOptions serve = new ServeOptions();

    @Mixin
    private final CoordinatorOptions options = new CoordinatorOptions();

    private final Map<String, String> environment;

    RecoverCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try {
            ClusterConfig cluster = ClusterConfigFile.read(options.clusterConfig());
            recover(cluster, options.settings(cluster, serve, environment));
            return 0;
        } catch (ConfigException wrong) {
            System.err.println("lynse metadata recover: " + wrong.getMessage());
            return 1;
        }
    }

    private void recover(ClusterConfig cluster, CoordinatorSettings settings) {
        try (StateFile cache = StateFile.open(settings.statePath()); ShardClients shards = ShardClients.overNetwork(settings.shardApiKey())) {
            ClusterImage cached = switch (cache.read()) {
                case StateFile.Content.Image(ClusterImage image) -> image;
                case StateFile.Content.Nothing _ -> throw new ConfigException("there is no cache at " + cache.path());
                case StateFile.Content.Damaged(String what) -> throw new ConfigException("the cache at " + cache.path() + " is damaged (" + what
                        + "): use that of another coordinator, or restore it from a backup");
            };
            if (!cached.clusterId().equals(confirmed)) {
                throw new SettingsException("cache " + cache.path() + " is of cluster " + cached.clusterId() + ", at version " + cached.metaEpoch()
                        + ". To form its metadata anew on " + settings.owners() + " add --confirm-cluster " + cached.clusterId());
            }
            UUID id = UUID.randomUUID();
            byte[] proposer = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
            new MetadataRecovery(cluster, settings.owners(), proposer, node -> shards.at(node.uri())).recover(cached, Deadline.after(AGREE_MAX));
            System.out.println("The metadata of cluster " + cached.clusterId() + " is formed anew on " + settings.owners() + ". Start the coordinators.");
        }
    }
}
