package io.lynse.http;

import static io.lynse.http.TestServer.body;
import static io.lynse.http.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the endpoints answer, over Tomcat, with a service in memory behind them. */
class ApiIT {

    private static final String C = "\"database_name\":\"d\",\"collection_name\":\"c\"";
    private static final String Q = "?database_name=d&collection_name=c";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer(new InMemoryDatabases(false), Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void emptyCollection() {
        server.params("/create_database", "{\"database_name\":\"d\",\"drop_if_exists\":true}");
        server.params("/required_collection", "{" + C + ",\"dim\":2,\"description\":\"first\"}");
    }

    @Test
    void theOpenPathsSayWhoAnswers() {
        assertThat(body(server.get("/")).toString()).contains("\"message\":\"LynseDB HTTP API\"").contains("\"status\":\"success\"");
        assertThat(text(server.get("/healthz"))).isEqualTo("{\"status\":\"ok\"}");
        assertThat(text(server.get("/health"))).isEqualTo("{\"status\":\"ok\"}");
        assertThat(body(server.get("/readyz")).get("root_path").asString()).isEqualTo("/data");
    }

    @Test
    void anUnknownRouteOrMethodIsAnEmpty404() {
        for (HttpResponse<byte[]> answer : new HttpResponse[] {server.get("/nope"), server.json("/nope", "{}"), server.get("/search"), server.get("/add"),
            server.get("/stats"), server.json("/list_databases", "{}"), server.get("/error"), server.json("/metrics", "{}")}) {
            assertThat(answer.statusCode()).as("%s", answer.request()).isEqualTo(404);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("content-type")).isEmpty();
        }
    }

