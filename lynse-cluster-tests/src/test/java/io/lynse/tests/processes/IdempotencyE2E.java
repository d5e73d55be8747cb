package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** {@code Idempotency-Key} on a node and through a coordinator: repeats at the same time, after kill -9 of everything, with another body. */
class IdempotencyE2E {

    private static final int ROWS = 40;
    private static final int CLIENTS = 6;
    private static final Map<String, Object> NAME = Map.of("database_name", "keyed", "collection_name", "rows");

    /** The first answers, by key. */
    private record Written(Answer generated, Answer named) {}

    @Test
    void aNodeRemembers() throws Exception {
        try (Node node = Node.shard("node", FreePorts.find(1).getFirst(), Repository.freshFolder("idempotency-node"))) {
            node.start().awaitReady();
            create(node.api());
            Written first = writeEachSeveralTimes(node.api());
            node.kill();
            node.start().awaitReady();
            assertRemembered(node.api(), first);
        }
    }

    @Test
    void aClusterRemembers() throws Exception {
        try (Cluster cluster = Cluster.of("idempotency-cluster", 2, List.of(), List.of())) {
            cluster.start().awaitServing();
            create(cluster.api());
            Written first = writeEachSeveralTimes(cluster.api());
            cluster.killAll(cluster.nodes());
            cluster.start().awaitServing();
            assertRemembered(cluster.api(), first);
        }
    }

    private static void create(Api api) throws IOException {
        api.call("/create_database", Map.of("database_name", "keyed"));
        api.call("/required_collection", QuickLocalClusterE2E.with(NAME, Map.of("dim", 1)));
    }

    private static Written writeEachSeveralTimes(Api api) throws Exception {
        Answer generated = sameTo(CLIENTS, () -> bulk(api, "generated", 1));
        Answer named = sameTo(CLIENTS, () -> upsert(api, "named", 2));
        assertThat(generated.params().get("ids")).hasSize(ROWS);
        assertThat(named.params().get("ids").toString()).isEqualTo("[\"a\",1000000]");
        assertThat(rows(api)).isEqualTo(ROWS + 2);
        return new Written(generated, named);
    }

    private static void assertRemembered(Api api, Written first) throws IOException {
        assertThat(bulk(api, "generated", 1).text()).isEqualTo(first.generated().text());
        assertThat(upsert(api, "named", 2).text()).isEqualTo(first.named().text());
        for (Answer other : List.of(bulk(api, "generated", 3), bulk(api, "named", 1), upsert(api, "named", 3), upsert(api, "generated", 1))) {
            assertThat(other.status()).as("%s", other).isEqualTo(422);
            assertThat(other.error()).contains("Idempotency-Key");
        }
        assertThat(rows(api)).isEqualTo(ROWS + 2);
        assertThat(bulk(api, "new", 1).orFail("a new key").params().get("ids").toString()).isNotEqualTo(first.generated().params().get("ids").toString());
        assertThat(rows(api)).isEqualTo(2 * ROWS + 2);
    }

    /** Sends one request from several clients at the same time, whose answers must be equal. */
    private static Answer sameTo(int clients, Callable<Answer> request) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Answer>> answers = threads.invokeAll(Collections.nCopies(clients, request));
            Answer first = answers.getFirst().get().orFail("a write with a key");
            for (Future<Answer> answer : answers) assertThat(answer.get().text()).isEqualTo(first.text());
            return first;
        }
    }

    private static long rows(Api api) throws IOException {
        return api.call("/collection_shape", NAME).at("/shape/0").asLong();
    }

    private static Answer bulk(Api api, String key, float value) throws IOException {
        ByteBuffer vectors = ByteBuffer.allocate(ROWS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < ROWS; row++) vectors.putFloat(value);
        return api.send("POST", "/bulk_add_binary?database_name=keyed&collection_name=rows&dim=1&return_ids=true&n_vectors=" + ROWS,
                Map.of("Content-Type", "application/octet-stream", "Idempotency-Key", key), vectors.array());
    }

    private static Answer upsert(Api api, String key, int value) throws IOException {
        String body = Api.JSON.writeValueAsString(QuickLocalClusterE2E.with(NAME, Map.of("ids", List.of("a", 1_000_000), "vectors", List.of(List.of(value), List.of(1)))));
        return api.send("POST", "/upsert", Map.of("Content-Type", "application/json", "Idempotency-Key", key), body.getBytes(StandardCharsets.UTF_8));
    }
}
