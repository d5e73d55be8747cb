package io.lynse.shard.app;

import io.lynse.http.app.ServeOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole node in this JVM on ports of its own, and an HTTP client of it. */
final class RunningNode implements AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final @Nullable String key;

    record Answer(int status, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    static RunningNode start(Path directory) {
        return start(directory, Map.of(), null);
    }

    /** @param key sent with every request; null: none */
    static RunningNode start(Path directory, Map<String, Object> more, @Nullable String key) {
        var properties = new HashMap<String, Object>(Map.of("lynse.data-dir", directory.toString(), "server.port", 0, "lynse.grpc.port", 0));
        properties.putAll(more);
        return new RunningNode(new ServeOptions().application(ShardNode.class, properties).run(), key);
    }

    private RunningNode(ConfigurableApplicationContext context, @Nullable String key) {
        this.context = context;
        this.key = key;
    }

    int httpPort() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    int grpcPort() {
        return context.getEnvironment().getRequiredProperty("lynse.grpc.local-port", Integer.class);
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String json) {
        return send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path));
        return key == null ? request : request.header("authorization", "Bearer " + key);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
