package io.lynse.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends HTTP requests to one server, with no knowledge of what they mean. Thread-safe.
 *
 * @param base    {@code http://host:port}
 * @param apiKey  sent as a bearer token; empty: none
 * @param timeout of one request
 */
public record Api(String base, String apiKey, Duration timeout) {

    public static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    public Api(String base, String apiKey) {
        this(base, apiKey, REQUEST_TIMEOUT);
    }

    public static Api at(int port) {
        return new Api("http://127.0.0.1:" + port, "");
    }

    public Api withKey(String key) {
        return new Api(base, key, timeout);
    }

    public Api withTimeout(Duration longest) {
        return new Api(base, apiKey, longest);
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

    /** A body that is too large to be held here; its length is announced. */
    public Answer postStream(String path, String contentType, Supplier<InputStream> body, long length) throws IOException {
        return send("POST", path, Map.of("Content-Type", contentType), BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(body), length));
    }

    /** @throws IOException if there was no answer, so that the outcome of a write is unknown */
    public Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        return send(method, path, headers, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    }

    private Answer send(String method, String path, Map<String, String> headers, BodyPublisher body) throws IOException {
        var response = send(method, path, headers, body, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    /** Bytes of an answer that is too large to be held. */
    public long count(String path, Map<String, ?> body) throws IOException {
        var response = send("POST", path, Map.of("Content-Type", "application/json"), BodyPublishers.ofString(JSON.writeValueAsString(body)), BodyHandlers.ofInputStream());
        try (InputStream answer = response.body()) {
            if (response.statusCode() != 200) throw new AssertionError(path + " was answered " + response.statusCode());
            return answer.transferTo(OutputStream.nullOutputStream());
        }
    }

    private <T> HttpResponse<T> send(String method, String path, Map<String, String> headers, BodyPublisher body, BodyHandler<T> answer) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
        headers.forEach(request::header);
        if (!apiKey.isEmpty()) request.header("Authorization", "Bearer " + apiKey);
        request.method(method, body);
        try {
            return CLIENT.send(request.build(), answer);
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
