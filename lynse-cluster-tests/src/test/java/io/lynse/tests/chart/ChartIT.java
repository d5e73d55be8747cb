package io.lynse.tests.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ClusterConfigFile;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.http.app.HttpApiSettings;
import io.lynse.model.GrpcPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;

/** The chart with each of its example values, by each supported Helm. No Kubernetes is needed. */
class ChartIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Variables that the chart sets itself, or that have no use in a pod. */
    private static final Set<String> DECIDED = Set.of("LYNSE_ROLE", "LYNSE_HOST", "LYNSE_PORT", "PORT", "LYNSE_DATA_DIR", "LYNSE_ROOT", "LYNSE_API_KEY", "LYNSE_SERVER_WORKERS",
            "LYNSE_DISABLE_INTERNAL_RPC", "LYNSE_CLUSTER_CONFIG", "LYNSE_CLUSTER_STATE", "LYNSE_SHARD_API_KEY", "LYNSE_COORDINATOR_URI", "LYNSE_COORDINATOR_ID");

    @TempDir
    private Path folder;

    static Stream<Arguments> renderings() {
        return Helm.installed().stream().flatMap(helm -> Helm.valuesFiles().stream().map(values -> Arguments.of(helm, values)));
    }

    static Stream<Path> values() {
        return Helm.valuesFiles().stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("renderings")
    void lintFindsNothing(Helm helm, Path values) throws IOException {
        assertThat(helm.lint(values)).matches(Helm.Result::ok);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("renderings")
    void everyManifestIsWhatKubernetesKnows(Helm helm, Path values) throws IOException {
        for (JsonNode manifest : helm.render(values).all()) {
            assertThatCode(() -> StrictKubernetes.check(manifest)).as("%s %s", manifest.at("/kind"), Manifests.name(manifest)).doesNotThrowAnyException();
            assertThat(manifest.at("/metadata/namespace").asText()).as(Manifests.name(manifest)).isEqualTo("space");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void everyHelmRendersTheSame(Path values) throws IOException {
        var renderings = new HashSet<Set<JsonNode>>();
        for (Helm helm : Helm.installed()) renderings.add(new HashSet<>(helm.render(values).all()));
        assertThat(renderings).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void selectorsFindTheirPods(Path values) throws IOException {
        Manifests chart = render(values);
        for (JsonNode workload : chart.workloads()) {
            assertThat(Manifests.matches(workload.at("/spec/selector/matchLabels"), workload.at("/spec/template"))).as(Manifests.name(workload)).isTrue();
            assertThat(chart.selected(workload.at("/spec/selector/matchLabels"))).as("pods of %s alone", Manifests.name(workload)).hasSize(1);
            for (JsonNode place : workload.findValues("labelSelector")) {
                assertThat(Manifests.matches(place.at("/matchLabels"), workload.at("/spec/template"))).as("where pods of %s keep away from", Manifests.name(workload)).isTrue();
            }
        }
        Stream.of("PodDisruptionBudget", "NetworkPolicy").flatMap(chart::of).forEach(object ->
                assertThat(chart.selected(object.at(object.at("/kind").asText().equals("NetworkPolicy") ? "/spec/podSelector/matchLabels" : "/spec/selector/matchLabels")))
                        .as(Manifests.name(object)).isNotEmpty());
        for (JsonNode pod : chart.pods()) {
            assertThat(chart.of("PodDisruptionBudget").filter(budget -> Manifests.matches(budget.at("/spec/selector/matchLabels"), pod)).count())
                    .as("budgets of a pod: one that has two is never evicted").isLessThan(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void servicesReachPortsOfTheirPods(Path values) throws IOException {
        Manifests chart = render(values);
        assertThat(chart.of("Service")).hasSize(2).allSatisfy(service -> {
            List<JsonNode> pods = chart.selected(service.at("/spec/selector"));
            assertThat(pods).as(Manifests.name(service)).isNotEmpty();
            service.at("/spec/ports").forEach(port -> assertThat(pods).allSatisfy(pod -> assertThat(port(pod, port.at("/targetPort").asText())).isPositive()));
        });
        chart.of("Ingress").forEach(ingress -> ingress.findValues("service").forEach(backend -> assertThat(
                chart.named("Service", backend.at("/name").asText()).at("/spec/ports").findValuesAsText("name")).contains(backend.at("/port/name").asText())));
        chart.of("ServiceMonitor").forEach(monitor -> assertThat(chart.of("Service")
                .filter(service -> Manifests.matches(monitor.at("/spec/selector/matchLabels"), service))
                .flatMap(service -> service.at("/spec/ports").findValuesAsText("name").stream()))
                .as(Manifests.name(monitor)).containsAll(monitor.at("/spec/endpoints").findValuesAsText("port")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void whatAPodNamesIsThere(Path values) throws IOException {
        Manifests chart = render(values);
        for (JsonNode pod : chart.pods()) {
            String account = pod.at("/spec/serviceAccountName").asText();
            if (!account.equals("default")) chart.named("ServiceAccount", account);
            pod.findValues("configMap").forEach(map -> chart.named("ConfigMap", map.at("/name").asText()));
            for (JsonNode reference : pod.findValues("secretKeyRef")) {
                String name = reference.at("/name").asText();
                if (name.equals("keys-from-a-vault")) assertThat(reference.at("/key").asText()).isIn("clients", "shards");
                else assertThat(chart.named("Secret", name).at("/stringData").has(reference.at("/key").asText())).isTrue();
            }
        }
        for (JsonNode workload : chart.workloads()) {
            var volumes = new TreeSet<>(workload.at("/spec/template/spec/volumes").findValuesAsText("name"));
            workload.at("/spec/volumeClaimTemplates").forEach(claim -> volumes.add(Manifests.name(claim)));
            Manifests.containers(workload.at("/spec/template")).forEach(container -> {
                assertThat(volumes).containsAll(container.at("/volumeMounts").findValuesAsText("name"));
                assertThat(container.at("/volumeMounts").findValuesAsText("mountPath")).as("all that can be written on a read-only root").contains("/data", "/tmp");
            });
        }
        chart.of("StatefulSet").forEach(set -> {
            JsonNode service = chart.named("Service", set.at("/spec/serviceName").asText()).at("/spec");
            assertThat(service.at("/clusterIP").asText()).isEqualTo("None");
            assertThat(service.at("/publishNotReadyAddresses").asBoolean()).as("members find each other before they are ready").isTrue();
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void probesAskForRealPathsOfThePodAlone(Path values) throws Exception {
        Set<String> open = openPaths();
        for (JsonNode workload : render(values).workloads()) {
            Manifests.containers(workload.at("/spec/template")).forEach(container -> {
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode get = container.at("/" + probe + "/httpGet");
                    assertThat(get.at("/path").asText()).as(probe).isIn(open).isEqualTo(probe.equals("readinessProbe") ? "/readyz" : "/healthz");
                    assertThat(port(workload.at("/spec/template"), get.at("/port").asText())).isEqualTo(Integer.parseInt(variables(container).get("LYNSE_PORT")));
                }
            });
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void everyVariableIsASettingOfItsService(Path values) throws IOException {
        for (JsonNode workload : render(values).workloads()) {
            boolean isShard = workload.at("/kind").asText().equals("StatefulSet");
            Manifests.containers(workload.at("/spec/template")).forEach(container -> {
                Set<String> names = variables(container).keySet();
                assertThat(names).doesNotHaveDuplicates().filteredOn(name -> name.startsWith("LYNSE_"))
                        .isNotEmpty().isSubsetOf(isShard ? ProductSettings.ofShards() : ProductSettings.ofCoordinators());
                assertThat(names).filteredOn(name -> !name.startsWith("LYNSE_")).isSubsetOf("JDK_JAVA_OPTIONS", "POD_IP");
            });
        }
    }

    /** What may stand in {@code settings}: all that the services read, but for what the chart decides. */
    @Test
    void theSchemaLetsThroughTheSettingsThatAreThere() throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(Helm.CHART.resolve("values.schema.json"))).at("/properties");
        Set<String> both = fields(schema.at("/settings/properties"));
        Set<String> shard = fields(schema.at("/shard/properties/settings/properties"));
        Set<String> coordinator = fields(schema.at("/coordinator/properties/settings/properties"));
        assertThat(shard).containsAll(both).isSubsetOf(ProductSettings.ofShards());
        assertThat(coordinator).containsAll(both).isSubsetOf(ProductSettings.ofCoordinators());
        assertThat(Stream.concat(shard.stream(), coordinator.stream()))
                .as("a flag that is new belongs into values.schema.json, or among those that the chart decides")
                .containsAll(ProductSettings.ofFlags().stream().filter(name -> !DECIDED.contains(name)).toList());
    }

    @Test
    void springReadsAPropertyFromItsVariable() {
        var environment = new StandardEnvironment();
        String variables = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(variables, new SystemEnvironmentPropertySource(variables, Map.of("LYNSE_HTTP_REQUEST_MEMORY", "3GB")));
        HttpApiSettings bound = Binder.get(environment).bind("lynse.http", HttpApiSettings.class).get();
        assertThat(bound.requestMemory()).isEqualTo(DataSize.ofGigabytes(3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void theClusterIsMadeOfThePods(Path values) throws IOException {
        Manifests chart = render(values);
        ClusterConfig cluster = cluster(chart);
        var pods = new ArrayList<NodeAddress>();
        chart.of("StatefulSet").forEach(set -> IntStream.range(0, set.at("/spec/replicas").asInt()).forEach(ordinal -> pods.add(new NodeAddress(
                Manifests.name(set) + "-" + ordinal + "." + set.at("/spec/serviceName").asText() + ".space.svc.cluster.local", port(set.at("/spec/template"), "http")))));
        assertThat(cluster.nodes()).containsExactlyInAnyOrderElementsOf(pods);
        assertThat(pods).containsAll(cluster.owners());
        assertThat(cluster.owners()).hasSize(pods.size() < 3 ? 1 : 3);
        chart.of("StatefulSet").forEach(set -> assertThat(port(set.at("/spec/template"), "grpc")).isEqualTo(GrpcPort.of(port(set.at("/spec/template"), "http"))));
    }

    /** Kubernetes refuses to change these fields of a StatefulSet; and a wider group is the same group. */
    @Test
    void anUpgradeCanScale() throws IOException {
        Path defaults = Helm.CHART.resolve("ci/defaults.yaml");
        Manifests before = render(defaults);
        Manifests after = render(defaults, "--set-json", "groups=[{\"name\":\"sg0\",\"replicas\":2},{\"name\":\"sg1\",\"replicas\":1},{\"name\":\"sg2\",\"replicas\":1}]", "--set", "coordinator.replicas=5");
        before.of("StatefulSet").forEach(set -> {
            JsonNode later = after.named("StatefulSet", Manifests.name(set));
            for (String fixed : List.of("serviceName", "selector", "volumeClaimTemplates", "podManagementPolicy", "template")) {
                assertThat(later.at("/spec/" + fixed)).as(fixed).isEqualTo(set.at("/spec/" + fixed));
            }
        });
        assertThat(after.named("StatefulSet", "release-lynse-sg0").at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(after.named("Deployment", "release-lynse-coordinator").at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(cluster(after).nodes()).containsAll(cluster(before).nodes()).hasSize(7);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nonsense=1                                            | nonsense
            shard.nonsense=1                                      | nonsense
            coordinator.replicas=0                                | replicas
            shard.settings.LYNSE_COORDINATOR_LEASE_SECS=3         | LYNSE_COORDINATOR_LEASE_SECS
            settings.LYNSE_PORT=1                                 | LYNSE_PORT
            shard.antiAffinity=maybe                              | antiAffinity
            groups[0].name=Sg0,groups[0].replicas=1               | name
            groups[0].name=a,groups[0].replicas=0,groups[1].name=a,groups[1].replicas=0 | two groups have one name
            cluster.metadataOwners={sg0-0,sg1-0}                  | an odd number
            cluster.metadataOwners={sg0-7}                        | there is no node sg0-7
            """)
    void valuesThatCannotBeAreRefused(String set, String named) throws IOException {
        for (Helm helm : Helm.installed()) {
            Helm.Result refused = helm.template(Helm.CHART.resolve("ci/defaults.yaml"), "--set", set);
            assertThat(refused.ok()).as(refused.text()).isFalse();
            assertThat(refused.text()).contains(named);
        }
    }

    /** The check itself: a field that is misspelt, a number for a text. */
    @Test
    void theStrictCheckSeesMistakes() throws IOException {
        String service = "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: ClusterIP, %s}}";
        assertThat(problem(service.formatted("sessionAffinity: None"))).isEmpty();
        assertThat(problem(service.formatted("publishNotReadyAdresses: true"))).contains("publishNotReadyAdresses");
        assertThat(problem(service.formatted("ports: [{port: http}]"))).contains("port");
        assertThat(problem(service.formatted("sessionAffinity: 1"))).contains("sessionAffinity");
        assertThat(problem("{apiVersion: v2, kind: Service}")).contains("v2 Service");
    }

    private static String problem(String yaml) {
        try {
            StrictKubernetes.check(Manifests.parse(yaml).all().getFirst());
            return "";
        } catch (IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static Manifests render(Path values, String... more) throws IOException {
        return Helm.installed().getLast().render(values, more);
    }

    private ClusterConfig cluster(Manifests chart) throws IOException {
        String text = chart.of("ConfigMap").map(map -> map.at("/data/cluster.json")).filter(JsonNode::isTextual).findFirst().orElseThrow().asText();
        return ClusterConfigFile.read(Files.writeString(folder.resolve("cluster.json"), text));
    }

    private static Set<String> openPaths() throws ClassNotFoundException {
        var paths = new TreeSet<String>();
        for (var method : Class.forName("io.lynse.http.app.ServiceController").getDeclaredMethods()) {
            GetMapping mapping = method.getAnnotation(GetMapping.class);
            if (mapping != null) paths.addAll(Arrays.asList(mapping.value()));
        }
        return paths;
    }

    private static int port(JsonNode pod, String name) {
        return Manifests.containers(pod).flatMap(container -> container.at("/ports").valueStream())
                .filter(port -> port.at("/name").asText().equals(name)).findFirst().orElseThrow().at("/containerPort").asInt();
    }

    private static Map<String, String> variables(JsonNode container) {
        var variables = new LinkedHashMap<String, String>();
        container.at("/env").forEach(variable -> assertThat(variables.put(variable.at("/name").asText(), variable.at("/value").asText())).as("%s twice", variable).isNull());
        return variables;
    }

    private static Set<String> fields(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
