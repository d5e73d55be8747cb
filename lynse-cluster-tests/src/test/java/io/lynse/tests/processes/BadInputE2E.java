package io.lynse.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import io.lynse.tests.BinaryBody;
import io.lynse.tests.processes.StandingServers.StandingCluster;
import io.lynse.tests.processes.StandingServers.StandingNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** Requests that cannot be meant: each has a clear error, and leaves everything as it was; on one node and through a coordinator. */
@ExtendWith(StandingServers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputE2E {

    enum Server { NODE, COORDINATOR }

    private static final Map<String, Object> ROWS = Map.of("database_name", "bad", "collection_name", "rows");
    private static final String GOOD_ROW = "\"ids\":[7],\"vectors\":[[1,2,3,4]]";

    private final Api node;
    private final Api coordinator;

    BadInputE2E(StandingNode node, StandingCluster cluster) throws IOException {
        this.node = node.api();
        this.coordinator = cluster.api();
        for (Api api : List.of(this.node, coordinator)) {
            api.call("/create_database", Map.of("database_name", "bad", "drop_if_exists", true));
            api.call("/required_collection", QuickLocalClusterE2E.with(ROWS, Map.of("dim", 4)));
            api.call("/add", QuickLocalClusterE2E.with(ROWS, Map.of("ids", List.of(1), "vectors", List.of(List.of(1, 0, 0, 0)), "fields", List.of(Map.of("a", 1)))));
        }
    }

    /**
     * @param path   with its query
     * @param body   JSON if it is text, else bytes
     * @param status of the answer
     * @param says   part of the error text
     */
    record Case(String name, String path, Object body, int status, String says) {
        @Override
        public String toString() {
            return name;
        }

        Answer send(Api api) throws IOException {
            return body instanceof byte[] bytes ? api.postBinary(path, bytes) : api.postJson(path, (String) body);
        }
    }

    static final List<Case> CASES = List.of(
            json("a vector of another dimension", "/add", rows("\"ids\":[7],\"vectors\":[[1,2,3]]"), 400, "Dimension mismatch: expected 4, got 3"),
            json("an upsert of another dimension", "/upsert", rows("\"ids\":[1],\"vectors\":[[1,2,3,4,5]]"), 400, "Dimension mismatch: expected 4, got 5"),
            json("a query of another dimension", "/search", rows("\"vector\":[1,2,3],\"k\":1"), 400, "Dimension mismatch: expected 4, got 3"),
            json("vectors of different lengths", "/add", rows("\"ids\":[7,8],\"vectors\":[[1,2,3,4],[1,2,3]]"), 400, "same dimension"),
            json("a component beyond float32", "/add", rows("\"ids\":[7],\"vectors\":[[1,2,3,1e39]]"), 400, "out of range of float32"),
            json("NaN as a JSON word", "/add", rows("\"ids\":[7],\"vectors\":[[1,2,3,NaN]]"), 400, "Json deserialize error"),
            json("a component that is null", "/add", rows("\"ids\":[7],\"vectors\":[[1,2,3,null]]"), 400, "Json deserialize error"),
            json("a query with an infinite component", "/search", rows("\"vector\":[1,2,3,1e39],\"k\":1"), 400, "out of range of float32"),
            json("a collection that does not exist", "/add", "{\"database_name\":\"bad\",\"collection_name\":\"nope\"," + GOOD_ROW + "}", 404, "Collection not found: nope"),
            json("a search in a collection that does not exist", "/search", "{\"database_name\":\"bad\",\"collection_name\":\"nope\",\"vector\":[1,2,3,4]}", 404, "Collection not found: nope"),
            json("a database that does not exist", "/add", "{\"database_name\":\"nope\",\"collection_name\":\"rows\"," + GOOD_ROW + "}", 404, "Database not found: nope"),
            json("JSON that ends too early", "/add", "{\"database_name\":\"bad\",\"collection_name\":\"rows\",\"ids\":[7", 400, "Json deserialize error"),
            json("no JSON at all", "/add", "ids=7", 400, "Json deserialize error"),
            json("a missing field", "/add", rows("\"vectors\":[[1,2,3,4]]"), 400, "missing field `ids`"),
            json("an id below zero", "/add", rows("\"ids\":[-1],\"vectors\":[[1,2,3,4]]"), 400, "Json deserialize error"),
            json("an empty text id", "/add", rows("\"ids\":[\"\"],\"vectors\":[[1,2,3,4]]"), 400, "empty"),
            json("an id that exists", "/add", rows("\"ids\":[1],\"vectors\":[[1,2,3,4]]"), 400, "external id 1 already exists"),
            json("one id twice", "/add", rows("\"ids\":[7,7],\"vectors\":[[1,2,3,4],[1,2,3,4]]"), 400, "duplicate external id 7 within the same insert batch"),
            json("fewer ids than vectors", "/add", rows("\"ids\":[7],\"vectors\":[[1,2,3,4],[1,2,3,4]]"), 400, "ids length must match vectors length"),
            json("more hits than the limit", "/search", rows("\"vector\":[1,2,3,4],\"k\":10001"), 400, "k 10001 exceeds server max_top_k 10000"),
            json("an unknown index", "/build_index", rows("\"index_mode\":\"TREE-IP\""), 400, "TREE-IP"),
            json("a read of a row that does not exist", "/read_by_only_id", rows("\"id\":7"), 400, "external id 7 does not exist"),
            binary("NaN in a binary body", 1, new BinaryBody().vector(1, 2, 3, Float.NaN), 400, "finite"),
            binary("infinity in a binary body", 1, new BinaryBody().vector(1, 2, Float.NEGATIVE_INFINITY, 4), 400, "finite"),
            binary("a binary body that ends too early", 2, new BinaryBody().vector(1, 2, 3, 4).vector(1, 2, 3), 400, ""),
            binary("a binary body with something left over", 1, new BinaryBody().vector(1, 2, 3, 4).vector(9), 400, ""),
            new Case("a binary body of another dimension", bulk("bulk_add_binary", 3, 1), new BinaryBody().vector(1, 2, 3).bytes(), 400, "Dimension mismatch: expected 4, got 3"),
            new Case("a binary query that ends too early", search(4), new BinaryBody().vector(1, 2, 3).bytes(), 400, "Expected 16 bytes, got 12"),
            new Case("a binary query with something left over", search(4), new BinaryBody().vector(1, 2, 3, 4, 5).bytes(), 400, "Expected 16 bytes, got 20"),
            new Case("a binary query of another dimension", search(3), new BinaryBody().vector(1, 2, 3).bytes(), 400, "Dimension mismatch"),
            new Case("NaN in a binary query", search(4), new BinaryBody().vector(1, 2, 3, Float.NaN).bytes(), 400, "finite"));

    static final List<Case> RECORD_CASES = Stream.of("add", "upsert").flatMap(verb -> Stream.of(
            new Case(verb + ": fields that end too early", verb, recordBody(0, 1), 400, "Serialization error"),
            new Case(verb + ": fields with something left over", verb, recordBody(1, 0), 400, "Serialization error"),
            new Case(verb + ": no ids", verb, new BinaryBody().vector(1, 2, 3, 4).bytes(), 400, ""))).toList();

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void isRefusedAndChangesNothing(Case bad) throws IOException {
        for (Server server : Server.values()) assertRefused(server, bad);
    }

    /** The record writes have one name on a node and another on the original's coordinator. */
    @ParameterizedTest(name = "{0}")
    @FieldSource("RECORD_CASES")
    void aRecordBodyIsRefusedAndChangesNothing(Case bad) throws IOException {
        assertRefused(Server.NODE, new Case(bad.name(), bulk(bad.path() + "_records_binary", 4, 1), bad.body(), bad.status(), bad.says()));
        String name = bad.path().equals("add") ? "add_binary_ids" : "upsert_binary";
        assertRefused(Server.COORDINATOR, new Case(bad.name(), bulk(name, 4, 1), bad.body(), bad.status(), bad.says()));
    }

    /** The connection breaks in the middle of a body that would have been fine. */
    @ParameterizedTest
    @EnumSource
    void aBodyThatNeverArrivesChangesNothing(Server server) throws IOException {
        Api api = api(server);
        List<JsonNode> before = state(api);
        byte[] body = new BinaryBody().vector(1, 2, 3, 4).vector(5, 6, 7, 8).bytes();
        URI uri = URI.create(api.base());

        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(("POST " + bulk("bulk_add_binary", 4, 2) + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                    + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body, 0, body.length - 4);
            socket.shutdownOutput();
            // The answer, if any, or the end of the connection: either way the server is done with this request.
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).doesNotStartWith("HTTP/1.1 200");
        }

        assertThat(state(api)).isEqualTo(before);
    }

    private void assertRefused(Server server, Case bad) throws IOException {
        Api api = api(server);
        List<JsonNode> before = state(api);

        Answer answer = bad.send(api);

        assertThat(answer.status()).as("%s: %s", server, answer).isEqualTo(bad.status());
        assertThat(answer.error()).as("%s", server).isNotBlank().contains(bad.says());
        assertThat(state(api)).as("%s: what is stored", server).isEqualTo(before);
    }

    private Api api(Server server) {
        return switch (server) {
            case NODE -> node;
            case COORDINATOR -> coordinator;
        };
    }

    /** All that a bad write could have changed. */
    private static List<JsonNode> state(Api api) throws IOException {
        var state = new ArrayList<JsonNode>();
        state.add(api.get("/list_databases").orFail("list").params());
        state.add(api.call("/show_collections", Map.of("database_name", "bad")));
        state.add(api.call("/stats", ROWS));
        state.add(api.call("/index_mode", ROWS));
        state.add(api.call("/head", QuickLocalClusterE2E.with(ROWS, Map.of("n", 100))));
        return state;
    }

    private static Case json(String name, String path, String body, int status, String says) {
        return new Case(name, path, body, status, says);
    }

    private static Case binary(String name, int rows, BinaryBody body, int status, String says) {
        return new Case(name, bulk("bulk_add_binary", 4, rows), body.bytes(), status, says);
    }

    private static String rows(String more) {
        return "{\"database_name\":\"bad\",\"collection_name\":\"rows\"," + more + "}";
    }

    private static String bulk(String path, int dimension, int rows) {
        return "/" + path + "?database_name=bad&collection_name=rows&dim=" + dimension + "&n_vectors=" + rows;
    }

    private static String search(int dimension) {
        return "/search_binary?database_name=bad&collection_name=rows&k=1&dim=" + dimension;
    }

    /** One row with id 7 and fields, some bytes more or fewer. */
    private static byte[] recordBody(int more, int fewer) {
        byte[] body = new BinaryBody().vector(1, 2, 3, 4).id(7).fields(List.of(Map.of("a", 1))).bytes();
        return Arrays.copyOf(body, body.length + more - fewer);
    }
}
