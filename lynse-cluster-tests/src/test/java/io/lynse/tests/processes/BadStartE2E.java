package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.processes.StandingServers.StandingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that cannot start says why in words a user can act on, ends with an exit code that says so too, and leaves nothing behind. */
@ExtendWith(StandingServers.class)
class BadStartE2E {

    private Path folder;

    @BeforeEach
    void freshFolder(TestInfo test) throws IOException {
        folder = Repository.freshFolder("bad-start/" + test.getTestMethod().orElseThrow().getName());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "serve --prot 7638                   | --prot",
        "serve --port many                   | --port",
        "serve --role coordinator --colour x | --colour",
        "serve --role coordinator            | --cluster-config",
        "serve --role king                   | --role"
    })
    void namesTheFlag(String arguments, String flag) throws IOException {
        Ended ended = run(List.of(arguments.split(" ")));

        assertThat(ended.code()).as(ended.output()).isEqualTo(2);
        assertThat(ended.output()).contains(flag).doesNotContain("Exception", "\tat ");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"shard_groups\": [                                                                            | not JSON",
        "{}                                                                                              | cluster config requires at least one shard group",
        "{\"shard_groups\": [{\"name\": \"sg0\"}]}                                                       | shard_groups[0].primary",
        "{\"shard_groups\": [{\"primary\": \"http://127.0.0.1:1\", \"replicas\": [{\"uri\": \"http://127.0.0.1:2\", \"state\": \"fine\"}]}]} | shard_groups[0].replicas[0].state"
    })
    void namesFileKeyAndExpectedFormOfABrokenClusterFile(String text, String says) throws IOException {
        Files.writeString(folder.resolve("cluster.json"), text);
        int port = FreePorts.find(1).getFirst();

        Ended ended = run(List.of("serve", "--role", "coordinator", "--port", Integer.toString(port), "--cluster-config", "./cluster.json"));

        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains("cluster.json").contains(says).doesNotContain("Exception", "\tat ");
        assertThat(folder.resolve("cluster_state.cache.json")).doesNotExist();
    }

    @Test
    void namesThePortInUse(StandingNode other) throws IOException {
        Ended ended = run(List.of("serve", "--port", Integer.toString(other.node().port()), "--data-dir", "./data"));

        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains(Integer.toString(other.node().port())).contains("in use").doesNotContain("\tat ");
        assertThat(LynseProcess.answersReady(other.api())).as("the server that has the port").isTrue();
    }

    @Test
    void namesTheGrpcPortInUse() throws IOException {
        int port = FreePorts.find(1).getFirst();
        try (var taken = new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = run(List.of("serve", "--port", Integer.toString(port), "--data-dir", "./data"));

            assertThat(ended.code()).as(ended.output()).isNotZero();
            assertThat(ended.output()).contains(Integer.toString(taken.getLocalPort())).contains("in use").doesNotContain("\tat ");
        }
    }

    @Test
    void namesTheDataDirectoryInUse(StandingNode other) throws IOException {
        int port = FreePorts.find(1).getFirst();

        Ended ended = run(List.of("serve", "--port", Integer.toString(port), "--data-dir", other.node().dataFolder().toString()));

        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains(other.node().dataFolder().toString()).contains("in use").doesNotContain("\tat ");
        assertThat(LynseProcess.answersReady(other.api())).as("the server that has the directory").isTrue();
    }

    @Test
    void namesTheNodeWithoutWhichNoClusterIsFormed() throws IOException {
        List<Integer> ports = clusterOfAbsentNode();

        Ended ended = run(List.of("serve", "--role", "coordinator", "--port", Integer.toString(ports.get(1)), "--cluster-config", "./cluster.json",
                "--metadata-wait-secs", "1"));

        assertThat(ended.code()).as(ended.output()).isEqualTo(1);
        assertThat(ended.output()).contains("lynse serve: a new cluster cannot be formed", "http://127.0.0.1:" + ports.getFirst() + " ").doesNotContain("\tat ");
        assertThat(folder.resolve("cluster_state.cache.json")).doesNotExist();
    }

    @Test
    void aStartThatWaitsForNodesEndsWhenItIsTold() throws IOException {
        List<Integer> ports = clusterOfAbsentNode();
        try (Node coordinator = Node.coordinator(ports.get(1), folder, "--metadata-wait-secs", "3600").start()) {
            await().atMost(Duration.ofSeconds(120)).until(() -> coordinator.output().contains("waiting for every configured node"));
            coordinator.stop();
        }
    }

    private List<Integer> clusterOfAbsentNode() throws IOException {
        List<Integer> ports = FreePorts.find(2);
        Files.writeString(folder.resolve("cluster.json"), "{\"shard_groups\": [{\"primary\": \"http://127.0.0.1:" + ports.getFirst() + "\"}]}");
        return ports;
    }

    /** How a run that was not to last ended. */
    private record Ended(int code, String output) {}

    private Ended run(List<String> arguments) throws IOException {
        try (LynseProcess process = LynseProcess.start("refused", folder, Map.of(), arguments)) {
            int code = process.awaitExit();
            return new Ended(code, process.output());
        }
    }
}
