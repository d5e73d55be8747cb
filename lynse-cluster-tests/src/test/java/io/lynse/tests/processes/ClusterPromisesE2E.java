package io.lynse.tests.processes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.BinaryBody;
import io.lynse.tests.processes.StandingServers.StandingCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What holds for a client of a cluster whatever other clients do. */
@ExtendWith(StandingServers.class)
class ClusterPromisesE2E {

    private static final Map<String, Object> ROWS = Map.of("database_name", "promises", "collection_name", "rows");

    private final QuickLocalCluster cluster;
    private final Api api;

    ClusterPromisesE2E(StandingCluster standing) {
        this.cluster = standing.cluster();
        this.api = standing.api();
    }

    @BeforeEach
    void freshCollection() throws IOException {
        api.call("/create_database", Map.of("database_name", "promises", "drop_if_exists", true));
        api.call("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 2)));
    }

    @AfterEach
    void drop() throws IOException {
        api.call("/drop_database", Map.of("database_name", "promises"));
    }

    @Test
    void theNextSearchSeesAnAcknowledgedWrite() throws IOException {
        for (int i = 0; i < 50; i++) {
            api.call("/upsert", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of("row-" + i), "vectors", List.of(List.of(i + 1, 0)))));

            assertThat(search(1).get("ids")).isEqualTo(Api.JSON.readTree("[\"row-" + i + "\"]"));
        }
    }

    @Test
    void generatedIdsAreNeverGivenTwice() throws Exception {
        int batches = 10;
        int rows = 50;
        byte[] body = zeros(rows);
        List<Callable<List<Long>>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(() -> {
                var ids = new ArrayList<Long>();
                for (int batch = 0; batch < batches; batch++) {
                    Answer answer = api.postBinary("/bulk_add_binary?database_name=promises&collection_name=rows&dim=2&return_ids=true&n_vectors=" + rows, body);
                    answer.orFail("bulk_add").params().get("ids").forEach(id -> ids.add(id.longValue()));
                }
                return ids;
            });
        }
        // Somebody else takes ids that are about to be given: the generator must go round them.
        writers.add(() -> {
            var ids = new ArrayList<Long>();
            for (long id = 0; id < 2_000; id += 97) {
                Answer answer = api.post("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(id), "vectors", List.of(List.of(1, 1)))));
                if (answer.status() == 200) ids.add(id);
                else assertThat(answer.error()).isEqualTo("external id " + id + " already exists");
            }
            return ids;
        });

        var all = new ArrayList<Long>();
        for (List<Long> ids : inParallel(writers)) all.addAll(ids);

        assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(4 * batches * rows);
        assertThat(api.call("/collection_shape", ROWS).at("/shape/0").intValue()).isEqualTo(all.size());
    }

    @Test
    void oneOfManyAddsOfTheSameIdWins() throws Exception {
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            int number = writer;
            writers.add(() -> api.post("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of("race"), "vectors", List.of(List.of(number, 1)),
                    "fields", List.of(Map.of("writer", number))))).status());
        }

        List<Integer> statuses = inParallel(writers);

        assertThat(statuses).containsOnlyOnce(200);
        JsonNode row = api.call("/read_by_only_id", QuickLocalClusterE2E.with(ROWS, Map.of("id", "race"))).get("item");
        assertThat(row.at("/2/0/writer").intValue()).as("vector and fields are the winner's").isEqualTo(row.at("/0/0/0").intValue()).isEqualTo(statuses.indexOf(200));
    }

    @Test
    void aCollectionMadeAnewIsEmpty() throws IOException {
        api.call("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(1, 2, 3, 4), "vectors", List.of(List.of(1, 0), List.of(2, 0), List.of(3, 0), List.of(4, 0)))));
        api.call("/drop_collection", ROWS);

        assertThat(api.post("/search", QuickLocalClusterE2E.with(ROWS, Map.of("vector", List.of(1, 0)))).status()).isEqualTo(404);
        api.call("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 2)));
        assertThat(api.call("/collection_shape", ROWS).get("shape")).isEqualTo(Api.JSON.readTree("[0,2]"));
        assertThat(search(10).get("ids")).isEmpty();
    }

    /** The original loses the fields of some. */
    @Test
    void ofAThousandFirstWritesAtOnceEveryRowIsThereWithItsFields() throws Exception {
        Map<String, Object> fresh = Map.of("database_name", "promises", "collection_name", "fresh");
        api.call("/required_collection", QuickLocalClusterE2E.with(fresh, Map.of("dim", 0)));
        int rows = 1_000;
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Map<String, Object> add = QuickLocalClusterE2E.with(fresh, Map.of("ids", List.of(row), "vectors", List.of(List.of(row, 1, 0)), "fields", List.of(Map.of("row", row))));
            writers.add(() -> {
                Answer answer = api.post("/add", add);
                for (; answer.status() == 429; answer = api.post("/add", add)) Thread.sleep(50); // refused: nothing was written
                return answer.status();
            });
        }
        assertThat(inParallel(writers)).containsOnly(200);

        for (int row = 0; row < rows; row++) {
            JsonNode item = api.call("/read_by_only_id", QuickLocalClusterE2E.with(fresh, Map.of("id", row))).get("item");
            assertThat(item.at("/0/0/0").intValue()).isEqualTo(row);
            assertThat(item.at("/2/0/row").intValue()).isEqualTo(row);
        }
        assertThat(api.call("/collection_shape", fresh).get("shape")).isEqualTo(Api.JSON.readTree("[1000,3]"));
    }

    /** A write that went past the coordinator would be in one member only. */
    @Test
    void aMemberTakesNoWritesOfItsOwn() throws IOException {
        api.call("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(1, 2), "vectors", List.of(List.of(1, 0), List.of(2, 0)))));
        for (Node member : cluster.nodes().subList(0, 4)) {
            for (Answer refused : pastTheCoordinator(member.api())) {
                assertThat(refused.status()).as("%s: %s", member.name(), refused).isEqualTo(409);
                assertThat(refused.error()).contains(api.base());
            }
        }
        Set<String> databases = new HashSet<>();
        api.get("/list_databases").params().get("databases").forEach(name -> databases.add(name.stringValue()));
        assertThat(databases).contains("promises").doesNotContain("past-the-coordinator");
        assertThat(search(10).get("ids")).hasSize(2);
    }

    /** Every way to change something, of what the member has and of what it never heard of. */
    private static List<Answer> pastTheCoordinator(Api member) throws IOException {
        var answers = new ArrayList<Answer>();
        answers.add(member.post("/create_database", Map.of("database_name", "past-the-coordinator")));
        answers.add(member.post("/create_database", Map.of("database_name", "promises", "drop_if_exists", true)));
        for (String drop : List.of("/drop_database", "/delete_database")) {
            for (String database : List.of("promises", "unknown")) answers.add(member.post(drop, Map.of("database_name", database)));
        }
        answers.add(member.post("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 2, "drop_if_exists", true))));
        for (String collection : List.of("rows", "unknown")) {
            Map<String, Object> name = Map.of("database_name", "promises", "collection_name", collection);
            for (String change : List.of("/drop_collection", "/compact", "/remove_index")) answers.add(member.post(change, name));
            if (!collection.equals("rows")) answers.add(member.post("/required_collection", QuickLocalClusterE2E.with(name, Map.of("dim", 2))));
            answers.add(member.post("/update_description", QuickLocalClusterE2E.with(name, Map.of("description", "x"))));
            answers.add(member.post("/build_index", QuickLocalClusterE2E.with(name, Map.of("index_mode", "HNSW-L2"))));
            for (String mark : List.of("/delete", "/restore")) answers.add(member.post(mark, QuickLocalClusterE2E.with(name, Map.of("ids", List.of(1)))));
            for (String write : List.of("/add", "/upsert")) {
                answers.add(member.post(write, QuickLocalClusterE2E.with(name, Map.of("ids", List.of(7), "vectors", List.of(List.of(1, 0))))));
            }
            answers.add(member.postBinary("/bulk_add_binary?database_name=promises&collection_name=" + collection + "&dim=2&n_vectors=1", zeros(1)));
            for (String write : List.of("/add_binary_ids", "/upsert_binary", "/add_records_binary", "/upsert_records_binary")) {
                answers.add(member.postBinary(write + "?database_name=promises&collection_name=" + collection + "&dim=2&n_vectors=1", new BinaryBody().vector(0, 0).id(7).bytes()));
            }
        }
        return answers;
    }

    /** Behind by nothing, once nobody writes: from the coordinator's probes of real nodes. */
    @Test
    void everyMemberIsShownWithHowFarItIsBehind() throws IOException {
        api.call("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(1, 2, 3), "vectors", List.of(List.of(1, 0), List.of(2, 0), List.of(3, 0)))));
        await().atMost(60, SECONDS).untilAsserted(() -> {
            for (JsonNode group : api.get("/cluster_info").orFail("info").params().get("shard_groups")) {
                JsonNode primary = group.at("/nodes/0");
                JsonNode replica = group.at("/nodes/1");
                assertThat(List.of(primary.at("/role").asString(), replica.at("/role").asString())).containsExactly("primary", "replica");
                assertThat(replica.at("/last_lsn").longValue()).isPositive().isEqualTo(primary.at("/last_lsn").longValue());
                assertThat(replica.at("/lag").longValue(-1)).isZero();
                assertThat(replica.at("/lag_seconds").doubleValue(-1)).isZero();
            }
        });
        String metrics = api.get("/metrics").text();
        assertThat(metrics.lines().filter(line -> line.startsWith("lynse_replication_lag_entries{")).toList()).hasSize(4).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(metrics.lines().filter(line -> line.startsWith("lynse_replication_lag_seconds{")).toList()).hasSize(4).allMatch(line -> line.endsWith(" 0.0"));
    }

    private JsonNode search(int k) throws IOException {
        return api.call("/search", QuickLocalClusterE2E.with(ROWS, Map.of("vector", List.of(1, 0), "k", k))).get("items");
    }

    private static byte[] zeros(int rows) {
        var body = new BinaryBody();
        for (int row = 0; row < rows; row++) body.vector(0, 0);
        return body.bytes();
    }

    private static <T> List<T> inParallel(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (Future<T> future : threads.invokeAll(calls)) results.add(future.get());
            return results;
        }
    }
}
