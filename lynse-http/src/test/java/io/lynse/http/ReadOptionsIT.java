package io.lynse.http;

import static io.lynse.http.TestServer.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.model.Reading;
import io.lynse.model.Reading.Consistency;
import io.lynse.model.Reading.From;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** How fresh an answer must be and who may give it, on every route that reads: as parameter, as field, and what is told of it. */
class ReadOptionsIT {

    private static final String HEADER = "x-lynse-unconfirmed";
    private static final String C = "\"database_name\":\"d\",\"collection_name\":\"c\"";
    private static final String Q = "database_name=d&collection_name=c";

    /** Path, and the body's fields. */
    static final List<Arguments> JSON = List.of(
            arguments("/search", "\"vector\":[1]"),
            arguments("/batch_search", "\"vectors\":[[1]]"),
            arguments("/search_range", "\"vector\":[1],\"threshold\":0"),
            arguments("/search_profile", "\"vector\":[1]"),
            arguments("/query", "\"filter_ids\":[1]"),
            arguments("/query_vectors", "\"filter_ids\":[1]"),
            arguments("/read_by_only_id", "\"id\":1"),
            arguments("/head", "\"n\":1"),
            arguments("/tail", "\"n\":1"),
            arguments("/list_deleted_ids", "\"n\":1"),
            arguments("/is_id_exists", "\"id\":1"),
            arguments("/collection_shape", "\"n\":1"),
            arguments("/stats", "\"n\":1"),
            arguments("/list_fields", "\"n\":1"),
            arguments("/max_id", "\"n\":1"));

    static final List<Arguments> BINARY = List.of(
            arguments("/search_binary?dim=1&" + Q, true),
            arguments("/batch_search_binary?dim=1&n_queries=1&" + Q, true),
            arguments("/head_binary?n=1&" + Q, false),
            arguments("/tail_binary?n=1&" + Q, false));

    private static final InMemoryDatabases DATABASES = new InMemoryDatabases(false);
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer(DATABASES, Map.of());
        server.params("/create_database", "{\"database_name\":\"d\"}");
        server.params("/required_collection", "{" + C + ",\"dim\":1}");
        server.params("/add", "{" + C + ",\"ids\":[1],\"vectors\":[[1]]}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("JSON")
    void json(String path, String fields) {
        assertAsked(server.json(path, "{" + C + "," + fields + "}"), Consistency.DEFAULT, From.PRIMARY);
        assertAsked(server.json(path, "{" + C + "," + fields + ",\"consistency\":\"strong\",\"read_from\":\"any\"}"), Consistency.STRONG, From.ANY);
        assertAsked(server.json(path + "?read_from=any", "{" + C + "," + fields + ",\"consistency\":null}"), Consistency.DEFAULT, From.ANY);
        assertAsked(server.json(path + "?consistency=strong&read_from=primary", "{" + C + "," + fields + "}"), Consistency.STRONG, From.PRIMARY);
        assertRefused(server.json(path, "{" + C + "," + fields + ",\"consistency\":\"weak\"}"), "consistency must be default or strong, not 'weak'");
        assertRefused(server.json(path + "?read_from=replica", "{" + C + "," + fields + "}"), "read_from must be primary or any, not 'replica'");
        assertRefused(
                server.json(path + "?consistency=strong", "{" + C + "," + fields + ",\"consistency\":\"default\"}"),
                "consistency is 'strong' in the query and 'default' in the body");
        HttpResponse<byte[]> mistyped = server.json(path, "{" + C + "," + fields + ",\"consistency\":7}");
        assertThat(mistyped.statusCode()).isEqualTo(400);
        assertTold(() -> server.json(path, "{" + C + "," + fields + "}"));
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("BINARY")
    void binary(String path, boolean post) {
        assertAsked(send(path, post), Consistency.DEFAULT, From.PRIMARY);
        assertAsked(send(path + "&consistency=strong&read_from=any", post), Consistency.STRONG, From.ANY);
        HttpResponse<byte[]> refused = send(path + "&read_from=", post);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body())).contains("read_from must be primary or any, not ''");
        assertTold(() -> send(path, post));
    }

    @Test
    void aWriteHasNoUseForThem() {
        HttpResponse<byte[]> answer = server.json("/upsert?consistency=strong", "{" + C + ",\"ids\":[1],\"vectors\":[[1]]}");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> send(String path, boolean post) {
        return post ? server.binary(path, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).array()) : server.get(path);
    }

    private interface Request {
        HttpResponse<byte[]> send();
    }

    private static void assertTold(Request request) {
        DATABASES.doubt("nobody could confirm it");
        try {
            assertThat(request.send().headers().firstValue(HEADER)).hasValue("nobody could confirm it");
        } finally {
            DATABASES.doubt(null);
        }
    }

    private static void assertAsked(HttpResponse<byte[]> answer, Consistency consistency, From from) {
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        assertThat(answer.headers().firstValue(HEADER)).isEmpty();
        Reading asked = Objects.requireNonNull(DATABASES.asked());
        assertThat(asked.consistency()).isEqualTo(consistency);
        assertThat(asked.from()).isEqualTo(from);
    }

    private static void assertRefused(HttpResponse<byte[]> answer, String reason) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(body(answer).path("code").asString()).isEqualTo("invalid_argument");
        assertThat(body(answer).path("error").asString()).contains(reason);
    }
}
