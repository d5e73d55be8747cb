package io.lynse.tests.docs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.processes.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a document names must exist: a file that a link or a command points to, a module on the map. */
class ReadmeTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#|mailto:)([^)#\\s]+)");
    private static final Pattern PROGRAM = Pattern.compile("(?:^|[\\s`(])((?:bin|docker|samples|lynse-[a-z-]+|\\.ci)/[\\w./-]+)");

    static Stream<Path> documents() throws IOException {
        return Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md").map(Repository.root()::resolve);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void filesThatADocumentNamesExist(Path document) throws IOException {
        String text = Files.readString(document);
        List<String> named = Stream.concat(matches(LINK, text), matches(PROGRAM, text))
                .map(name -> name.replaceAll("/\\.\\.\\./.*", "").replaceAll("[./]+$", "")) // a/.../b: the rest is left out for the reader
                .distinct().toList();

        assertThat(named).isNotEmpty().allSatisfy(name -> assertThat(Repository.root().resolve(name)).exists());
    }

    @Test
    void theMapShowsEveryModule() throws IOException {
        String map = Files.readString(Repository.root().resolve("ARCHITECTURE.md"));
        List<String> modules = matches(Pattern.compile("<module>([^<]+)</module>"), Files.readString(Repository.root().resolve("pom.xml"))).toList();

        assertThat(modules).hasSizeGreaterThan(5).allSatisfy(module -> assertThat(map).contains(module));
    }

    @Test
    void bothCommandsOfTheReadmeExist() throws IOException {
        assertThat(Files.readString(Repository.root().resolve("README.md"))).contains("bin/lynse demo", "mvn verify");
        assertThat(Repository.root().resolve("bin/lynse")).isExecutable();
        assertThat(Files.readString(Repository.root().resolve(".ci/run"))).as("CI runs the test command that the README gives").contains("mvn verify");
    }

    /** The table of rules names code and tests: a rename must not leave it pointing at nothing. */
    @Test
    void classesThatTheArchitectureNamesExist() throws IOException {
        String map = Files.readString(Repository.root().resolve("ARCHITECTURE.md")) + Files.readString(Repository.root().resolve("docs/replication.md"));
        List<String> named = matches(Pattern.compile("[`/]([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+|Applier|Pipeline|Checkpoints)[.`]"), map).distinct().toList();
        Set<String> classes;
        try (Stream<Path> files = Files.walk(Repository.root())) {
            classes = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java")).map(name -> name.replace(".java", "")).collect(toSet());
        }

        assertThat(named).hasSizeGreaterThan(20).allSatisfy(name -> assertThat(classes).contains(name));
    }

    private static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList().stream();
    }
}
