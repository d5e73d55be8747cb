package io.lynse.http;

import static io.lynse.http.TestServer.params;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The calls that the Python client makes, in its order (wire contract 6), against one node and against a cluster. */
class ClientFlowIT {

    private static final String C = "\"database_name\":\"d\",\"collection_name\":\"c\"";
    private static final String Q = "?database_name=d&collection_name=c";

    private static TestServer node;
    private static TestServer cluster;

    @BeforeAll
    static void start() {
        node = new TestServer(new InMemoryDatabases(false), Map.of());
        cluster = new TestServer(new InMemoryDatabases(true), Map.of());
    }

    @AfterAll
    static void stop() {
        node.close();
        cluster.close();
    }

    /** VectorDBClient(url).create_collection: list, create, is there one, require it. */
    private static JsonNode createCollection(TestServer server) {
        params(server.get("/list_databases"));
        server.params("/create_database", "{\"database_name\":\"d\",\"drop_if_exists\":true}");
        assertThat(server.params("/is_collection_exists", "{" + C + "}").get("exists").asBoolean()).isFalse();
        return server.params("/required_collection",
                "{" + C + ",\"dim\":2,\"n_threads\":10,\"warm_up\":false,\"drop_if_exists\":false,\"description\":null,\"dtypes\":\"float32\"}");
    }

    /** The first write of a client that made the collection builds its default index. */
    private static void armDefaultIndex(TestServer server) {
        assertThat(server.params("/index_mode", "{" + C + "}").get("index_mode").isNull()).isTrue();
        assertThat(server.params("/collection_shape", "{" + C + "}").get("shape").get(0).asInt()).isPositive();
        server.params("/build_index", "{" + C + ",\"index_mode\":\"FLAT-IP\",\"n_clusters\":null,\"params\":null}");
        assertThat(server.params("/index_mode", "{" + C + "}").get("index_mode").asString()).isEqualTo("FLAT-IP");
    }

    @Test
    void aNodeDoesNotLookLikeACluster() {
        assertThat(createCollection(node).toString()).isEqualTo("{\"collection_name\":\"c\",\"database_name\":\"d\"}");
        assertThat(node.params("/get_collection_config", "{" + C + "}").get("config").has("integer_id_routing")).isFalse();
        assertThat(node.get("/cluster_info").statusCode()).isEqualTo(404);
    }

    @Test
    void onANodeIdsAreGivenByTheServerAboveAllOthers() {
        createCollection(node);
        node.params("/add", "{" + C + ",\"ids\":[\"first\",\"second\"],\"vectors\":[[1,0],[0,1]],\"fields\":null}");
        assertThat(node.params("/max_id", "{" + C + "}").get("max_id").asInt()).isEqualTo(1);
        assertThat(params(node.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=2&vector_encoding=float32&return_ids=false", ApiIT.floats(1, 1, 2, 2))).get("n_vectors").asInt()).isEqualTo(2);
        armDefaultIndex(node);
        assertThat(node.params("/head", "{" + C + ",\"n\":4}").get("head").get(1).toString()).isEqualTo("[\"first\",\"second\",2,3]");
    }

    @Test
    void onANodeIntegerIdsTravelInRecords() {
        createCollection(node);
        assertThat(params(node.binary("/add_records_binary" + Q + "&dim=2&n_vectors=2&vector_encoding=float32&ids_encoding=range&ids_start=0", ApiIT.floats(1, 0, 0, 1)))
                .get("ids").toString()).isEqualTo("[0,1]");
        armDefaultIndex(node);
        assertThat(params(node.binary("/upsert_records_binary" + Q + "&dim=2&n_vectors=1&vector_encoding=float32&ids_encoding=range&ids_start=1", ApiIT.floats(5, 5)))
                .get("ids").toString()).isEqualTo("[1]");
        assertThat(node.params("/search", "{" + C + ",\"vector\":[1,0],\"k\":1,\"where\":null,\"return_fields\":false,\"nprobe\":10,\"approx\":false,\"eps\":0.0001,"
                + "\"vector_field\":\"default\"}").get("items").get("ids").toString()).isEqualTo("[1]");
        node.params("/commit", "{" + C + ",\"items\":[]}");
        node.params("/close_collection", "{" + C + "}");
    }

    @Test
    void aClusterSaysHowIntegerIdsRoute() {
        JsonNode config = createCollection(cluster).get("config");
        assertThat(config.has("integer_id_routing")).isTrue();
        assertThat(config.get("integer_id_routing").isNull()).isTrue();
        assertThat(config.get("bucket_count").asInt()).isEqualTo(4096);
        params(cluster.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=1&return_ids=true", ApiIT.floats(1, 0)));
        assertThat(cluster.params("/get_collection_config", "{" + C + "}").get("config").get("integer_id_routing").asString()).isEqualTo("internal");
        cluster.params("/add", "{" + C + ",\"ids\":[\"x\"],\"vectors\":[[0,1]]}");
        assertThat(cluster.params("/get_collection_config", "{" + C + "}").get("config").get("integer_id_routing").asString()).isEqualTo("external");
    }

    @Test
    void onAClusterIdsAreAllocatedAndSearchesAreBinary() {
        createCollection(cluster);
        assertThat(params(cluster.binary("/bulk_add_binary" + Q + "&dim=2&n_vectors=2&vector_encoding=float32&return_ids=true", ApiIT.floats(1, 0, 0, 1))).get("ids").toString()).isEqualTo("[0,1]");
        armDefaultIndex(cluster);
        assertThat(params(cluster.binary("/add_binary_ids" + Q + "&dim=2&n_vectors=1&ids_encoding=range&ids_start=7&return_ids=false", ApiIT.floats(3, 3))).get("n_vectors").asInt()).isEqualTo(1);
        ByteBuffer block = ByteBuffer.wrap(cluster.binary("/search_binary" + Q + "&dim=2&k=1&return_fields=false&nprobe=10&approx=false&eps=0.0001&vector_encoding=float32",
                ApiIT.floats(1, 1)).body()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(block.getInt()).isEqualTo(1);
        assertThat(block.getLong()).isEqualTo(7);
    }

    @Test
    void aClustersOpenPathsWrapTheirAnswers() {
        assertThat(params(cluster.get("/")).get("message").asString()).isEqualTo("LynseDB cluster coordinator");
        assertThat(params(cluster.get("/healthz")).get("status").asString()).isEqualTo("healthy");
        assertThat(params(cluster.get("/readyz")).get("status").asString()).isEqualTo("ready");
        createCollection(cluster);
        JsonNode path = cluster.params("/get_collection_path", "{" + C + "}");
        assertThat(path.get("collection_path").isNull()).isTrue();
        assertThat(path.get("shards").toString()).isEqualTo("[{\"collection_path\":\"/data/d/c\",\"group\":\"sg0\",\"uri\":\"http://a:1\"}]");
    }
}