    @Test
    void everyAnswerHasARequestIdOfItsOwn() {
        long first = Long.parseLong(server.get("/nope").headers().firstValue("x-request-id").orElseThrow());
        long second = Long.parseLong(server.get("/search").headers().firstValue("x-request-id").orElseThrow());
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void databasesComeAndGo() {
        assertThat(server.params("/create_database", "{\"database_name\":\" e \"}").get("database_name").asString()).isEqualTo(" e ");
        assertThat(TestServer.params(server.get("/list_databases")).get("databases").toString()).isEqualTo("[\"d\",\"e\"]");
        assertThat(server.params("/database_exists", "{\"database_name\":\"e\"}").get("exists").asBoolean()).isTrue();
        assertThat(server.params("/database_exists", "{\"database_name\":\"../e\"}").get("exists").asBoolean()).isFalse();
        server.params("/delete_database", "{\"database_name\":\"e\"}");
        server.params("/drop_database", "{\"database_name\":\"e\"}");
        assertThat(server.params("/database_exists", "{\"database_name\":\"e\"}").get("exists").asBoolean()).isFalse();
    }

    @Test
    void collectionsTellWhatTheyAre() {
        assertThat(server.params("/is_collection_exists", "{" + C + "}").get("exists").asBoolean()).isTrue();
        assertThat(server.params("/is_collection_exists", "{\"database_name\":\"d\",\"collection_name\":\"a/b\"}").get("exists").asBoolean()).isFalse();
        JsonNode config = server.params("/get_collection_config", "{" + C + "}").get("config");
        assertThat(config.toString()).isEqualTo("{\"chunk_size\":100000,\"description\":\"first\",\"dim\":2,\"dtypes\":\"float32\"}");
        server.params("/update_description", "{" + C + ",\"description\":\"second\"}");
        assertThat(server.params("/show_collections", "{\"database_name\":\"d\"}").get("collections").toString()).isEqualTo("[\"c\"]");
        assertThat(server.params("/show_collections_details", "{\"database_name\":\"d\"}").get("collections").get("c").toString())
                .isEqualTo("{\"description\":\"second\",\"dim\":2,\"dtypes\":\"float32\",\"name\":\"c\",\"shape\":[0,2]}");
        assertThat(server.params("/get_collection_path", "{" + C + "}").get("collection_path").asString()).isEqualTo("/data/d/c");
        assertThat(server.params("/list_vector_fields", "{" + C + "}").get("fields").toString())
                .contains("\"name\":\"default\"", "\"metric\":\"ip\"", "\"index_mode\":\"FLAT-IP\"", "\"dimension\":2");
        server.params("/drop_collection", "{" + C + "}");
        server.params("/drop_collection", "{" + C + "}");
        assertThat(server.params("/is_collection_exists", "{" + C + "}").get("exists").asBoolean()).isFalse();
    }

    @Test
    void rowsAreWrittenFoundReadMarkedAndForgotten() {
        assertThat(add("[3,\"x\",1]", "[[1,0],[0,1],[0.5,0.5]]", ",\"fields\":[{\"a\":1,\"id\":9},{},{\"b\":null}]").get("ids").toString()).isEqualTo("[3,\"x\",1]");
        assertThat(server.params("/collection_shape", "{" + C + "}").get("shape").toString()).isEqualTo("[3,2]");
        assertThat(server.params("/max_id", "{" + C + "}").get("max_id").asLong()).isEqualTo(3);
        assertThat(server.params("/list_fields", "{" + C + "}").get("fields").toString()).isEqualTo("[\"a\",\"b\",\"id\"]");

        JsonNode items = server.params("/search", "{" + C + ",\"vector\":[1,0.1],\"k\":2,\"return_fields\":true}").get("items");
        assertThat(items.toString()).isEqualTo("{\"fields\":[{\"a\":1,\"id\":9},{\"b\":null}],\"ids\":[3,1],\"k\":2,\"scores\":[1.0,0.55],\"vector_field\":\"default\"}");
        assertThat(server.params("/batch_search", "{" + C + ",\"vectors\":[[1,0],[0,1]],\"k\":1}").get("results").toString())
                .isEqualTo("[{\"fields\":[],\"ids\":[3],\"scores\":[1.0]},{\"fields\":[],\"ids\":[\"x\"],\"scores\":[1.0]}]");
        assertThat(server.params("/batch_search", "{" + C + ",\"vectors\":[]}").get("results")).isEmpty();

        assertThat(server.params("/query", "{" + C + ",\"filter_ids\":[1,3]}").get("result").toString()).isEqualTo("[{\"b\":null,\"id\":1},{\"a\":1,\"id\":3}]");
        assertThat(server.params("/query", "{" + C + ",\"return_ids_only\":true}").get("result").toString()).isEqualTo("[3,\"x\",1]");
        assertThat(server.params("/query_vectors", "{" + C + ",\"filter_ids\":[]}").get("result").toString()).isEqualTo("[[],[],[]]");
        assertThat(server.params("/read_by_only_id", "{" + C + ",\"id\":\"x\"}").get("item").toString()).isEqualTo("[[[0.0,1.0]],[\"x\"],[{}]]");
        assertThat(server.params("/read_by_only_id", "{" + C + ",\"id\":[1,\"x\"]}").get("item").get(1).toString()).isEqualTo("[1,\"x\"]");
        assertThat(server.params("/head", "{" + C + ",\"n\":1}").get("head").get(1).toString()).isEqualTo("[3]");
        assertThat(server.params("/tail", "{" + C + ",\"n\":2}").get("tail").get(1).toString()).isEqualTo("[\"x\",1]");

        server.params("/delete", "{" + C + ",\"ids\":[\"x\",77]}");
        assertThat(server.params("/list_deleted_ids", "{" + C + "}").get("ids").toString()).isEqualTo("[\"x\"]");
        assertThat(server.params("/is_id_exists", "{" + C + ",\"id\":\"x\"}").get("is_id_exists").asBoolean()).isTrue();
        assertThat(server.params("/is_id_exists", "{" + C + ",\"id\":\"3\"}").get("is_id_exists").asBoolean()).isFalse();
        assertThat(server.params("/is_id_exists", "{" + C + ",\"id\":-1.5}").get("is_id_exists").asBoolean()).isFalse();
        assertThat(server.params("/stats", "{" + C + "}").get("stats").toString())
                .contains("\"n_live\":2", "\"n_tombstoned\":1", "\"n_vectors\":3", "\"index_mode\":\"none\"");
        server.params("/restore", "{" + C + ",\"ids\":[\"x\"]}");
        server.params("/delete", "{" + C + ",\"ids\":[3]}");
        assertThat(server.params("/compact", "{" + C + "}").get("vectors_removed").asLong()).isEqualTo(1);
        assertThat(server.params("/collection_shape", "{" + C + "}").get("shape").toString()).isEqualTo("[2,2]");
    }

    @Test
    void upsertKeepsFieldsThatAreNotGiven() {
        add("[1]", "[[1,0]]", ",\"fields\":[{\"a\":1}]");
        server.params("/upsert", "{" + C + ",\"ids\":[1],\"vectors\":[[0,1]],\"fields\":null}");
        assertThat(server.params("/read_by_only_id", "{" + C + ",\"id\":1}").get("item").toString()).isEqualTo("[[[0.0,1.0]],[1],[{\"a\":1}]]");
        server.params("/upsert", "{" + C + ",\"ids\":[1],\"vectors\":[[0,1]],\"fields\":[{}]}");
        assertThat(server.params("/read_by_only_id", "{" + C + ",\"id\":1}").get("item").get(2).toString()).isEqualTo("[{}]");
    }

    @Test
    void binaryWritesAndReadsGoTogether() {
        byte[] two = floats(1, 0, 0, 1);
        assertThat(TestServer.params(server.binary("/add_records_binary" + Q + "&dim=2&n_vectors=2&ids_encoding=range&ids_start=5", two)).get("ids").toString()).isEqualTo("[5,6]");
        assertThat(TestServer.params(server.binary("/add_binary_ids" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=9", floats(2, 2))).get("ids").toString()).isEqualTo("[9]");
        assertThat(TestServer.params(server.binary("/upsert_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=9&return_ids=false", floats(3, 3))).toString())
                .isEqualTo("{\"collection_name\":\"c\",\"database_name\":\"d\",\"n_vectors\":1}");
        assertThat(TestServer.params(server.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=1", floats(0, 0))).get("n_vectors").asInt()).isEqualTo(1);
        assertThat(TestServer.params(server.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=1&return_ids=true", floats(0, 0))).get("ids").toString()).isEqualTo("[11]");
        assertThat(TestServer.params(server.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=0", new byte[0])).get("n_vectors").asInt()).isZero();

        ByteBuffer found = bytes(server.binary("/search_binary" + Q + "&dim=2&k=2&return_fields=true", floats(1, 0.5f)));
        assertThat(found.getInt()).isEqualTo(2);
        assertThat(found.getLong()).isEqualTo(9);
        assertThat(found.getLong()).isEqualTo(5);
        assertThat(found.getFloat()).isEqualTo(4.5f);
        assertThat(found.getFloat()).isEqualTo(1);
        assertThat(found.getInt()).isEqualTo("[{},{}]".length());
        ByteBuffer batch = bytes(server.binary("/batch_search_binary" + Q + "&dim=2&n_queries=2&k=1&vector_encoding=fp16", new byte[] {0, 0x3C, 0, 0, 0, 0, 0, 0x3C}));
        assertThat(batch.remaining()).isEqualTo(4 + 2 * 20);
        assertThat(bytes(server.binary("/batch_search_binary" + Q + "&dim=2&n_queries=0&k=1", new byte[0])).getInt()).isZero();
        ByteBuffer head = bytes(server.get("/head_binary" + Q + "&n=1"));
        assertThat(new int[] {head.getInt(), head.getInt()}).containsExactly(1, 2);
        assertThat(bytes(server.get("/tail_binary" + Q)).getInt()).isEqualTo(5);
    }

    @Test
    void aBinaryAnswerRefusesToNameTextIds() {
        add("[1,\"x\"]", "[[1,0],[0,1]]", "");
        HttpResponse<byte[]> search = server.binary("/search_binary" + Q + "&dim=2&k=1", floats(1, 0));
        assertThat(search.statusCode()).isEqualTo(409);
        assertThat(search.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
        assertThat(text(search)).contains("string ids");
        assertThat(server.binary("/batch_search_binary" + Q + "&dim=2&k=1&n_queries=1", floats(1, 0)).statusCode()).isEqualTo(409);
        assertThat(server.get("/head_binary" + Q).statusCode()).isEqualTo(409);
    }

    @Test
    void scoresThatAreNoNumberAreNull() {
        add("[1]", "[[3e38,3e38]]", "");
        assertThat(server.params("/search", "{" + C + ",\"vector\":[3e38,3e38]}").get("items").get("scores").toString()).isEqualTo("[null]");
    }

    @Test
    void approximateSearchRoundsItsScores() {
        add("[1,2]", "[[0.87,0],[0.33,0]]", "");
        assertThat(server.params("/search", "{" + C + ",\"vector\":[1,0],\"approx\":true,\"eps\":0.25}").get("items").get("scores").toString()).isEqualTo("[0.75,0.25]");
        assertThat(server.params("/search", "{" + C + ",\"vector\":[1,0],\"approx\":true,\"eps\":null}").get("items").get("scores").toString()).isEqualTo("[0.87,0.33]");
    }

    @Test
    void rangeAndProfileSearch() {
        add("[1,2,3]", "[[1,0],[0.5,0],[0.1,0]]", "");
        assertThat(server.params("/search_range", "{" + C + ",\"vector\":[1,0],\"threshold\":0.4}").get("result").toString()).isEqualTo("{\"distances\":[1.0,0.5],\"ids\":[1,2]}");
        JsonNode params = server.params("/search_profile", "{" + C + ",\"vector\":[1,0],\"k\":1}");
        assertThat(params.get("items").get("ids").toString()).isEqualTo("[1]");
        assertThat(params.get("items").get("index").asString()).isEqualTo("FLAT-IP");
        assertThat(params.get("profile").get("index_path").asString()).isEqualTo("flat_mmap");
        assertThat(params.get("profile").get("scanned_vectors").asInt()).isEqualTo(3);
        server.params("/build_index", "{" + C + ",\"index_mode\":\"HNSW-L2\"}");
        JsonNode walked = server.params("/search_profile", "{" + C + ",\"vector\":[1,0],\"k\":1}");
        assertThat(walked.get("items").get("index").asString()).isEqualTo("HNSW-L2");
        assertThat(walked.get("profile").get("index_path").asString()).isEqualTo("ann_index");
        assertThat(walked.get("profile").get("scanned_vectors").isNull()).isTrue();
    }

    @Test
    void indexesAreNamedAndUnnamed() {
        add("[1]", "[[1,0]]", "");
        assertThat(server.params("/index_mode", "{" + C + "}").get("index_mode").isNull()).isTrue();
        JsonNode built = server.params("/build_index", "{" + C + ",\"index_mode\":\"hnsw-l2\",\"params\":{\"m\":8}}");
        assertThat(built.get("index_mode").asString()).isEqualTo("hnsw-l2");
        assertThat(built.get("params").toString()).isEqualTo("{\"m\":8}");
        assertThat(built.get("n_clusters").isNull()).isTrue();
        assertThat(server.params("/index_mode", "{" + C + "}").get("index_mode").asString()).isEqualToIgnoringCase("HNSW-L2");
        server.params("/remove_index", "{" + C + "}");
        assertThat(server.params("/stats", "{" + C + "}").get("stats").get("index_mode").asString()).isEqualTo("none");
    }

    @Test
    void durabilityCallsAnswerTheirEcho() {
        JsonNode commit = server.params("/commit", "{" + C + ",\"items\":[1]}");
        assertThat(commit.get("status").asString()).isEqualTo("Success");
        assertThat(commit.get("result").toString()).isEqualTo("{\"collection_name\":\"c\",\"database_name\":\"d\"}");
        for (String path : new String[] {"/flush", "/checkpoint", "/close_collection"}) {
            assertThat(server.params(path, "{" + C + "}").toString()).isEqualTo("{\"collection_name\":\"c\",\"database_name\":\"d\"}");
        }
    }

    @Test
    void aChunkedBodyIsReadLikeAnyOther() {
        var request = HttpRequest.newBuilder(server.uri("/add")).header("content-type", "application/json; charset=utf-8")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("{" + C + ",\"ids\":[1],\"vectors\":[[1,0]]}"))).build();
        assertThat(TestServer.params(server.send(request)).get("ids").toString()).isEqualTo("[1]");
        var binary = HttpRequest.newBuilder(server.uri("/bulk_add_binary" + Q + "&dim=2&n_vectors=1"))
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(floats(1, 0)))).build();
        assertThat(TestServer.params(server.send(binary)).get("n_vectors").asInt()).isEqualTo(1);
    }

    @Test
    void theMetricsPageHasTheDocumentedNames() {
        server.params("/search", "{" + C + ",\"vector\":[1,0]}");
        HttpResponse<byte[]> page = server.get("/metrics");
        assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain").contains("version=0.0.4");
        assertThat(text(page)).contains("\nlynsedb_up 1.0\n", "\nlynsedb_databases_total ", "\nlynsedb_collections_total ", "\nlynsedb_server_start_time_seconds ",
                "\nlynsedb_process_resident_memory_bytes ", "\nlynsedb_http_requests_total ", "\nlynsedb_http_requests_by_status_total{status_class=\"2xx\"} ",
                "\nlynsedb_http_request_errors_total ", "\nlynsedb_http_request_errors_by_kind_total{kind=\"client_4xx\"} ",
                "\nlynsedb_http_request_duration_seconds_bucket{le=\"0.005\"} ", "\nlynsedb_http_request_duration_seconds_bucket{le=\"10.0\"} ",
                "\nlynsedb_http_request_duration_seconds_quantile{quantile=\"0.99\"} ", "\nlynse_http_route_seconds_count{route=\"/search\"} ");
    }

    private static JsonNode add(String ids, String vectors, String rest) {
        return server.params("/add", "{" + C + ",\"ids\":" + ids + ",\"vectors\":" + vectors + rest + "}");
    }

    private static ByteBuffer bytes(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(() -> text(answer)).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/octet-stream");
        return ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] floats(float... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) out.putFloat(value);
        return out.array();
    }
}
