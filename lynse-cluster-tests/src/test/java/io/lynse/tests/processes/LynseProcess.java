package io.lynse.tests.processes;

import static org.awaitility.Awaitility.await;

import io.lynse.tests.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One run of {@code bin/lynse}. What it prints goes to a file that outlives the test. A process that a test forgets, or
 * whose test is itself killed, ends with the JVM of the tests.
 */
public final class LynseProcess implements AutoCloseable {

    /** Bounds for a machine that does much else; a process that ends is noticed at once. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(300);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(120);
    private static final int TAIL_LINES = 40;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "end-lynse-processes"));
    }

    private final String name;
    private final Process process;
    private final Path output;

    private LynseProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /**
     * Runs {@code bin/lynse ARGUMENTS}.
     * @param folder    working directory, and the place of {@code NAME.log}, which is added to
     * @param variables added to the environment, from which all LYNSE_ variables are taken away first
     */
    static LynseProcess start(String name, Path folder, Map<String, String> variables, List<String> arguments) throws IOException {
        return start(name, folder, variables, List.of(), arguments);
    }

    /** @param within words before the command, which must become that command: its process id is the node's */
    static LynseProcess start(String name, Path folder, Map<String, String> variables, List<String> within, List<String> arguments) throws IOException {
        var command = new ArrayList<>(within);
        command.add(Repository.root().resolve("bin/lynse").toString());
        command.addAll(arguments);
        Path output = folder.resolve(name + ".log");
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("LYNSE_") || variable.equals("PORT"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
        return new LynseProcess(name, process, output);
    }

    /** Waits until the server says that it can serve; a process that ends instead fails the test with its last words. */
    void awaitReady(Api api) {
        await().atMost(START_TIMEOUT).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) throw new AssertionError(name + " ended with " + process.exitValue() + ":\n" + tail());
            return answersReady(api);
        });
    }

    static boolean answersReady(Api api) {
        try {
            return api.get("/readyz").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL: nothing is flushed, nobody is told. Returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** @param name without SIG */
    void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
        try {
            if (kill.waitFor() != 0) throw new AssertionError("no process " + pid() + " for SIG" + name);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** SIGTERM, as a service manager would. @return the exit code */
    int stop() {
        process.destroy();
        return awaitExit();
    }

    int awaitExit() {
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                throw new AssertionError(name + " did not end within " + STOP_TIMEOUT + ":\n" + tail());
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Everything printed under this name so far, by earlier runs too. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }
}
