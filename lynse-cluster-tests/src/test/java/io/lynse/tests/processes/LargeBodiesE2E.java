package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The largest bodies of the wire contract through a coordinator and two groups, every process with the heap of 512 MB that {@code bin/lynse}
 * gives it. Each is done completely or refused with nothing written, and afterwards nobody holds anything or has run out of memory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeBodiesE2E {

    private static final int ROWS = 100_000;
    private static final int FIRST = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONG = Duration.ofMinutes(5);

    /** As anybody starts them; the budget outside the heap takes one body of 512 MB at a time, however large the machine is. */
    private static final Map<String, String> ENVIRONMENT = Map.of("LYNSE_HTTP_REQUEST_MEMORY", "900MB");

    private Cluster cluster;

    @BeforeAll
    void start() throws IOException {
        cluster = Cluster.of("large-bodies", 2, List.of(), List.of(), ENVIRONMENT).start().awaitServing();
        cluster.api().call("/create_database", Map.of("database_name", "d"));
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @AfterEach
    void nothingIsHeldAndNothingBroke() throws IOException {
        for (Node node : cluster.nodes()) {
            await().atMost(PATIENCE).until(() -> metrics(node), text -> text.contains("lynse_request_memory_bytes{kind=\"heap\"} 0.0")
                    && text.contains("lynse_request_memory_bytes{kind=\"off_heap\"} 0.0"));
            assertThat(node.isAlive()).as(node.name()).isTrue();
            assertThat(node.output()).as(node.name()).doesNotContain("OutOfMemory").doesNotContain("\"level\":\"ERROR\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bulk_add_binary", "/add_records_binary"})
    void aHundredThousandRowsAreWrittenEachWithItsOwnVector(String route) throws IOException {
        String name = collection(route.substring(1), 384);
        var rows = new NumberedRows(FIRST, ROWS, 384);
        assertThat(write(route, name, rows).status()).isEqualTo(200);
        assertThat(stored(name)).isEqualTo(ROWS);
        if (!route.equals("/bulk_add_binary")) assertStored(name, rows, 0, 1, 2, 3, 49_999, 77_777, ROWS - 1);
    }

    @Test
    @Tag("long")
    void bodiesOf512MegabytesAreDoneOrRefused() throws Exception {
        String name = collection("huge", 1_342); // 100,000 rows, 511.9 MiB
        var batches = new ArrayList<NumberedRows>();
        for (int i = 0; i < 4; i++) batches.add(new NumberedRows(FIRST + i * ROWS, ROWS, 1_342));
        assertEachIsDoneOrRefused(name, batches, batch -> write("/add_records_binary", name, batch));
    }

    /** Half of each body is text, so that fields come as large as vectors. */
    @Test
    @Tag("long")
    void jsonBodiesOf256MegabytesAreDoneOrRefused() throws Exception {
        String name = collection("json", 160);
        var batches = new ArrayList<NumberedRows>();
        for (int i = 0; i < 4; i++) batches.add(new NumberedRows(FIRST + i * ROWS, ROWS, 160));
        assertThat(batches.getFirst().json("d", name, 1_350).size()).isBetween(260_000_000L, 256L << 20);
        assertEachIsDoneOrRefused(name, batches, batch -> send("/add", batch.json("d", name, 1_350)));
    }

    @Test
    @Tag("long")
    void allRowsAreReadBackAsTheyWereWritten() throws Exception {
        String name = collection("read", 384);
        var rows = new NumberedRows(FIRST, ROWS, 384);
        assertThat(write("/add_records_binary", name, rows).status()).isEqualTo(200);
        JsonNode ids = cluster.api().withTimeout(LONG).call("/query", Map.of("database_name", "d", "collection_name", name, "return_ids_only", true)).get("result");
        assertThat(ids.size()).isEqualTo(ROWS);
        assertThat(cluster.api().withTimeout(LONG).count("/query_vectors", Map.of("database_name", "d", "collection_name", name))).isGreaterThan(ROWS * 384L * 7);
    }

    private interface Sending {
        Answer send(NumberedRows batch) throws IOException;
    }

    private void assertEachIsDoneOrRefused(String collection, List<NumberedRows> batches, Sending sending) throws Exception {
        int done = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Answer>>();
            for (NumberedRows batch : batches) answers.add(threads.submit(() -> sending.send(batch)));
            for (int i = 0; i < batches.size(); i++) {
                Answer answer = answers.get(i).get();
                assertThat(answer.status()).as("%s", answer).isIn(200, 429);
                if (answer.status() != 200) continue;
                done++;
                assertStored(collection, batches.get(i), 0, 1, ROWS / 2, ROWS - 1);
            }
        }
        assertThat(done).isPositive();
        assertThat(stored(collection)).isEqualTo((long) done * ROWS);
    }

    private String collection(String name, int dimension) throws IOException {
        cluster.api().call("/required_collection", Map.of("database_name", "d", "collection_name", name, "dim", dimension));
        return name;
    }

    private Answer write(String route, String collection, NumberedRows rows) throws IOException {
        String ids = route.equals("/bulk_add_binary") ? "" : "&return_ids=false&ids_encoding=range&ids_start=" + rows.first();
        return send(
                route + "?database_name=d&collection_name=" + collection + "&dim=" + rows.dimension() + "&n_vectors=" + rows.count() + ids, rows.binary());
    }

    private Answer send(String path, Streamed body) throws IOException {
        return cluster.api().withTimeout(LONG).postStream(path, body.contentType(), body::open, body.size());
    }

    private long stored(String collection) throws IOException {
        return cluster.api().call("/collection_shape", Map.of("database_name", "d", "collection_name", collection)).at("/shape/0").longValue();
    }

    private void assertStored(String collection, NumberedRows rows, int... places) throws IOException {
        var ids = new ArrayList<Integer>();
        for (int place : places) ids.add(rows.first() + place);
        JsonNode triple = cluster.api().call("/query_vectors", Map.of("database_name", "d", "collection_name", collection, "filter_ids", ids)).get("result");
        for (int i = 0; i < places.length; i++) {
            assertThat(triple.get(1).get(i).intValue()).isEqualTo(ids.get(i));
            assertThat(triple.get(0).get(i).size()).isEqualTo(rows.dimension());
            for (int component : new int[] {0, 1, rows.dimension() - 1}) {
                assertThat(triple.get(0).get(i).get(component).floatValue()).as("row %d", ids.get(i)).isEqualTo(rows.component(places[i], component));
            }
        }
    }

    private static String metrics(Node node) throws IOException {
        return node.api().get("/metrics").text();
    }
}
