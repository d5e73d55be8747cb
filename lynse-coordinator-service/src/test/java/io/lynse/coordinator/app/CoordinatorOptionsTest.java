package io.lynse.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.config.CoordinatorSettings;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.app.ServeCommand;
import io.lynse.http.app.ServeOptions;
import io.lynse.http.app.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Flag before environment before cluster.json before default (wire contract 8.2). */
class CoordinatorOptionsTest {

    private static final String GROUP = "\"shard_groups\": [{\"primary\": \"http://a:1\"}]";
    private static final ClusterConfig PLAIN = cluster("{" + GROUP + "}");
    private static final ClusterConfig FULL = cluster("""
            {"state_path": "file.json", "api_key": "file-key", "shard_api_key": "file-shard-key", "coordinator_id": "file-id",
             "coordinator_uri": "http://file:1", "coordinator_lease_secs": 7, "json_limit_mb": 5, "payload_limit_mb": 6,
             "metadata_owners": "http://file:2", %s}""".formatted(GROUP));
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "LYNSE_CLUSTER_STATE", "env.json",
            "LYNSE_SHARD_API_KEY", "env-shard-key",
            "LYNSE_COORDINATOR_ID", "env-id",
            "LYNSE_COORDINATOR_URI", "http://env:1",
            "LYNSE_COORDINATOR_LEASE_SECS", "8",
            "LYNSE_CLUSTER_METADATA_OWNERS", "http://env:2",
            "LYNSE_METADATA_WAIT_SECS", "3",
            "LYNSE_HEALTH_INTERVAL_SECS", "0.25",
            "LYNSE_HEALTH_FAILURES", "4");

    @Test
    void defaults() {
        CoordinatorSettings settings = parse(PLAIN, Map.of(), "--host=0.0.0.0", "--port=7700");
        assertThat(settings).isEqualTo(new CoordinatorSettings(
                PLAIN, Path.of("cluster_state.cache.json"), null, "http://127.0.0.1:7700", "http://127.0.0.1:7700", Duration.ofSeconds(5),
                List.of(NodeAddress.parse("http://a:1")), Duration.ofMinutes(2)));
        assertThat(properties(PLAIN, Map.of())).containsEntry("lynse.health.interval", "1000ms").containsEntry("lynse.health.failures", 3).containsEntry("lynse.health.fast-failover", true)
                .doesNotContainKeys("lynse.http.api-key", "lynse.http.json-limit", "lynse.http.payload-limit");
    }

    @Test
    void theFileComesBeforeDefaults() {
        assertThat(parse(FULL, Map.of())).isEqualTo(new CoordinatorSettings(
                FULL, Path.of("file.json"), "file-shard-key", "file-id", "http://file:1", Duration.ofSeconds(7), List.of(NodeAddress.parse("http://file:2")), Duration.ofMinutes(2)));
        assertThat(properties(FULL, Map.of())).containsEntry("lynse.http.api-key", "file-key").containsEntry("lynse.http.json-limit", "5MB")
                .containsEntry("lynse.http.payload-limit", "6MB");
    }

    @Test
    void theEnvironmentComesBeforeTheFileExceptForOwners() {
        assertThat(parse(FULL, ENVIRONMENT)).isEqualTo(new CoordinatorSettings(
                FULL, Path.of("env.json"), "env-shard-key", "env-id", "http://env:1", Duration.ofSeconds(8), List.of(NodeAddress.parse("http://file:2")), Duration.ofSeconds(3)));
        assertThat(parse(PLAIN, ENVIRONMENT).owners()).containsExactly(NodeAddress.parse("http://env:2"));
        assertThat(properties(FULL, ENVIRONMENT)).containsEntry("lynse.health.interval", "250ms").containsEntry("lynse.health.failures", 4);
    }

    @Test
    void theFlagComesFirst() {
        CoordinatorSettings settings = parse(FULL, ENVIRONMENT, "--cluster-state", "flag.json", "--shard-api-key=flag-shard-key", "--coordinator-id", "flag-id",
                "--coordinator-uri=http://flag:1", "--coordinator-lease-secs", "9", "--metadata-owners", "http://o:1,http://o:2,http://o:3", "--metadata-wait-secs=0.5");
        assertThat(settings).isEqualTo(new CoordinatorSettings(
                FULL, Path.of("flag.json"), "flag-shard-key", "flag-id", "http://flag:1", Duration.ofSeconds(9),
                List.of(NodeAddress.parse("http://o:1"), NodeAddress.parse("http://o:2"), NodeAddress.parse("http://o:3")), Duration.ofMillis(500)));
        assertThat(properties(FULL, Map.of(), "--api-key", "flag-key")).doesNotContainKey("lynse.http.api-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--health-interval-secs=0", "--health-failures=0", "--coordinator-lease-secs=-1", "--metadata-wait-secs=0", "--metadata-owners=http://a:1,http://b:1", "--metadata-owners=nonsense"})
    void refusesWhatCannotBe(String flag) {
        assertThatThrownBy(() -> parse(PLAIN, Map.of(), flag)).isInstanceOf(SettingsException.class);
    }

    @Test
    void twoOwnersAreRefusedWithTheReason() {
        assertThatThrownBy(() -> parse(PLAIN, Map.of(), "--metadata-owners=http://a:1,http://b:1"))
                .hasMessageContaining("a majority of two is both");
    }

    @Test
    void theConfigIsRequired() {
        assertThatThrownBy(() -> new CoordinatorOptions().clusterConfig())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--cluster-config")
                .hasMessageContaining("LYNSE_CLUSTER_CONFIG");
    }

    @Command(name = "test")
    private static final class Parsed implements Runnable {
        @Mixin
        private final ServeOptions serve = new ServeOptions();

        @Mixin
        private final CoordinatorOptions options = new CoordinatorOptions();

        private @Nullable SettingsException refused;
        private final ClusterConfig cluster;
        private final Map<String, String> environment;
        private @Nullable CoordinatorSettings settings;
        private Map<String, Object> properties = Map.of();

        Parsed(ClusterConfig cluster, Map<String, String> environment) {
            this.cluster = cluster;
            this.environment = environment;
        }

        @Override
        public void run() {
            try {
                settings = options.settings(cluster, serve, environment);
                properties = options.springProperties(cluster, serve, _ -> false);
            } catch (SettingsException wrong) {
                refused = wrong;
            }
        }
    }

    private static CoordinatorSettings parse(ClusterConfig cluster, Map<String, String> environment, String... args) {
        return Objects.requireNonNull(parsed(cluster, environment, args).settings);
    }

    private static Map<String, Object> properties(ClusterConfig cluster, Map<String, String> environment, String... args) {
        return parsed(cluster, environment, args).properties;
    }

    private static Parsed parsed(ClusterConfig cluster, Map<String, String> environment, String... args) {
        var command = new Parsed(cluster, environment);
        assertThat(ServeCommand.run(command, command.serve, List.of(args), environment)).isZero();
        if (command.refused != null) throw command.refused;
        return command;
    }

    private static ClusterConfig cluster(String json) {
        return ClusterConfigFile.parse(Path.of("cluster.json"), json);
    }
}
