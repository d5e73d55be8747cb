package io.lynse.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * {@code bin/lynse} itself, in a project folder and on a PATH made up for the test: java and mvn are scripts that print how
 * they were called, so nothing is started and nothing is built.
 */
class LauncherIT {

    static final String SHARD = "lynse-shard-service";
    static final String COORDINATOR = "lynse-coordinator-service";
    static final String CLI = "lynse-cli";
    static final List<String> TOOLS = List.of("readlink", "dirname", "grep", "find", "head", "cat");

    @TempDir
    Path folder;

    Path home;
    Path jdk;
    Path path;

    @BeforeEach
    void makeProject() throws IOException {
        home = folder.resolve("a project");
        jdk = folder.resolve("jdk-25");
        path = Files.createDirectories(folder.resolve("path"));
        for (String tool : TOOLS) script(path.resolve(tool), "exec " + which(tool) + " \"$@\"");
        script(jdk.resolve("bin/java"), "for word in \"$@\"; do echo \"$word\"; done; echo \"pid $$\"");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\n");
        Files.createDirectories(home.resolve("bin"));
        // The folders of this very machine must not count.
        String text = Files.readString(Path.of("../bin/lynse")).replaceAll("/(usr|opt|Library)/", folder + "/none/");
        script(home.resolve("bin/lynse"), text.substring(text.indexOf('\n') + 1));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        for (String module : List.of(SHARD, COORDINATOR, CLI)) {
            Files.createDirectories(home.resolve(module + "/src/main/java"));
            Files.writeString(home.resolve(module + "/src/main/java/A.java"), "class A {}");
            Files.createDirectories(jar(module).getParent());
            Files.writeString(jar(module), "jar");
            Files.setLastModifiedTime(jar(module), FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        }
    }

    // arguments, environment, the module whose jar is started, what it is given
    static final List<Arguments> ROLES = List.of(
            arguments("serve --port 1", Map.of(), SHARD, List.of("--port", "1")),
            arguments("run --port 1", Map.of(), SHARD, List.of("--port", "1")),
            arguments("serve --role single", Map.of(), SHARD, List.of("--role", "single")),
            arguments("serve --role coordinator", Map.of(), COORDINATOR, List.of("--role", "coordinator")),
            arguments("serve --port=1 --role=coordinator", Map.of(), COORDINATOR, List.of("--port=1", "--role=coordinator")),
            arguments("serve", Map.of("LYNSE_ROLE", "coordinator"), COORDINATOR, List.of()),
            arguments("serve --role single", Map.of("LYNSE_ROLE", "coordinator"), SHARD, List.of("--role", "single")),
            arguments("serve --config coordinator.ini", Map.of(), COORDINATOR, List.of("--config", "coordinator.ini")),
            arguments("serve --config=coordinator.json", Map.of(), COORDINATOR, List.of("--config=coordinator.json")),
            arguments("serve --config shard.ini", Map.of(), SHARD, List.of("--config", "shard.ini")),
            arguments("serve --config coordinator.ini", Map.of("LYNSE_ROLE", "single"), SHARD, List.of("--config", "coordinator.ini")),
            arguments("serve --config missing.ini", Map.of(), SHARD, List.of("--config", "missing.ini")),
            arguments("serve --help", Map.of(), SHARD, List.of("--help")),
            arguments("bench engine --json", Map.of("LYNSE_ROLE", "coordinator"), SHARD, List.of("bench", "engine", "--json")),
            arguments("status --url x", Map.of(), CLI, List.of("status", "--url", "x")),
            arguments("--help", Map.of(), CLI, List.of("--help")),
            arguments("", Map.of("LYNSE_ROLE", "coordinator"), CLI, List.of()));

    @ParameterizedTest(name = "lynse {0} {1}")
    @FieldSource("ROLES")
    void startsTheRightJar(String command, Map<String, String> environment, String module, List<String> given) throws Exception {
        Files.writeString(folder.resolve("coordinator.ini"), "; role = single\n[server]\nport = 1\nrole = coordinator\n");
        Files.writeString(folder.resolve("coordinator.json"), "{\"server\": {\"port\": 1, \"role\": \"coordinator\"}}");
        Files.writeString(folder.resolve("shard.ini"), "# role = coordinator\nrole = single\n");
        Ran ran = run(home.resolve("bin/lynse"), environment, command.isEmpty() ? List.of() : List.of(command.split(" ")));
        assertThat(ran.code).as(ran.err).isZero();
        int jar = ran.out.indexOf("-jar");
        assertThat(ran.out.get(jar + 1)).isEqualTo(jar(module).toString());
        assertThat(ran.out.subList(jar + 2, ran.out.size() - 1)).isEqualTo(given);
        assertThat(ran.out.subList(0, jar)).contains("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        assertThat(ran.out.contains("jdk.incubator.vector")).isEqualTo(module.equals(SHARD));
    }

    @Test
    void becomesTheJvmItself() throws Exception {
        Ran ran = run(home.resolve("bin/lynse"), Map.of(), List.of("serve"));
        assertThat(ran.out.getLast()).isEqualTo("pid " + ran.pid);
    }

    @Test
    void theUsersJvmOptionsComeLastAndWin() throws Exception {
        Ran ran = run(home.resolve("bin/lynse"), Map.of("LYNSE_JAVA_OPTS", "-Xmx2g -Dx=y"), List.of("serve"));
        assertThat(ran.out).containsSubsequence("-Xmx512m", "-Xmx2g", "-Dx=y", "-jar");
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("lynse"), home.resolve("bin/lynse"));
        Ran ran = run(link, Map.of(), List.of("serve"));
        assertThat(ran.out).as(ran.err).contains(jar(SHARD).toString());
    }

    @Test
    void findsTheJdkOnThePathAndInTheUsualFolders() throws Exception {
        Path other = folder.resolve("jdk-17");
        script(other.resolve("bin/java"), "echo wrong java");
        Files.writeString(other.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        Files.createSymbolicLink(path.resolve("java"), other.resolve("bin/java"));
        Path usual = Files.createDirectories(folder.resolve("none/lib/jvm"));
        Ran none = run(home.resolve("bin/lynse"), Map.of("JAVA_HOME", other.toString()), List.of("serve"));
        assertThat(none.code).isEqualTo(1);
        assertThat(none.err).contains("no JDK 25 found", "Install one", "temurin-25-jdk", "JAVA_HOME");
        assertThat(none.out).isEmpty();

        Files.createSymbolicLink(usual.resolve("whatever"), jdk);
        assertThat(run(home.resolve("bin/lynse"), Map.of("JAVA_HOME", other.toString()), List.of("serve")).out).contains("-Xmx512m");

        Files.delete(usual.resolve("whatever"));
        Files.delete(path.resolve("java"));
        Files.createSymbolicLink(path.resolve("java"), jdk.resolve("bin/java"));
        assertThat(run(home.resolve("bin/lynse"), Map.of("JAVA_HOME", ""), List.of("serve")).out).contains("-Xmx512m");
    }

    @Test
    void saysHowToBuildWhatIsNotBuilt() throws Exception {
        Files.delete(jar(SHARD));
        Ran ran = run(home.resolve("bin/lynse"), Map.of(), List.of("serve"));
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.err).contains(SHARD + "-app.jar is not built yet", "mvn -q -DskipTests package");
        assertThat(run(home.resolve("bin/lynse"), Map.of(), List.of("serve", "--role", "coordinator")).code).isZero();
    }

    @Test
    void demoBuildsOnlyWhatIsMissingOrOlderThanASource() throws Exception {
        script(path.resolve("mvn"), "echo built by $JAVA25_HOME; echo jar > '" + jar(SHARD) + "'");
        Ran fresh = run(home.resolve("bin/lynse"), Map.of(), List.of("demo"));
        assertThat(fresh.err).isEmpty();
        assertThat(fresh.out).contains("demo");

        Path source = home.resolve("lynse-engine/src/main/java/B.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "class B {}");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 120_000));
        Ran stale = run(home.resolve("bin/lynse"), Map.of(), List.of("demo"));
        assertThat(stale.err).isEqualTo("built by " + jdk + "\n");
        assertThat(stale.out).contains("demo").anyMatch(line -> line.startsWith("Building the jars"));
        Files.delete(source);

        Files.delete(jar(SHARD));
        assertThat(run(home.resolve("bin/lynse"), Map.of(), List.of("serve")).err).as("serve never builds").contains("not built yet");
        Ran missing = run(home.resolve("bin/lynse"), Map.of(), List.of("demo"));
        assertThat(missing.err).startsWith("built");
        assertThat(missing.out).contains("demo");
    }

    @Test
    void demoSaysWhatAFailedOrImpossibleBuildNeeds() throws Exception {
        Files.delete(jar(SHARD));
        Ran without = run(home.resolve("bin/lynse"), Map.of(), List.of("demo"));
        assertThat(without.code).isEqualTo(1);
        assertThat(without.err).contains("install Maven 3.8 or newer");
        script(path.resolve("mvn"), "echo compile error >&2; exit 1");
        Ran failed = run(home.resolve("bin/lynse"), Map.of(), List.of("demo"));
        assertThat(failed.code).isEqualTo(1);
        assertThat(failed.err).contains("compile error", "the build failed");
    }

    record Ran(int code, long pid, List<String> out, String err) {}

    private Ran run(Path launcher, Map<String, String> environment, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(launcher.toString());
        command.addAll(arguments);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path.toString(), "HOME", folder.resolve("none").toString(), "JAVA_HOME", jdk.toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        int code = process.waitFor();
        return new Ran(code, process.pid(), Files.readAllLines(out, StandardCharsets.UTF_8), Files.readString(err));
    }

    private Path jar(String module) {
        return home.resolve(module + "/target/" + module + "-app.jar");
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path which(String tool) {
        return Stream.of("/usr/bin", "/bin").map(folder -> Path.of(folder, tool)).filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> new IllegalStateException(tool + " is not installed"));
    }
}
