package io.lynse.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers as it was told to and remembers what it was asked. */
public final class StubCoordinator implements AutoCloseable {

    /** One request. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Asked(String method, String path, String query, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** One answer. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Answer(int status, byte[] body) {
        public static Answer ok(String params) {
            return new Answer(200, ("{\"status\":\"success\",\"params\":" + params + "}").getBytes(StandardCharsets.UTF_8));
        }

        public static Answer error(int status, String body) {
            return new Answer(status, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final HttpServer server;
    private final List<Asked> asked = new ArrayList<>();
    private final Map<String, Function<Asked, Answer>> routes = new HashMap<>();

    public StubCoordinator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public StubCoordinator on(String path, Function<Asked, Answer> answer) {
        routes.put(path, answer);
        return this;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new HashMap<String, String>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            URI uri = exchange.getRequestURI();
            var request = new Asked(exchange.getRequestMethod(), uri.getPath(), String.valueOf(uri.getQuery()), headers, exchange.getRequestBody().readAllBytes());
            synchronized (this) {
                asked.add(request);
            }
            Answer answer = routes.getOrDefault(request.path(), r -> Answer.error(404, "")).apply(request);
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
