package io.lynse.tests.linearizability;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One owner over all its runs: port, folder and log stay, processes come and go. What it prints goes to {@code owner-N.log}. */
final class OwnerProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    /** Short-lived: the second compiler costs more than it gives. */
    private static final List<String> JVM = List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "--add-modules", "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dlogback.configurationFile=logback-owner.xml");

    private final int number;
    private final Path folder;
    private final Network network;
    private @Nullable Process process;

    OwnerProcess(int number, Path folder, Network network) throws IOException {
        this.number = number;
        this.folder = folder;
        this.network = network;
        Files.writeString(hosts(), network.hosts(number));
    }

    private Path hosts() {
        return folder.resolve("hosts-" + number);
    }

    /** Returns at once. */
    void start() throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.add("-Djdk.net.hosts.file=" + hosts());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OwnerMain.class.getName()));
        command.addAll(List.of(folder.resolve(Network.name(number)).toString(), Integer.toString(network.address(number).getPort())));
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(Network.name(number) + ".log").toFile()))
                .start();
    }

    void awaitListening() {
        await().atMost(START_TIMEOUT).pollInterval(Duration.ofMillis(20)).until(this::isListening);
    }

    boolean isListening() {
        if (!running().isAlive()) throw new AssertionError(Network.name(number) + " ended with " + running().exitValue() + ", see its log in " + folder);
        try (var socket = new Socket()) {
            socket.connect(network.address(number));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL. Returns when it is gone. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** SIGSTOP: it does nothing from one instruction to the next, and its connections stay. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(running().pid())).start().waitFor();
        if (code != 0) throw new IllegalStateException("kill -" + name + " gave " + code);
    }

    private Process running() {
        if (process == null) throw new IllegalStateException(Network.name(number) + " was never started");
        return process;
    }

    @Override
    public void close() {
        if (process != null) process.destroyForcibly();
    }
}
