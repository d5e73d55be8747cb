package io.lynse.tests.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects that a chart renders. */
record Manifests(List<JsonNode> all) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Manifests parse(String yaml) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        var all = new ArrayList<JsonNode>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
            if (document != null) all.add(JSON.valueToTree(document));
        }
        return new Manifests(all);
    }

    Stream<JsonNode> of(String kind) {
        return all.stream().filter(manifest -> manifest.at("/kind").asText().equals(kind));
    }

    JsonNode named(String kind, String name) {
        return of(kind).filter(manifest -> name(manifest).equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name + " among " + all.stream().map(each -> each.at("/kind").asText() + " " + name(each)).toList()));
    }

    static String name(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }

    /** StatefulSets and the Deployment. */
    List<JsonNode> workloads() {
        return Stream.concat(of("StatefulSet"), of("Deployment")).toList();
    }

    /** What pods look like: templates of workloads, and pods themselves. Each has {@code metadata} and {@code spec}. */
    List<JsonNode> pods() {
        return Stream.concat(workloads().stream().map(workload -> workload.at("/spec/template")), of("Pod")).toList();
    }

    /** The workloads' pods that a selector, as {@code matchLabels} has it, finds. An empty one would find all. */
    List<JsonNode> selected(JsonNode matchLabels) {
        return workloads().stream().map(workload -> workload.at("/spec/template")).filter(pod -> matches(matchLabels, pod)).toList();
    }

    static boolean matches(JsonNode matchLabels, JsonNode labelled) {
        return matchLabels.isObject() && !matchLabels.isEmpty()
                && matchLabels.properties().stream().allMatch(label -> label.getValue().equals(labelled.at("/metadata/labels").get(label.getKey())));
    }

    static Stream<JsonNode> containers(JsonNode pod) {
        return pod.at("/spec/containers").valueStream();
    }
}
