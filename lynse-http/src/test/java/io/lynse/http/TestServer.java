package io.lynse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.http.app.HttpApi;
import io.lynse.http.app.ServiceFace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API over a real Tomcat on a free port of loopback, with {@link InMemoryDatabases} behind it. */
public final class TestServer implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(HttpApi.class)
    static class App {
        @Bean
        ServiceFace face(Databases databases) {
            return databases instanceof InMemoryDatabases fake && fake.cluster() ? ServiceFace.coordinator(() -> true) : ServiceFace.node(Path.of("/data"), () -> true);
        }
    }

    /** @param settings besides those every server has */
    public TestServer(Databases databases, Map<String, Object> settings) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", 0);
        properties.put("logging.level.root", "warn");
        properties.putAll(settings);
        SpringApplication application = HttpApi.application(App.class, properties);
        application.addInitializers(starting -> starting.getBeanFactory().registerSingleton("databases", databases));
        context = application.run();
        base = URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public URI uri(String path) {
        return base.resolve(path);
    }

    public HttpResponse<byte[]> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET().build());
    }

    public HttpResponse<byte[]> json(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).header("content-type", "application/json").POST(BodyPublishers.ofString(body)).build());
    }

    public HttpResponse<byte[]> binary(String path, byte[] body) {
        return send(HttpRequest.newBuilder(uri(path)).header("content-type", "application/octet-stream").POST(BodyPublishers.ofByteArray(body)).build());
    }

    /** The {@code params} of a successful answer. */
    public JsonNode params(String path, String body) {
        return params(json(path, body));
    }

    public static JsonNode params(HttpResponse<byte[]> answer) {
        JsonNode body = body(answer);
        assertThat(answer.statusCode()).as("%s", body).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(body.get("status").asString()).isEqualTo("success");
        return body.get("params");
    }

    public static JsonNode body(HttpResponse<byte[]> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    public static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    public HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new AssertionError("no answer to " + request, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
