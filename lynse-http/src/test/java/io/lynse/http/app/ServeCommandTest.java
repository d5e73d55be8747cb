package io.lynse.http.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class ServeCommandTest {

    @TempDir
    Path folder;

    @Command(name = "serve")
    static final class Serve implements Callable<Integer> {
        @Mixin
        final ServeOptions options = new ServeOptions();

        @Option(names = "--own")
        @Env("LYNSE_OWN")
        String own = "none";

        Map<String, Object> properties = Map.of();

        @Override
        public Integer call() {
            properties = options.springProperties();
            return 0;
        }
    }

    private record Run(int code, String error, Serve command) {}

    private static Run run(List<String> args, Map<String, String> environment) {
        var command = new Serve();
        var error = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
        try {
            int code = ServeCommand.run(command, command.options, args, environment);
            return new Run(code, error.toString(StandardCharsets.UTF_8), command);
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void hasTheDocumentedDefaults() {
        var properties = run(List.of(), Map.of()).command().properties;
        assertThat(properties).contains(entry("server.address", "127.0.0.1"), entry("server.port", 7637), entry("lynse.data-dir", "."),
                entry("server.tomcat.keep-alive-timeout", "75s"), entry("lynse.http.request-timeout", "300000ms"), entry("lynse.http.json-limit", "256MB"),
                entry("lynse.http.payload-limit", "512MB"), entry("lynse.http.slow-query", "1000ms"), entry("lynse.http.max-top-k", 10_000),
                entry("lynse.http.max-batch-vectors", 100_000), entry("lynse.http.max-collection-vectors", 10_000_000L),
                entry("lynse.http.max-collection-vector-bytes", 1_099_511_627_776L), entry("lynse.http.audit-log", true), entry("logging.level.root", "info"));
        assertThat(properties).doesNotContainKey("lynse.http.api-key");
    }

    @Test
    void takesFlagsWithBlankOrEqualsSign() {
        var properties = run(List.of("--port", "1", "--host=::1", "--root", "/r", "--no-audit-log", "--api-key=k"), Map.of()).command().properties;
        assertThat(properties).contains(entry("server.port", 1), entry("server.address", "::1"), entry("lynse.data-dir", "/r"),
                entry("lynse.http.audit-log", false), entry("lynse.http.api-key", "k"));
    }

    @Test
    void prefersFlagThenEnvironmentThenFileThenDefault() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), """
                {"port": 4, "host": "h4", "data_dir": "d4", "json_limit_mb": 4, "own": "file",
                 "server": {"port": 3, "host": "h3", "data_dir": "d3"}, "cluster_config": "for the other role"}""");
        var command = run(List.of("--port=1", "--config", file.toString()), Map.of("LYNSE_PORT", "2", "LYNSE_HOST", "h2", "LYNSE_API_KEY", "")).command();
        assertThat(command.properties).contains(entry("server.port", 1), entry("server.address", "h2"), entry("lynse.data-dir", "d3"),
                entry("lynse.http.json-limit", "4MB"), entry("lynse.http.payload-limit", "512MB"));
        assertThat(command.properties).doesNotContainKey("lynse.http.api-key");
        assertThat(command.own).isEqualTo("file");
    }

    @Test
    void readsIniFiles() throws IOException {
        Path file = Files.writeString(folder.resolve("a.ini"), """
                ; a comment
                [other]
                port = 9
                [server]
                port = 5
                audit_log = no
                # another
                root=/x = y
                """);
        assertThat(run(List.of("--config=" + file), Map.of()).command().properties)
                .contains(entry("server.port", 5), entry("lynse.http.audit-log", false), entry("lynse.data-dir", "/x = y"));
    }

    @Test
    void takesTheSecondNameOfAVariable() {
        assertThat(run(List.of(), Map.of("PORT", "8", "LYNSE_ROOT", "r")).command().properties).contains(entry("server.port", 8), entry("lynse.data-dir", "r"));
        assertThat(run(List.of(), Map.of("PORT", "8", "LYNSE_PORT", "9")).command().properties).contains(entry("server.port", 9));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--nope | Unknown option: '--nope'", "--port=x | '--port'", "--port=70000 | --port must be 0 to 65535: 70000",
        "--port | Missing required parameter", "--max-top-k=-1 | --max-top-k must be at least 0: -1", "--role=both | --role must be single or coordinator: both",
        "--request-timeout-secs=0 | --request-timeout-secs must be above 0", "--log-level=loud | --log-level must be", "stray | Unmatched argument"})
    void refusesAWrongFlagInOneLine(String arg, String reason) {
        Run run = run(List.of(arg), Map.of());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.error()).contains(reason).startsWith("serve: ").doesNotContain("\tat ").contains("--help");
        assertThat(run.command().properties).isEmpty();
    }

    @Test
    void saysWhereAWrongValueCameFrom() throws IOException {
        assertThat(run(List.of(), Map.of("LYNSE_PORT", "x")).error()).contains("environment variable LYNSE_PORT").contains("'x'");
        Path file = Files.writeString(folder.resolve("b.json"), "{\"server\": {\"json_limit_mb\": \"much\"}}");
        assertThat(run(List.of("--config", file.toString()), Map.of()).error()).contains(file.toString()).contains("key 'json_limit_mb'").contains("'much'");
    }

    @Test
    void refusesABrokenFileByName() throws IOException {
        Path file = folder.resolve("c.json");
        assertThat(run(List.of("--config", file.toString()), Map.of()).error()).contains(file.toString()).contains("does not exist");
        Files.writeString(file, "{\"port\":");
        assertThat(run(List.of("--config", file.toString()), Map.of()).error()).contains(file.toString()).contains("is not JSON");
        Files.writeString(file, "[1]");
        assertThat(run(List.of("--config", file.toString()), Map.of()).error()).contains("must hold a JSON object");
        Files.writeString(file, "{\"prot\": 1}");
        assertThat(run(List.of("--config", file.toString()), Map.of()).error()).contains("unknown key 'prot'");
        Path ini = Files.writeString(folder.resolve("c.ini"), "[server]\nport\n");
        assertThat(run(List.of("--config", ini.toString()), Map.of()).error()).contains(ini + ", line 2: expected key = value");
    }

    @Test
    void showsHelp() {
        Run run = run(List.of("--help", "--port=x"), Map.of());
        assertThat(run.code()).isNotEqualTo(1);
        var out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(ServeCommand.run(run.command(), run.command().options, List.of("--help"), Map.of())).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--data-dir", "--api-key", "--max-batch-vectors", "default 7637", "--own");
        assertThat(run.command().properties).isEmpty();
    }
}
