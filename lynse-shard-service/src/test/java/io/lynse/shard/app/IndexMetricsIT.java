package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scrape of a running node tells of its indexes, from none to removed. Where one fails: {@link SmallHeapIT}. */
class IndexMetricsIT {

    private static final int ROWS = 3_000;
    private static final String COLLECTION = "{\"database_name\":\"d\",\"collection_name\":\"c\"";
    private static final String LABELS = "{collection=\"c\",database=\"d\"";

    @TempDir
    Path directory;

    @Test
    void followAnIndexThroughItsLife() throws InterruptedException {
        try (var node = RunningNode.start(directory)) {
            node.post("/create_database", "{\"database_name\":\"d\"}");
            node.post("/required_collection", COLLECTION + ",\"dim\":2}");
            add(node, 0, ROWS);
            assertThat(metrics(node))
                    .contains(state("none", 1), state("building", 0), state("ready", 0), state("failed", 0), "lynse_index_build_heap_max_bytes ")
                    .doesNotContain("lynse_index_unlinked_rows{", "lynse_index_builds_total{");

            // Far longer than it takes to look at it.
            Thread building = Thread.ofVirtual().start(() -> node.post(
                    "/build_index", COLLECTION + ",\"index_mode\":\"HNSW-L2\",\"params\":{\"m\":200,\"ef_construction\":3200}}"));
            String during = await().until(() -> metrics(node), text -> value(text, "lynse_index_build_progress") > 0);
            assertThat(value(during, "lynse_index_build_progress")).isLessThanOrEqualTo(1);
            assertThat(during).contains(state("building", 1), state("none", 0), series("lynse_index_unlinked_rows", ROWS), series("lynse_index_linked_rows", 0));

            assertThat(node.post("/build_index", COLLECTION + ",\"index_mode\":\"HNSW-L2\",\"params\":{\"m\":8,\"ef_construction\":20}}").status()).isEqualTo(200);
            add(node, ROWS, 50);
            String after = metrics(node);
            assertThat(after).contains(
                    state("ready", 1), state("building", 0), series("lynse_index_linked_rows", ROWS), series("lynse_index_unlinked_rows", 50),
                    series("lynse_index_build_progress", 0), series("lynse_index_builds_total", 1), series("lynse_index_build_failures_total", 0));
            assertThat(value(after, "lynse_index_build_seconds_total")).isPositive();
            assertThat(after).doesNotContain("lynse_index_problem{");

            assertThat(node.post("/remove_index", COLLECTION + "}").status()).isEqualTo(200);
            assertThat(metrics(node)).contains(state("none", 1), state("ready", 0)).doesNotContain("lynse_index_linked_rows{");
            node.post("/drop_collection", COLLECTION + "}");
            assertThat(metrics(node)).doesNotContain("lynse_index_state{");
            assertThat(building.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    private static void add(RunningNode node, int from, int count) {
        String ids = IntStream.range(from, from + count).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String vectors = IntStream.range(from, from + count).mapToObj(i -> "[" + i % 61 + "," + i / 61 + "]").collect(Collectors.joining(","));
        assertThat(node.post("/add", COLLECTION + ",\"ids\":[" + ids + "],\"vectors\":[" + vectors + "]}").status()).isEqualTo(200);
    }

    private static String metrics(RunningNode node) {
        return node.get("/metrics").body();
    }

    private static String state(String state, int value) {
        return "lynse_index_state" + LABELS + ",state=\"" + state + "\"} " + value + ".0";
    }

    private static String series(String name, int value) {
        return name + LABELS + "} " + value + ".0\n";
    }

    /** -1: there is none. */
    private static double value(String metrics, String name) {
        return metrics.lines().filter(line -> line.startsWith(name + LABELS + "} ")).mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst().orElse(-1);
    }
}
