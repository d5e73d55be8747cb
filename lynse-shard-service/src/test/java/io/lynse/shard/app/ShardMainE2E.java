package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar as a process: how it says that it cannot start, and how it stops. */
class ShardMainE2E {

    private static final Path JAR = Path.of("target", "lynse-shard-service-app.jar");

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNoProcess() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void drainsOnTermAndLosesNothingToKill() throws Exception {
        int port = freePort();
        Process first = serve("--port", "" + port, "--data-dir=" + directory.resolve("data"));
        awaitReady(first, port);
        assertThat(Files.readString(out(first))).contains("Starting LynseDB server on 127.0.0.1:" + port + " (root: " + directory.resolve("data") + ")\n");
        post(port, "/create_database", "{\"database_name\":\"docs\"}");
        post(port, "/required_collection", "{\"database_name\":\"docs\",\"collection_name\":\"c\",\"dim\":1}");
        post(port, "/add", "{\"database_name\":\"docs\",\"collection_name\":\"c\",\"ids\":[1],\"vectors\":[[1]]}");
        first.destroyForcibly().waitFor();

        Process second = serve("--port", "" + port, "--data-dir", directory.resolve("data").toString());
        awaitReady(second, port);
        post(port, "/add", "{\"database_name\":\"docs\",\"collection_name\":\"c\",\"ids\":[2],\"vectors\":[[2]]}");
        second.destroy();
        assertThat(second.waitFor(20, TimeUnit.SECONDS)).as("stops on TERM").isTrue();

        Process third = serve("--port", "" + port, "--data-dir", directory.resolve("data").toString());
        awaitReady(third, port);
        assertThat(post(port, "/collection_shape", "{\"database_name\":\"docs\",\"collection_name\":\"c\"}")).contains("[2,1]");
    }

    @Test
    void anErrorAtTheStartIsOneLineAndNoStackTrace() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Process unusable = serve("--port", "" + freePort(), "--data-dir", file.toString());
        assertRefused(unusable, file.toString());

        assertRefused(serve("--prot", "1"), "--prot");

        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process late = serve("--port", "" + taken.getLocalPort(), "--data-dir", directory.resolve("data").toString());
            assertRefused(late, "port " + taken.getLocalPort() + " (HTTP)");
        }
    }

    private void assertRefused(Process process, String named) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String all = Files.readString(out(process));
        assertThat(process.exitValue()).as(all).isNotZero();
        assertThat(all).contains(named).doesNotContain("\tat ").doesNotContain("Exception");
    }

    private Process serve(String... flags) throws IOException {
        assertThat(JAR).as("built by the package phase").exists();
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "--add-modules", "jdk.incubator.vector",
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-jar", JAR.toString()));
        command.addAll(List.of(flags));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("out-" + started.size()).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LYNSE_") || name.equals("PORT"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path out(Process process) {
        return directory.resolve("out-" + started.indexOf(process));
    }

    private void awaitReady(Process process, int port) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            if (!process.isAlive()) throw new AssertionError(Files.readString(out(process)));
            try (var client = HttpClient.newHttpClient()) {
                return client.send(HttpRequest.newBuilder(uri(port, "/readyz")).build(), BodyHandlers.ofString()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    private static String post(int port, String path, String json) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(HttpRequest.newBuilder(uri(port, path)).header("content-type", "application/json").POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Free, and its gRPC port with it. */
    private static int freePort() throws IOException {
        while (true) {
            try (var http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var grpc = new ServerSocket(io.lynse.model.GrpcPort.of(http.getLocalPort()), 1, InetAddress.getLoopbackAddress())) {
                assertThat(grpc.isBound()).isTrue();
                return http.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
