package io.lynse.tests.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lynse.tests.processes.Repository;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The table in the chart's README is made of values.yaml and the comments in it: a mapping without a comment is a section, all else is a row. */
class ChartReadmeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path README = Helm.CHART.resolve("README.md");
    private static final String HEADING = "## Values\n\n";

    @Test
    void theTableOfValuesIsThatOfTheFile() throws IOException {
        String is = Files.readString(README);
        String wanted = is.substring(0, is.indexOf(HEADING)) + HEADING + table();
        Path proposal = Files.writeString(Files.createDirectories(Repository.root().resolve("lynse-cluster-tests/target")).resolve("chart-README.md"), wanted);
        assertThat(is).as("copy %s over %s", proposal, README).isEqualTo(wanted);
    }

    private static String table() throws IOException {
        var options = new LoaderOptions();
        options.setProcessComments(true);
        Node root = new Yaml(options).compose(new StringReader(Files.readString(Helm.CHART.resolve("values.yaml"))));
        var rows = new ArrayList<String>();
        addRows("", (MappingNode) root, rows);
        return "| value | default | meaning |\n|---|---|---|\n" + String.join("", rows);
    }

    private static void addRows(String prefix, MappingNode mapping, List<String> rows) throws JsonProcessingException {
        for (NodeTuple entry : mapping.getValue()) {
            String name = prefix + ((ScalarNode) entry.getKeyNode()).getValue();
            String comment = comment(entry.getKeyNode());
            if (comment != null) rows.add("| `%s` | `%s` | %s |\n".formatted(name, JSON.writeValueAsString(new Values().of(entry.getValueNode())), comment.replace("|", "\\|")));
            else if (entry.getValueNode() instanceof MappingNode section) addRows(name + ".", section, rows);
            else throw new AssertionError("values.yaml says nothing of " + name);
        }
    }

    private static @Nullable String comment(Node key) {
        if (key.getBlockComments() == null) return null;
        String text = key.getBlockComments().stream().map(line -> line.getValue().strip()).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
        return text.isEmpty() ? null : text;
    }

    /** What a part of the file means. */
    private static final class Values extends SafeConstructor {

        Values() {
            super(new LoaderOptions());
        }

        Object of(Node node) {
            return constructDocument(node);
        }
    }
}
