package io.lynse.tests.chart;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lynse.tests.processes.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Helm program and the chart of this repository. */
record Helm(Path program) {

    /** What {@code .ci/tools} makes of the two releases that are supported. */
    private static final List<String> NAMES = List.of("helm3", "helm4");

    static final Path CHART = Repository.root().resolve("helm/lynse");

    /** Whether it ended with 0, and all that it printed. */
    record Result(boolean ok, String text) {}

    /** Those on the PATH. With CI=true none may be missing; else a machine with none skips the test. */
    static List<Helm> installed() {
        List<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
        var found = new ArrayList<Helm>();
        for (String name : NAMES) folders.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst().map(Helm::new).ifPresent(found::add);
        if ("true".equals(System.getenv("CI")) && found.size() < NAMES.size()) throw new AssertionError(NAMES + " are needed and only " + found + " are on the PATH: .ci/tools");
        assumeTrue(!found.isEmpty(), "neither helm3 nor helm4 is on the PATH: .ci/tools gets them");
        return found;
    }

    /** Files with values to render, by name. */
    static List<Path> valuesFiles() {
        try (Stream<Path> files = Files.list(CHART.resolve("ci"))) {
            return files.sorted().toList();
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    Result lint(Path values) throws IOException {
        return run("lint", "--strict", CHART.toString(), "--values", values.toString());
    }

    Result template(Path values, String... more) throws IOException {
        return run(Stream.concat(Stream.of("template", "release", CHART.toString(), "--namespace", "space", "--values", values.toString()), Stream.of(more)).toArray(String[]::new));
    }

    Manifests render(Path values, String... more) throws IOException {
        Result rendered = template(values, more);
        if (!rendered.ok()) throw new AssertionError(this + " " + values.getFileName() + ": " + rendered.text());
        return Manifests.parse(rendered.text());
    }

    private Result run(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Result(process.waitFor() == 0, text);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public String toString() {
        return program.getFileName().toString();
    }
}
