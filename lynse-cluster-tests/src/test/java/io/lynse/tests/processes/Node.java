package io.lynse.tests.processes;

import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One node over all its runs: place, folder and flags stay, processes come and go. Not thread-safe. */
public final class Node implements AutoCloseable {

    /**
     * Where a node listens.
     *
     * @param within words before the command that starts it there; none on this machine's own network
     */
    public record Place(String host, int port, List<String> within) {

        public Place {
            within = List.copyOf(within);
        }

        public static Place loopback(int port) {
            return new Place("127.0.0.1", port, List.of());
        }

        public String uri() {
            return "http://" + host + ":" + port;
        }
    }

    /** Short-lived JVMs: the second compiler costs more than it gives before they end. */
    static final Map<String, String> SHORT_LIVED = Map.of("LYNSE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

    private final String name;
    private final Place place;
    private final Path folder;
    private final List<String> arguments;
    private final Map<String, String> variables;
    private @Nullable LynseProcess process;

    private Node(String name, Place place, Path folder, List<String> arguments, Map<String, String> variables) {
        this.name = name;
        this.place = place;
        this.folder = folder;
        this.arguments = List.copyOf(arguments);
        this.variables = Map.copyOf(variables);
    }

    /** A shard node, or a single server: the same thing. Its data lies in {@code FOLDER/data/NAME}. */
    static Node shard(String name, int port, Path folder, String... flags) {
        return shard(name, Place.loopback(port), folder, flags);
    }

    public static Node shard(String name, Place place, Path folder, String... flags) {
        return serving(name, place, folder, List.of("--data-dir", "./data/" + name), flags);
    }

    /** A coordinator of the cluster that {@code FOLDER/cluster.json} describes. */
    static Node coordinator(int port, Path folder, String... flags) {
        return serving("coordinator", Place.loopback(port), folder, coordinating("./cluster_state.cache.json"), flags);
    }

    /** One of several coordinators, with a cache of its own. */
    static Node coordinator(String name, int port, Path folder, String... flags) {
        return coordinator(name, Place.loopback(port), folder, flags);
    }

    public static Node coordinator(String name, Place place, Path folder, String... flags) {
        return serving(name, place, folder, coordinating("./" + name + ".cache.json"), flags);
    }

    private static List<String> coordinating(String cache) {
        return List.of("--role", "coordinator", "--cluster-config", "./cluster.json", "--cluster-state", cache);
    }

    /** A node as a guide starts it: {@code lynse serve --port PORT ...}, words between blanks. */
    static Node asWritten(String command, Path folder) {
        List<String> words = List.of(command.strip().split("\\s+"));
        if (!words.getFirst().equals("lynse")) throw new IllegalArgumentException("no lynse command: " + command);
        int port = Integer.parseInt(words.get(words.indexOf("--port") + 1));
        return new Node("port-" + port, Place.loopback(port), folder, words.subList(1, words.size()), SHORT_LIVED);
    }

    private static Node serving(String name, Place place, Path folder, List<String> own, String... flags) {
        var arguments = new ArrayList<>(List.of("serve", "--host", place.host, "--port", Integer.toString(place.port)));
        arguments.addAll(own);
        Collections.addAll(arguments, flags);
        return new Node(name, place, folder, arguments, SHORT_LIVED);
    }

    /** The same node in another environment. */
    public Node in(Map<String, String> environment) {
        return new Node(name, place, folder, arguments, environment);
    }

    public Node start() throws IOException {
        if (process != null && process.isAlive()) throw new IllegalStateException(name + " runs already");
        process = LynseProcess.start(name, folder, variables, place.within, arguments);
        return this;
    }

    public Node awaitReady() {
        running().awaitReady(api());
        return this;
    }

    public Api api() {
        return new Api(uri(), "");
    }

    public String uri() {
        return place.uri();
    }

    public String name() {
        return name;
    }

    int port() {
        return place.port;
    }

    public Path dataFolder() {
        return folder.resolve("data").resolve(name);
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public void kill() {
        running().kill();
    }

    /** SIGSTOP: it does nothing until {@link #resume}, and does not notice. */
    public void pause() throws IOException {
        running().signal("STOP");
    }

    public void resume() throws IOException {
        running().signal("CONT");
    }

    public int stop() {
        return running().stop();
    }

    /** Waits until it ends by itself. @return the exit code */
    int awaitExit() {
        return running().awaitExit();
    }

    /** Everything printed by all runs. */
    public String output() {
        return running().output();
    }

    @Override
    public void close() {
        if (process != null) process.close();
    }

    private LynseProcess running() {
        return Objects.requireNonNull(process, () -> name + " was never started");
    }
}
