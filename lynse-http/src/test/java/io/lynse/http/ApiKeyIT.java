package io.lynse.http;

import static io.lynse.http.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a key: open paths are open, everything else wants it, known or not. */
class ApiKeyIT {

    private static final String C = "{\"database_name\":\"d\",\"collection_name\":\"c\"}";

    static final List<String> PATHS = paths();

    private static TestServer server;

    private static List<String> paths() {
        var paths = new ArrayList<>(io.lynse.http.route.Routes.HOT);
        paths.addAll(List.of("/create_database", "/drop_database", "/delete_database", "/database_exists", "/required_collection", "/drop_collection",
                "/is_collection_exists", "/get_collection_config", "/show_collections", "/show_collections_details", "/update_collection_description", "/update_description",
                "/get_collection_path", "/collection_shape", "/stats", "/list_fields", "/index_mode", "/max_id", "/is_id_exists", "/list_vector_fields", "/query", "/query_vectors",
                "/read_by_only_id", "/head", "/tail", "/delete", "/restore", "/list_deleted_ids", "/compact", "/commit", "/flush", "/checkpoint", "/close_collection",
                "/build_index", "/remove_index", "/search_range", "/search_profile", "/bm25_search", "/text_search", "/sparse_search", "/add_sparse_vectors", "/hybrid_search",
                "/create_vector_field", "/add_named_vectors", "/build_vector_field_index", "/remove_vector_field_index", "/snapshot_database", "/restore_database",
                "/snapshot_collection", "/restore_collection", "/export_collection", "/import_collection", "/write_blob", "/delete_blob"));
        return paths;
    }

    @BeforeAll
    static void start() {
        server = new TestServer(new InMemoryDatabases(false), Map.of("lynse.http.api-key", "sesame:1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @FieldSource("PATHS")
    void everyEndpointWantsTheKeyAndIsThere(String path) {
        unauthorized(server.json(path, C));
        HttpResponse<byte[]> answer = post(path, "Bearer sesame:1");
        assertThat(answer.statusCode()).isIn(200, 400, 404);
        assertThat(answer.body()).as("an unknown route has an empty body").isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/list_databases", "/head_binary", "/tail_binary", "/read_blob", "/metrics", "/meters", "/nope", "/openapi.json", "/healthz/x", "/healthz;a=b"})
    void readsAndUnknownRoutesWantItToo(String path) {
        unauthorized(server.get(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/health", "/readyz"})
    void openPathsAreOpen(String path) {
        assertThat(server.get(path).statusCode()).isEqualTo(200);
        var wrong = HttpRequest.newBuilder(server.uri(path)).header("authorization", "Bearer wrong").build();
        assertThat(server.send(wrong).statusCode()).isEqualTo(200);
    }

    @Test
    void theKeyIsABearerTokenOrAnyUsersPassword() {
        assertThat(post("/stats", basic("anyone:sesame:1")).statusCode()).isNotEqualTo(401);
        assertThat(post("/stats", basic(":sesame:1")).statusCode()).isNotEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer sesame:1", "Bearer sesame:", "Bearer sesame:12", "Bearer", "Bearer ", "sesame:1", "Basic !!!", "Basic ", "Digest x"})
    void anythingElseIsRefused(String authorization) {
        unauthorized(post("/stats", authorization));
    }

    @Test
    void aPasswordThatIsNotTheKeyIsRefused() {
        unauthorized(post("/stats", basic("sesame:1:wrong")));
        unauthorized(post("/stats", basic("sesame")));
    }

    private static void unauthorized(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).hasValue("Basic realm=\"LynseDB\"");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        String path = answer.request().uri().getPath();
        if (path.contains("binary") && !path.contains("records") && !path.contains("bulk") && !path.contains("ids") && !path.contains("upsert") || path.equals("/read_blob")) {
            assertThat(text(answer)).isEqualTo("Unauthorized");
        } else {
            assertThat(text(answer)).isEqualTo("{\"code\":\"unauthorized\",\"error\":\"Unauthorized\"}");
        }
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<byte[]> post(String path, String authorization) {
        return server.send(HttpRequest.newBuilder(server.uri(path)).header("content-type", "application/json").header("authorization", authorization)
                .POST(BodyPublishers.ofString(C)).build());
    }
}
