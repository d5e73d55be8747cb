package io.lynse.http;

import static io.lynse.http.TestServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The header on every route that writes rows: how it is checked, what a repeat gets, and what another request under a used key gets. */
class IdempotencyKeyIT {

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
    void emptyCollections() {
        server.params("/create_database", "{\"database_name\":\"d\",\"drop_if_exists\":true}");
        server.params("/required_collection", "{" + C + ",\"dim\":1}");
        server.params("/required_collection", "{\"database_name\":\"d\",\"collection_name\":\"other\",\"dim\":1}");
    }

    @Test
    void aRepeatGetsTheFirstAnswerAndIsDoneOnce() {
        String add = "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}";
        byte[] first = ok(json("/add", add, "k"));
        assertThat(ok(json("/add", add, "k"))).isEqualTo(first);
        assertThat(json("/add", add, "l").statusCode()).as("another key, so another request").isEqualTo(400);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void generatedIdsAreTheSameAgain() {
        byte[] first = ok(bulk("k"));
        assertThat(new String(first)).contains("\"ids\":[0,1]");
        assertThat(ok(bulk("k"))).isEqualTo(first);
        assertThat(new String(ok(bulk("l")))).contains("\"ids\":[2,3]");
        assertThat(rows()).isEqualTo(4);
    }

    @Test
    void anotherRequestUnderAUsedKeyIs422AndChangesNothing() {
        ok(json("/add", "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}", "k"));
        for (HttpResponse<byte[]> other : List.of(
                json("/add", "{" + C + ",\"ids\":[7],\"vectors\":[[2]]}", "k"),
                json("/add", "{" + C + ",\"ids\":[8],\"vectors\":[[1]]}", "k"),
                json("/add", "{" + C + ",\"ids\":[7],\"vectors\":[[1]],\"fields\":[{\"a\":1}]}", "k"),
                json("/upsert", "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}", "k"),
                json("/delete", "{" + C + ",\"ids\":[7]}", "k"),
                bulk("k"))) {
            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(body(other).get("code").asString()).isEqualTo("idempotency_key_reused");
            assertThat(body(other).get("error").asString()).startsWith("Idempotency-Key: ");
        }
        assertThat(rows()).isEqualTo(1);
        assertThat(server.params("/list_deleted_ids", "{" + C + "}").get("ids")).isEmpty();
    }

    @Test
    void deletesAndRestoresAreDoneOnceToo() {
        ok(json("/add", "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}", "k"));
        ok(json("/delete", "{" + C + ",\"ids\":[7]}", "d"));
        ok(json("/restore", "{" + C + ",\"ids\":[7]}", "r"));
        ok(json("/delete", "{" + C + ",\"ids\":[7]}", "d")); // late: it does not undo the restore
        assertThat(server.params("/list_deleted_ids", "{" + C + "}").get("ids")).isEmpty();
    }

    @Test
    void collectionsHaveTheirOwnKeys() {
        ok(json("/add", "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}", "k"));
        ok(json("/add", "{\"database_name\":\"d\",\"collection_name\":\"other\",\"ids\":[8],\"vectors\":[[1]]}", "k"));
        server.params("/required_collection", "{" + C + ",\"dim\":1,\"drop_if_exists\":true}");
        ok(json("/add", "{" + C + ",\"ids\":[9],\"vectors\":[[1]]}", "k"));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsNoneIsRefusedByItsNameAndNothingIsWritten() {
        String add = "{" + C + ",\"ids\":[7],\"vectors\":[[1]]}";
        for (HttpResponse<byte[]> refused : List.of(
                json("/add", add, ""), json("/add", add, "k".repeat(256)), json("/add", add, "a\tb"), json("/add", add, "k", "k"),
                json("/delete", "{" + C + ",\"ids\":[7]}", ""), bulk(""))) {
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(body(refused).get("code").asString()).isEqualTo("invalid_argument");
            assertThat(body(refused).get("error").asString()).startsWith("Idempotency-Key: ");
        }
        assertThat(rows()).isZero();
    }

    @Test
    void routesThatWriteNoRowsDoNotLookAtIt() {
        for (int i = 0; i < 2; i++) {
            assertThat(json("/collection_shape", "{" + C + "}", "k").statusCode()).isEqualTo(200);
            assertThat(json("/required_collection", "{" + C + ",\"dim\":" + (1 + i) + "}", "k").statusCode()).isEqualTo(200);
        }
    }

    private static long rows() {
        return server.params("/collection_shape", "{" + C + "}").get("shape").get(0).asLong();
    }

    private static byte[] ok(HttpResponse<byte[]> answer) {
        TestServer.params(answer);
        return answer.body();
    }

    private static HttpResponse<byte[]> bulk(String... keys) {
        byte[] vectors = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).array();
        return send("/bulk_add_binary" + Q + "&dim=1&n_vectors=2&return_ids=true", "application/octet-stream", vectors, keys);
    }

    private static HttpResponse<byte[]> json(String path, String body, String... keys) {
        return send(path, "application/json", body.getBytes(), keys);
    }

    private static HttpResponse<byte[]> send(String path, String type, byte[] body, String... keys) {
        var request = HttpRequest.newBuilder(server.uri(path)).header("content-type", type).POST(BodyPublishers.ofByteArray(body));
        for (String key : keys) request.header("Idempotency-Key", key);
        return server.send(request.build());
    }
}
