package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lynse.tests.Api;
import java.io.File;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** Alerts and dashboards ask for what a running cluster says, scraped with its keys. Promtool and Prometheus come by {@code .ci/tools}. */
@TestInstance(Lifecycle.PER_CLASS)
class MonitoringE2E {

    private static final Path MONITORING = Repository.root().resolve("helm/lynse/monitoring");
    private static final Pattern METRIC = Pattern.compile("\\b(?:lynse|lynsedb|jvm|process|resilience4j)_[a-z0-9_]+\\b");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String SHARD_KEY = "key-of-shards";
    private static final String CLIENT_KEY = "key-of-clients";

    private Path folder;
    private List<Node> shards;
    private Node coordinator;

    @BeforeAll
    void startACluster() throws IOException {
        folder = Repository.freshFolder("monitoring");
        List<Integer> ports = FreePorts.find(3);
        shards = List.of(
                Node.shard("primary", ports.get(0), folder, "--api-key", SHARD_KEY), Node.shard("replica", ports.get(1), folder, "--api-key", SHARD_KEY));
        Files.writeString(folder.resolve("cluster.json"), Api.JSON.writeValueAsString(Map.of("shard_groups", List.of(
                Map.of("name", "sg0", "primary", shards.get(0).uri(), "replicas", List.of(shards.get(1).uri()))))));
        coordinator = Node.coordinator(ports.get(2), folder, "--shard-api-key", SHARD_KEY, "--api-key", CLIENT_KEY);
        for (Node node : nodes()) node.start();
        nodes().forEach(Node::awaitReady);
        Api client = coordinator.api().withKey(CLIENT_KEY);
        Map<String, Object> rows = Map.of("database_name", "watched", "collection_name", "rows");
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.post("/create_database", Map.of("database_name", "watched")).status() == 200);
        client.call("/required_collection", QuickLocalClusterE2E.with(rows, Map.of("dim", 2)));
        client.call("/add", QuickLocalClusterE2E.with(rows, Map.of("ids", List.of("a", "b"), "vectors", List.of(List.of(1, 0), List.of(0, 1)))));
        client.call("/build_index", QuickLocalClusterE2E.with(rows, Map.of("index_mode", "HNSW-L2")));
    }

    @AfterAll
    void stop() {
        nodes().forEach(Node::close);
    }

    @Test
    void everyMetricThatIsAskedForExists() throws IOException {
        Set<String> asked = new TreeSet<>();
        for (Path file : monitoringFiles()) asked.addAll(metrics(Files.readString(file)));
        var said = new TreeSet<String>();
        for (Node node : nodes()) said.addAll(metrics(withKey(node).get("/metrics").orFail("/metrics").text()));
        assertThat(asked).hasSizeGreaterThan(30).isSubsetOf(said);
    }

    /** {@code promtool check} and {@code promtool test}: each alert fires in its fault, and neither before nor afterwards. */
    @Test
    void everyAlertFiresInItsFaultAlone() throws IOException {
        String promtool = program("promtool");
        Path rules = MONITORING.resolve("alerts.yaml");
        Path tests = Repository.root().resolve("lynse-cluster-tests/src/test/resources/monitoring/alerts-test.yaml");
        assertThat(run(promtool, "check", "rules", rules.toString())).isZero();
        assertThat(run(promtool, "test", "rules", tests.toString())).isZero();
        List<String> alerts = matches(Pattern.compile("alert: (\\w+)"), Files.readString(rules));
        assertThat(matches(Pattern.compile("- name: (\\w+)"), Files.readString(tests))).as("each has a test").containsExactlyInAnyOrderElementsOf(alerts);
    }

    /** A real Prometheus with keys from files: all targets are up, all rules and all expressions of dashboards can be evaluated. */
    @Test
    void prometheusScrapesTheCluster() throws IOException {
        String prometheus = program("prometheus");
        int port = FreePorts.find(1).getFirst();
        Path log = folder.resolve("prometheus.log");
        Process process = new ProcessBuilder(prometheus, "--config.file=" + configuration(), "--storage.tsdb.path=" + folder.resolve("prometheus-data"),
                "--web.listen-address=127.0.0.1:" + port, "--log.level=warn").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            var server = Api.at(port);
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                JsonNode targets = get(server, "/api/v1/targets").at("/data/activeTargets");
                assertThat(targets.valueStream().map(target -> target.at("/health").asString())).as(targets.toString()).containsExactly("up", "up", "up");
                JsonNode groups = get(server, "/api/v1/rules").at("/data/groups");
                assertThat(groups.findValues("health")).as("each rule was evaluated").hasSizeGreaterThan(15).extracting(JsonNode::asString).containsOnly("ok");
            });
            for (String expression : dashboardExpressions()) {
                String asked = expression.replace("$__rate_interval", "1m").replaceAll("\\$\\w+", ".*");
                JsonNode answer = get(server, "/api/v1/query?query=" + URLEncoder.encode(asked, StandardCharsets.UTF_8));
                assertThat(answer.at("/status").asString()).as("%s: %s", asked, answer).isEqualTo("success");
            }
        } finally {
            end(process);
        }
    }

    private Path configuration() throws IOException {
        Files.writeString(folder.resolve("shard.key"), SHARD_KEY);
        Files.writeString(folder.resolve("client.key"), CLIENT_KEY);
        String job = """
                  - job_name: %s
                    authorization: {credentials_file: %s}
                    static_configs: [{targets: [%s]}]
                """;
        String yaml = "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: ['" + MONITORING.resolve("alerts.yaml") + "']\nscrape_configs:\n"
                + job.formatted("lynse-shard", "shard.key", String.join(", ", shards.stream().map(node -> "'127.0.0.1:" + node.port() + "'").toList()))
                + job.formatted("lynse-coordinator", "client.key", "'127.0.0.1:" + coordinator.port() + "'");
        return Files.writeString(folder.resolve("prometheus.yml"), yaml);
    }

    private static List<String> dashboardExpressions() throws IOException {
        var expressions = new ArrayList<String>();
        for (Path file : monitoringFiles()) {
            if (!file.toString().endsWith(".json")) continue;
            JsonNode dashboard = Api.JSON.readTree(Files.readString(file));
            assertThat(dashboard.at("/panels")).as("panels of %s", file).isNotEmpty();
            dashboard.findValues("expr").forEach(expression -> expressions.add(expression.asString()));
        }
        return expressions;
    }

    private static List<Path> monitoringFiles() throws IOException {
        try (Stream<Path> files = Files.list(MONITORING)) {
            return files.sorted().toList();
        }
    }

    /** Names of metrics in a text. A summary and a histogram go by the names of their parts, as Prometheus stores them. */
    private static Set<String> metrics(String text) {
        return new TreeSet<>(METRIC.matcher(text).results().map(MatchResult::group).toList());
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static JsonNode get(Api server, String path) throws IOException {
        return Api.JSON.readTree(server.get(path).text());
    }

    private Api withKey(Node node) {
        return node.api().withKey(node == coordinator ? CLIENT_KEY : SHARD_KEY);
    }

    private List<Node> nodes() {
        return Stream.concat(shards.stream(), Stream.of(coordinator)).toList();
    }

    /** Skips the test where it is missing, and fails it with CI=true. */
    private static String program(String name) {
        String found = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)).filter(Files::isExecutable)
                .findFirst().map(Path::toString).orElse("");
        assumeTrue(!found.isEmpty() || "true".equals(System.getenv("CI")), name + " is not on the PATH: .ci/tools gets it");
        assertThat(found).as("%s on the PATH: .ci/tools gets it", name).isNotEmpty();
        return found;
    }

    private int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
