package io.lynse.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.cli.CommandFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes of a cluster, with a launcher whose nodes only write their pid and wait. */
class LocalClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    Path launcher;
    Path data;

    @BeforeEach
    void makeLauncher() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        launcher = folder.resolve("lynse");
        Files.writeString(launcher, """
                #!/bin/sh
                echo "$$" >> ../pids
                echo "LYNSE_PORT=${LYNSE_PORT:-none} arguments: $*"
                exec sleep 1000
                """);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void startsEveryNodeAndLeavesNothingBehind() throws IOException {
        List<ProcessHandle> nodes;
        try (LocalCluster cluster = start()) {
            nodes = awaitNodes();
            assertThat(cluster.ended()).isEmpty();
            assertThat(data.resolve("cluster.json")).content().contains("shard_groups");
            assertThat(data.resolve("sg1-replica.log")).content().contains("LYNSE_PORT=none", "serve --host 127.0.0.1", "sg1-replica");
        }
        assertThat(nodes).hasSize(5).noneMatch(ProcessHandle::isAlive);
        assertThat(data).doesNotExist();
    }

    @Test
    void tellsWhichNodeEndedAndWhatItSaidLast() throws Exception {
        Files.writeString(launcher, """
                #!/bin/sh
                echo "$$" >> ../pids
                case $* in
                  *sg0-replica*) echo 'the disk is on fire'; exit 7 ;;
                  *) exec sleep 1000 ;;
                esac
                """);
        try (LocalCluster cluster = start()) {
            var told = new CompletableFuture<LocalCluster.Ended>();
            cluster.onEnd(told::complete);
            LocalCluster.Ended ended = told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(ended.name()).isEqualTo("sg0-replica");
            assertThat(ended.exitCode()).isEqualTo(7);
            assertThat(ended.byRequest()).isFalse();
            assertThat(ended.description()).contains("sg0-replica ended (exit code 7)", "the disk is on fire");
            assertThat(cluster.ended()).contains(ended);
        }
    }

    @Test
    void refusesAPortThatIsTakenAndStartsNothing() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int first = taken.getLocalPort() - 2;
            assertThatThrownBy(() -> LocalCluster.start(new ClusterPlan(first, data), launcher))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + ", meant for sg0-replica, is taken")
                    .hasMessageContaining("--port");
        }
        assertThat(folder.resolve("pids")).doesNotExist();
        assertThat(data).doesNotExist();
    }

    /** The owner of the cluster is a JVM of its own here, killed with signal 9. */
    @Test
    void nothingIsLeftEvenWhenItsOwnerIsKilled() throws IOException {
        Process owner = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Owner.class.getName(), data.toString(), launcher.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = owner.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("started");
            List<ProcessHandle> nodes = awaitNodes();
            assertThat(nodes).allMatch(ProcessHandle::isAlive);
            owner.destroyForcibly();
            await().atMost(PATIENCE).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive) && Files.notExists(data));
        } finally {
            owner.destroyForcibly();
        }
    }

    /** Starts a cluster and waits to be killed. */
    static final class Owner {

        private Owner() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            LocalCluster cluster = startSomewhere(Path.of(arguments[0]), Path.of(arguments[1]));
            System.out.println("started");
            Thread.sleep(Duration.ofHours(1));
            cluster.close();
        }
    }

    private LocalCluster start() throws IOException {
        return startSomewhere(data, launcher);
    }

    // Five ports in a row, which nobody can reserve: take other ones until they are free.
    private static LocalCluster startSomewhere(Path data, Path launcher) throws IOException {
        CommandFailed last = null;
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                Files.createDirectories(data);
                return LocalCluster.start(new ClusterPlan(ThreadLocalRandom.current().nextInt(20_000, 32_000), data), launcher);
            } catch (CommandFailed taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("no five ports in a row are free", last);
    }

    private List<ProcessHandle> awaitNodes() {
        Path pids = folder.resolve("pids");
        await().atMost(PATIENCE).until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 5);
        var nodes = new ArrayList<ProcessHandle>();
        try {
            for (String pid : Files.readAllLines(pids)) ProcessHandle.of(Long.parseLong(pid)).ifPresent(nodes::add);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        return nodes;
    }
}
