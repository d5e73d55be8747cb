package io.lynse.http;

import static io.lynse.http.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of bad input: a clear 4xx that names the field, and nothing written. */
class BadInputIT {

    private static final String C = "\"database_name\":\"d\",\"collection_name\":\"c\"";
    private static final String Q = "?database_name=d&collection_name=c";
    private static final byte[] TWO = ApiIT.floats(1, 2);
    private static final int TOO_LARGE = 1024 * 1024 + 1;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer(new InMemoryDatabases(false), Map.of("lynse.http.json-limit", "1MB", "lynse.http.payload-limit", "1MB", "lynse.http.max-batch-vectors", "4"));
        server.params("/create_database", "{\"database_name\":\"d\"}");
        server.params("/required_collection", "{" + C + ",\"dim\":2}");
        server.params("/add", "{" + C + ",\"ids\":[1,\"x\"],\"vectors\":[[1,0],[0,1]]}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static final List<Arguments> JSON = List.of(
            arguments("/create_database", "{\"database_name\":\"\"}", 400, "database name cannot be empty"),
            arguments("/create_database", "{\"database_name\":\"a/b\"}", 400, "database name may only contain"),
            arguments("/create_database", "{\"database_name\":\"a..b\"}", 400, "database name cannot contain relative path components"),
            arguments("/create_database", "{\"database_name\":\"" + "n".repeat(129) + "\"}", 400, "database name cannot exceed 128 characters"),
            arguments("/create_database", "{\"database_name\":\"e\",\"drop_if_exists\":\"yes\"}", 400, "drop_if_exists: invalid type: string \"yes\", expected a boolean"),
            arguments("/create_database", "{}", 400, "missing field `database_name` at line 1 column 2"),
            arguments("/create_database", "{bad", 400, "Json deserialize error: "),
            arguments("/create_database", "", 400, "EOF while parsing a value at line 1 column 0"),
            arguments("/required_collection", "{\"database_name\":\"nope\",\"collection_name\":\"c\"}", 404, "Database not found: nope"),
            arguments("/required_collection", "{\"database_name\":\"d\",\"collection_name\":\"a b\"}", 400, "collection name may only contain"),
            arguments("/required_collection", "{" + C + ",\"dim\":-1}", 400, "expected usize"),
            arguments("/required_collection", "{" + C + ",\"dtypes\":\"int8\"}", 400, "unsupported vector dtype 'int8'"),
            arguments("/required_collection", "{" + C + ",\"dtypes\":\"float16\"}", 400, "does not match requested dtype float16"),
            arguments("/get_collection_config", "{\"database_name\":\"d\",\"collection_name\":\"nope\"}", 400, "Collection 'nope' not found in config"),
            arguments("/is_collection_exists", "{\"database_name\":\"nope\",\"collection_name\":\"c\"}", 404, "Database not found: nope"),
            arguments("/show_collections", "{}", 400, "Missing required parameter: database_name"),
            arguments("/update_description", "{" + C + ",\"description\":null}", 400, "description: invalid type: null, expected a string"),

            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2,3]]}", 400, "Dimension mismatch: expected 2, got 3"),
            arguments("/add", "{" + C + ",\"ids\":[2,3],\"vectors\":[[1,2],[1]]}", 400, "all vectors in a batch must have the same dimension"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[]]}", 400, "vectors must have at least one component"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,1e39]]}", 400, "vectors[0][1]: number out of range of float32"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,NaN]]}", 400, "vectors[0][1]: malformed number"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,Infinity]]}", 400, "vectors[0][1]: "),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,null]]}", 400, "vectors[0][1]: invalid type: null, expected f32"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2]", 400, "Json deserialize error: "),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2]]} {}", 400, "trailing characters"),
            arguments("/add", "{" + C + ",\"ids\":[],\"vectors\":[]}", 400, "ids cannot be empty"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[]}", 400, "vectors cannot be empty"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2],[3,4]]}", 400, "ids length must match vectors length"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2]],\"fields\":[{},{}]}", 400, "fields length must match vectors length"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2]],\"fields\":[5]}", 400, "expected a map"),
            arguments("/add", "{" + C + ",\"ids\":[2],\"vectors\":[[1,2]],\"fields\":[{\"a\":1e999}]}", 400, "fields[0]: a float must be finite"),
            arguments("/add", "{" + C + ",\"ids\":[2,2],\"vectors\":[[1,2],[3,4]]}", 400, "duplicate external id 2 within the same insert batch"),
            arguments("/upsert", "{" + C + ",\"ids\":[\"y\",\"y\"],\"vectors\":[[1,2],[3,4]]}", 400, "duplicate id y within the same insert batch"),
            arguments("/add", "{" + C + ",\"ids\":[2,1],\"vectors\":[[1,2],[3,4]]}", 400, "external id 1 already exists"),
            arguments("/add", "{" + C + ",\"ids\":[2,3,4,5,6],\"vectors\":[[1,2],[1,2],[1,2],[1,2],[1,2]]}", 400, "ids 5 exceeds server max_batch_vectors 4"),
            arguments("/add", "{" + C + ",\"ids\":[-2],\"vectors\":[[1,2]]}", 400, "ids[0]: data did not match any variant of untagged enum ExternalId"),
            arguments("/add", "{" + C + ",\"ids\":[9223372036854775808],\"vectors\":[[1,2]]}", 400, "ids[0]: an integer id must be below 2^63"),
            arguments("/add", "{" + C + ",\"ids\":[\"\"],\"vectors\":[[1,2]]}", 400, "string IDs cannot be empty"),
            arguments("/add", "{" + C + ",\"ids\":[2]}", 400, "missing field `vectors`"),
            arguments("/add", "{\"database_name\":\"d\",\"collection_name\":\"nope\",\"ids\":[2],\"vectors\":[[1,2]]}", 404, "Collection not found: nope"),
            arguments("/add", "{\"database_name\":\"nope\",\"collection_name\":\"c\",\"ids\":[2],\"vectors\":[[1,2]]}", 404, "Database not found: nope"),
            arguments("/upsert", "{" + C + "}", 400, "missing field `ids`"),

            arguments("/search", "{" + C + ",\"vector\":[1,2,3]}", 400, "Dimension mismatch: expected 2, got 3"),
            arguments("/search", "{" + C + ",\"vector\":[1,-1e39]}", 400, "vector[1]: number out of range of float32"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"k\":10001}", 400, "k 10001 exceeds server max_top_k 10000"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"k\":99999999999999999999}", 400, "k 2147483647 exceeds server max_top_k 10000"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"k\":-1}", 400, "invalid value: integer `-1`, expected usize"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"return_fields\":1}", 400, "expected a boolean"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"vector_field\":\"img\"}", 400, "vector field 'img' does not exist"),
            arguments("/search", "{" + C + ",\"vector\":[1,2],\"where\":\"a = 1\"}", 400, "not supported yet: where filters"),
            arguments("/search", "{" + C + "}", 400, "missing field `vector`"),
            arguments("/search", "{\"database_name\":\"d\",\"collection_name\":\"nope\",\"vector\":[1,2]}", 404, "Collection not found: nope"),
            arguments("/batch_search", "{" + C + ",\"vectors\":[[1,2],[1]]}", 400, "all batch query vectors must have the same dimension"),
            arguments("/batch_search", "{" + C + ",\"vectors\":[[1],[1],[1],[1],[1]]}", 400, "queries 5 exceeds server max_batch_vectors 4"),
            arguments("/search_range", "{" + C + ",\"vector\":[1,2],\"threshold\":null}", 400, "threshold: invalid type: null"),
            arguments("/search_range", "{" + C + ",\"vector\":[1,2],\"threshold\":1,\"max_results\":10001}", 400, "max_results 10001 exceeds server max_top_k"),

            arguments("/query", "{" + C + ",\"filter_ids\":[1,55]}", 400, "external id 55 does not exist"),
            arguments("/query", "{" + C + ",\"where\":\"a = 1\"}", 400, "not supported yet: where filters"),
            arguments("/query_vectors", "{" + C + ",\"filter_ids\":[1,1,1,1,1]}", 400, "filter_ids 5 exceeds server max_batch_vectors 4"),
            arguments("/read_by_only_id", "{" + C + "}", 400, "missing field `id`"),
            arguments("/read_by_only_id", "{" + C + ",\"id\":null}", 400, "id must be a string/int ID or a list of string/int IDs"),
            arguments("/read_by_only_id", "{" + C + ",\"id\":1.5}", 400, "id must be a non-negative integer or string"),
            arguments("/head", "{" + C + ",\"n\":10001}", 400, "n 10001 exceeds server max_top_k 10000"),
            arguments("/delete", "{" + C + "}", 400, "missing field `ids`"),
            arguments("/delete", "{" + C + ",\"ids\":\"a\"}", 400, "ids: invalid type: string \"a\", expected a sequence"),
            arguments("/delete", "{" + C + ",\"ids\":[1,1,1,1,1]}", 400, "ids 5 exceeds server max_batch_vectors 4"),
            arguments("/restore", "{" + C + ",\"ids\":[true]}", 400, "ids[0]: data did not match any variant"),
            arguments("/is_id_exists", "{" + C + "}", 400, "missing field `id`"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"BTREE\"}", 400, "unknown index type 'BTREE'"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"HNSW-CANBERRA\"}", 400, "unsupported index/metric combination 'HNSW-CANBERRA'"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"HNSW-IP\",\"params\":{\"colour\":1}}", 400, "unknown index parameter 'colour'"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"HNSW-IP\",\"params\":{\"m\":0}}", 400, "m must be an integer between 1 and 512: 0"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"HNSW-IP\",\"params\":{\"ef_search\":\"many\"}}", 400, "ef_search must be an integer"),
            arguments("/build_index", "{" + C + ",\"index_mode\":\"DISKANN-L2\",\"params\":{\"alpha\":0.5}}", 400, "alpha must be a finite value >= 1.0"),
            arguments("/flush", "{\"database_name\":\"nope\",\"collection_name\":\"c\"}", 404, "Database not found: nope"),
            arguments("/stats", "nul", 400, "Json deserialize error: "));

    @ParameterizedTest(name = "{0} {1}")
    @FieldSource("JSON")
    void refusesJson(String path, String body, int status, String reason) {
        refused(() -> server.json(path, body), status, reason);
    }

    static final List<Arguments> BINARY = List.of(
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=5", new byte[7], 400, "expected at least 8 raw vector bytes, got 7"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1", TWO, 400, "expected 8 id bytes, got 0"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=5", new byte[9], 400, "invalid fields payload magic"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=-5", TWO, 400, "ids_start"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=1", TWO, 400, "external id 1 already exists"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=1&vector_encoding=float64&ids_encoding=range&ids_start=5", TWO, 400, "unsupported vector_encoding 'float64'"),
            arguments("/add_records_binary" + Q + "&dim=1&n_vectors=1&ids_encoding=range&ids_start=5", ApiIT.floats(1), 400, "Dimension mismatch: expected 2, got 1"),
            arguments("/add_records_binary" + Q + "&dim=2&n_vectors=0", new byte[0], 400, "ids cannot be empty"),
            arguments("/upsert_records_binary" + Q + "&dim=2&n_vectors=5", new byte[0], 400, "n_vectors 5 exceeds server max_batch_vectors 4"),
            arguments("/add_binary_ids" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=5&return_ids=True", TWO, 400, "provided string was not `true` or `false`"),
            arguments("/upsert_binary" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=9223372036854775808", TWO, 400, "ids_start"),
            arguments("/bulk_add_binary" + Q + "&dim=2&n_vectors=1", new byte[9], 400, "Expected 8 bytes, got 9"),
            arguments("/bulk_add_binary" + Q + "&dim=2&n_vectors=1", ApiIT.floats(1, Float.NaN), 400, "vectors[0]: a component is NaN or infinite"),
            arguments("/bulk_add_binary" + Q + "&dim=2&n_vectors=1", ApiIT.floats(Float.POSITIVE_INFINITY, 1), 400, "vectors[0]: a component is NaN or infinite"),
            arguments("/bulk_add_binary" + Q + "&dim=0&n_vectors=1", new byte[0], 400, "at least one component"),
            arguments("/bulk_add_binary?database_name=d&collection_name=nope&dim=2&n_vectors=0", new byte[0], 404, "Collection not found: nope"),
            arguments("/bulk_add_binary?database_name=d&dim=2&n_vectors=1", TWO, 400, "Query deserialize error: missing field `collection_name`"),
            arguments("/bulk_add_binary" + Q + "&dim=x&n_vectors=1", TWO, 400, "Query deserialize error: dim"),
            arguments("/search_binary" + Q + "&dim=2&k=2", new byte[7], 400, "Expected 8 bytes, got 7"),
            arguments("/search_binary" + Q + "&dim=1&k=2", ApiIT.floats(1), 400, "Dimension mismatch: expected 2, got 1"),
            arguments("/search_binary" + Q + "&dim=2&k=2", ApiIT.floats(1, Float.NaN), 400, "a component is NaN or infinite"),
            arguments("/search_binary" + Q + "&k=2", TWO, 400, "Query deserialize error: missing field `dim`"),
            arguments("/search_binary" + Q + "&dim=2&k=10001", TWO, 400, "k 10001 exceeds server max_top_k 10000"),
            arguments("/search_binary" + Q + "&dim=2&k=1&return_fields=1", TWO, 400, "provided string was not `true` or `false`"),
            arguments("/search_binary" + Q + "&dim=2&k=1&where=a", TWO, 400, "not supported yet: where filters"),
            arguments("/search_binary" + Q + "&dim=2&k=1&vector_field=img", TWO, 400, "vector field 'img' does not exist"),
            arguments("/batch_search_binary" + Q + "&dim=2&n_queries=2&k=1", TWO, 400, "Expected 16 bytes, got 8"),
            arguments("/batch_search_binary" + Q + "&dim=2&n_queries=5&k=1", TWO, 400, "n_queries 5 exceeds server max_batch_vectors 4"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("BINARY")
    void refusesBinary(String path, byte[] body, int status, String reason) {
        refused(() -> server.binary(path, body), status, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/search_binary", "/batch_search_binary"})
    void binarySearchesRefuseInPlainText(String path) {
        HttpResponse<byte[]> answer = server.binary(path + Q + "&dim=3&k=1&n_queries=1", ApiIT.floats(1, 2, 3));
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
        assertThat(text(answer)).isEqualTo("Dimension mismatch: expected 2, got 3");
    }

    static final List<Arguments> UNBUILT = Stream.of("bm25_search:text search", "text_search:text search", "sparse_search:sparse vectors", "add_sparse_vectors:sparse vectors",
            "hybrid_search:hybrid search", "create_vector_field:named vector fields", "add_named_vectors:named vector fields", "build_vector_field_index:named vector fields",
            "remove_vector_field_index:named vector fields", "snapshot_database:snapshots", "restore_database:snapshots", "snapshot_collection:snapshots",
            "restore_collection:snapshots", "export_collection:export and import", "import_collection:export and import", "write_blob:blobs", "delete_blob:blobs")
            .map(entry -> arguments("/" + entry.split(":")[0], entry.split(":")[1])).toList();

    @ParameterizedTest(name = "{0}")
    @FieldSource("UNBUILT")
    void namesTheFeatureThatIsNotBuiltYet(String path, String feature) {
        refused(() -> server.json(path, "{" + C + "}"), 400, "not supported yet: " + feature);
    }

    @Test
    void namesTheFeatureThatIsNotBuiltYetOnAGetToo() {
        refused(() -> server.get("/read_blob" + Q + "&key=k"), 400, "not supported yet: blobs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/add", "/search", "/create_database"})
    void refusesAnotherContentTypeThanJson(String path) {
        for (String type : new String[] {"text/plain", "application/octet-stream"}) {
            var request = HttpRequest.newBuilder(server.uri(path)).header("content-type", type).POST(BodyPublishers.ofString("{" + C + "}")).build();
            refused(() -> server.send(request), 400, "Content type error");
        }
        var none = HttpRequest.newBuilder(server.uri(path)).POST(BodyPublishers.ofString("{" + C + "}")).build();
        refused(() -> server.send(none), 400, "Content type error");
    }

    @Test
    void refusesABodyAboveItsLimitBeforeReadingIt() {
        String padding = " ".repeat(TOO_LARGE);
        refused(() -> server.json("/add", padding), 413, "JSON payload (1048577 bytes) is larger than allowed (limit: 1048576 bytes).");
        refused(() -> server.json("/stats", padding), 413, "JSON payload (1048577 bytes) is larger than allowed (limit: 1048576 bytes).");
        refused(() -> server.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=1", new byte[TOO_LARGE]), 413, "payload reached size limit");
    }

    @Test
    void refusesAChunkedBodyWhenItPassesItsLimit() {
        var json = HttpRequest.newBuilder(server.uri("/add")).header("content-type", "application/json")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(" ".repeat(2 * TOO_LARGE)))).build();
        refused(() -> server.send(json), 413, "is larger than allowed");
        var binary = HttpRequest.newBuilder(server.uri("/bulk_add_binary" + Q + "&dim=2&n_vectors=1"))
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[2 * TOO_LARGE]))).build();
        refused(() -> server.send(binary), 413, "payload reached size limit");
    }

    private interface Call {
        HttpResponse<byte[]> send();
    }

    /** A refusal shows no stack trace and leaves what is stored as it was. */
    private static void refused(Call call, int status, String reason) {
        String before = stored();
        HttpResponse<byte[]> answer = call.send();
        assertThat(text(answer)).contains(reason.replace("\"", answer.headers().firstValue("content-type").orElse("").startsWith("application/json") ? "\\\"" : "\""));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(text(answer)).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(stored()).isEqualTo(before);
    }

    private static String stored() {
        return TestServer.params(server.get("/list_databases")).toString() + server.params("/show_collections_details", "{\"database_name\":\"d\"}")
                + server.params("/query_vectors", "{" + C + "}") + server.params("/stats", "{" + C + "}");
    }
}
