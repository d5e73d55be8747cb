package io.lynse.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.metadata.StateFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that cannot start says why in one line, and ends with an exit code of its own. */
class CoordinatorMainIT {

    @TempDir
    private Path folder;

    private Path config;
    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void capture() throws IOException {
        config = folder.resolve("cluster.json");
        Files.writeString(config, "{\"shard_groups\": [{\"primary\": \"http://127.0.0.1:1\"}]}");
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setErr(standardError);
    }

    @Test
    void withoutAConfig() {
        assertThat(run()).isEqualTo(2);
        assertThat(lines()).startsWith("lynse serve: a coordinator needs --cluster-config FILE");
    }

    @Test
    void withAConfigThatIsNotThere() {
        assertThat(run("--cluster-config", folder.resolve("none.json").toString())).isEqualTo(2);
        assertThat(lines()).startsWith("lynse serve: cluster config " + folder.resolve("none.json") + " does not exist");
    }

    @Test
    void withABrokenConfig() throws IOException {
        Files.writeString(config, "{\"shard_groups\": [\n{");
        assertThat(run("--cluster-config", config.toString())).isEqualTo(2);
        assertThat(lines()).startsWith("lynse serve: cluster config " + config + ", line 2").contains("expected an object like");
    }

    @Test
    void withAnUnknownFlag() {
        assertThat(run("--cluster-confg", config.toString())).isEqualTo(2);
        assertThat(lines()).contains("--cluster-confg");
    }

    @Test
    void withATornStateAndNobodyToMakeItAnewFrom() throws IOException {
        Path state = folder.resolve("state.json");
        Files.writeString(state, "{\"format\": \"lynsedb-cl");
        assertThat(run("--cluster-config", config.toString(), "--cluster-state", state.toString(), "--port=0", "--metadata-wait-secs=0.5")).isOne();
        assertThat(lines()).startsWith("lynse serve: the cluster state " + state + " is damaged (line 1: not JSON").contains("http://127.0.0.1:1 ").hasLineCount(1);
        assertThat(Files.readString(state)).isEqualTo("{\"format\": \"lynsedb-cl");
    }

    @Test
    void whenANodeIsNeverHeard() {
        Path state = folder.resolve("state.json");
        assertThat(run("--cluster-config", config.toString(), "--cluster-state", state.toString(), "--port=0", "--metadata-wait-secs=0.5")).isOne();
        assertThat(lines()).startsWith("lynse serve: a new cluster cannot be formed").contains("http://127.0.0.1:1 ").hasLineCount(1);
        assertThat(state).doesNotExist();
    }

    @Test
    void theMetadataIsNotRecoveredUnasked() {
        Path state = folder.resolve("state.json");
        String[] recover = {"metadata", "recover", "--from-cache", "--cluster-config", config.toString(), "--cluster-state", state.toString()};
        assertThat(run("metadata", "recover", "--cluster-config", config.toString())).isEqualTo(2);
        assertThat(lines()).contains("--from-cache");
        written.reset();
        assertThat(run(recover)).isOne();
        assertThat(lines()).contains("there is no cache at " + state);
        try (var cache = StateFile.open(state)) {
            cache.write(ClusterConfigFile.read(config).firstImage("cluster-7"));
            written.reset();
            assertThat(run(recover)).as("its coordinator runs").isOne();
            assertThat(lines()).contains("is in use by another coordinator");
        }
        written.reset();
        assertThat(run(recover)).isEqualTo(2);
        assertThat(lines()).contains("add --confirm-cluster cluster-7");
        written.reset();
        String[] confirmed = Arrays.copyOf(recover, recover.length + 2);
        confirmed[recover.length] = "--confirm-cluster";
        confirmed[recover.length + 1] = "cluster-7";
        assertThat(run(confirmed)).isOne();
        assertThat(lines()).contains("is not formed anew: http://127.0.0.1:1 was not heard").doesNotContain("\tat ");
    }

    /** It has a cluster to serve, from its cache, and nowhere to serve it. */
    @Test
    void onAPortInUse() throws IOException {
        try (var state = StateFile.open(folder.resolve("state.json"))) {
            state.write(ClusterConfigFile.read(config).firstImage("cluster"));
        }
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--cluster-config", config.toString(), "--cluster-state", folder.resolve("state.json").toString(), "--port=" + taken.getLocalPort())).isOne();
            assertThat(lines()).startsWith("lynse serve: port " + taken.getLocalPort() + " (HTTP) is in use").hasLineCount(1);
        }
    }

    private int run(String... args) {
        return CoordinatorMain.run(List.of(args), Map.of());
    }

    private String lines() {
        return written.toString(StandardCharsets.UTF_8).strip();
    }
}
