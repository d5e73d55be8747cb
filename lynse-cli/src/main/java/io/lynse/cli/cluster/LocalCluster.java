package io.lynse.cli.cluster;

import io.lynse.cli.CommandFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a {@link ClusterPlan}: every node a process of its own, started by {@code bin/lynse} as an operator would.
 * {@link #close} ends them and removes their folder; if this process is killed instead, a {@link Watchdog} does.
 */
public final class LocalCluster implements AutoCloseable {

    private static final int TAIL_LINES = 25;
    private static final long STOP_SECONDS_MAX = 10;

    private final ClusterPlan plan;
    private final Watchdog watchdog;
    private final List<Running> running = new ArrayList<>();
    private volatile boolean closing;

    private record Running(ClusterPlan.Node node, Process process) {}

    /**
     * A node that is no longer there.
     *
     * @param description for a person: what ended, how, and what it said last
     */
    public record Ended(String name, int exitCode, String description) {

        private static final Set<Integer> SIGINT_SIGTERM = Set.of(130, 143);

        /** It ended as a node does that is asked to, for instance by the Ctrl-C that ends the demo. */
        public boolean byRequest() {
            return SIGINT_SIGTERM.contains(exitCode);
        }
    }

    private LocalCluster(ClusterPlan plan, Watchdog watchdog) {
        this.plan = plan;
        this.watchdog = watchdog;
    }

    /**
     * Starts all nodes at once, without waiting for any. If that fails, the plan's folder is gone as after {@link #close}.
     *
     * @param launcher {@code bin/lynse}
     * @throws CommandFailed if a port is taken
     */
    public static LocalCluster start(ClusterPlan plan, Path launcher) throws IOException {
        var cluster = new LocalCluster(plan, Watchdog.start(plan.folder()));
        try {
            refuseTakenPorts(plan);
            Files.createDirectories(plan.folder());
            Files.writeString(plan.configFile(), plan.configJson());
            for (ClusterPlan.Node node : plan.nodes()) cluster.start(node, launcher);
            return cluster;
        } catch (IOException | RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    private synchronized void start(ClusterPlan.Node node, Path launcher) throws IOException {
        var command = new ArrayList<String>();
        command.add(launcher.toString());
        command.addAll(node.arguments());
        Path log = plan.logFile(node);
        var builder = new ProcessBuilder(command).directory(plan.folder().toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        clean(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        watchdog.watch(process.toHandle());
        running.add(new Running(node, process));
    }

    // Settings meant for the user's own nodes (LYNSE_PORT, LYNSE_API_KEY, PORT ...) must not reach these.
    private static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.equals("PORT") || (name.startsWith("LYNSE_") && !name.equals("LYNSE_JAVA_OPTS")));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    /** The first node that is no longer there, if any. */
    public synchronized Optional<Ended> ended() {
        return running.stream().filter(node -> !node.process().isAlive()).findFirst().map(this::describe);
    }

    /** Tells of every node that ends, or has already, once each and on another thread. */
    public synchronized void onEnd(Consumer<Ended> listener) {
        for (Running node : running) {
            var _ = node.process().onExit().thenAccept(process -> listener.accept(describe(node)));
        }
    }

    /** Whether the nodes are being ended, or were. */
    public boolean isClosing() {
        return closing;
    }

    private Ended describe(Running node) {
        int exitCode = node.process().exitValue();
        return new Ended(node.node().name(), exitCode, describe(node.node(), "ended (exit code " + exitCode + ")"));
    }

    /** For a person: what happened to a node, and the end of its log. */
    public String describe(ClusterPlan.Node node, String what) {
        return LogTail.of(plan.logFile(node), TAIL_LINES).stream()
                .map("  "::concat)
                .collect(Collectors.joining(System.lineSeparator(), node.name() + " " + what + ". The end of its log:" + System.lineSeparator(), ""));
    }

    /** Ends every node (SIGTERM, and SIGKILL to what is still there after ten seconds) and removes the folder. Idempotent. */
    @Override
    public void close() {
        closing = true;
        endAll();
    }

    private synchronized void endAll() {
        running.forEach(node -> node.process().destroy());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS_MAX);
        running.forEach(node -> endBy(deadline, node.process()));
        running.clear();
        deleteFolder(plan.folder());
        watchdog.close();
    }

    private static void endBy(long deadline, Process process) {
        try {
            if (process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) return;
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        process.onExit().join();
    }

    private static void deleteFolder(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException left) {
            System.err.println("lynse: could not remove " + folder + ": " + left.getMessage());
        }
    }

    private static void refuseTakenPorts(ClusterPlan plan) {
        for (ClusterPlan.Node node : plan.nodes()) {
            try (var socket = new ServerSocket()) {
                // As the services do: an old connection in TIME_WAIT is no reason to refuse.
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            } catch (IOException taken) {
                throw new CommandFailed("port %d, meant for %s, is taken (%s): end what listens there, or give --port another first port"
                        .formatted(node.port(), node.name(), taken.getMessage()), taken);
            }
        }
    }
}
