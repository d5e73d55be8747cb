package io.lynse.tests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends HTTP requests to one server, with no knowledge of what they mean. Thread-safe.
 *
 * @param base   {@code http://host:port}
 * @param apiKey sent as a bearer token; empty: none
 */
public record Api(String base, String apiKey) {

    public static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    public static Api at(int port) {
        return new Api("http://127.0.0.1:" + port, "");
    }

    public Api withKey(String key) {
        return new Api(base, key);
    }

    public Answer get(String path) throws IOException {
        return send("GET", path, Map.of(), new byte[0]);
    }

    public Answer post(String path, Map<String, ?> body) throws IOException {
        return postJson(path, JSON.writeValueAsString(body));
    }

    /** For bodies that no well-behaved writer would produce. */
    public Answer postJson(String path, String body) throws IOException {
        return send("POST", path, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer postBinary(String path, byte[] body) throws IOException {
        return send("POST", path, Map.of("Content-Type", "application/octet-stream"), body);
    }

    /** @throws IOException if there was no answer, so that the outcome of a write is unknown */
    public Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(REQUEST_TIMEOUT);
        headers.forEach(request::header);
        if (!apiKey.isEmpty()) request.header("Authorization", "Bearer " + apiKey);
        request.method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        try {
            var response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** The {@code params} of an answer that must be a success. */
    public JsonNode call(String path, Map<String, ?> body) throws IOException {
        return post(path, body).orFail(path).params();
    }
}
