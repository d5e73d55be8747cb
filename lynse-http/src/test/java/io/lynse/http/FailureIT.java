package io.lynse.http;

import static io.lynse.http.TestServer.body;
import static io.lynse.http.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.RowId;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients are told when the service behind the API fails, is busy, or the client itself goes away. */
class FailureIT {

    private static final String ADD = "{\"database_name\":\"d\",\"collection_name\":\"c\",\"ids\":[1],\"vectors\":[[1,0]]}";

    /** What the next write throws; null: it succeeds. */
    private static final AtomicReference<@Nullable RuntimeException> FAILURE = new AtomicReference<>();
    private static final AtomicInteger WRITES = new AtomicInteger();
    /** Writes wait for it. */
    private static final AtomicReference<CountDownLatch> GATE = new AtomicReference<>(new CountDownLatch(0));

    private static TestServer server;

    @BeforeAll
    static void start() {
        var stored = new InMemoryDatabases(false);
        Databases scripted = (Databases) Proxy.newProxyInstance(FailureIT.class.getClassLoader(), new Class<?>[] {Databases.class}, (_, method, args) -> {
            if (method.getName().equals("write")) {
                WRITES.incrementAndGet();
                GATE.get().await();
                RuntimeException failure = FAILURE.get();
                if (failure != null) throw failure;
            }
            try {
                return method.invoke(stored, args);
            } catch (java.lang.reflect.InvocationTargetException thrown) {
                throw thrown.getTargetException();
            }
        });
        server = new TestServer(scripted, Map.of("lynse.http.bodies-in-flight", "300KB", "logging.level.io.lynse.http.error", "off"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void emptyCollection() {
        FAILURE.set(null);
        server.params("/create_database", "{\"database_name\":\"d\",\"drop_if_exists\":true}");
        server.params("/required_collection", "{\"database_name\":\"d\",\"collection_name\":\"c\",\"dim\":2}");
        WRITES.set(0);
    }

    @Test
    void aPartialWriteSaysWhichIdsAreIn() {
        HttpResponse<byte[]> answer = failing(new LynseError.PartialWrite("group sg1 did not answer", List.of(RowId.of(1)), List.of(RowId.of("x")), List.of(RowId.of(3), RowId.of("y"))));
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(text(answer)).isEqualTo("{\"code\":\"partial_write\",\"error\":\"group sg1 did not answer\",\"refused\":[\"x\"],\"unknown\":[3,\"y\"],\"written\":[1]}");
    }

    @Test
    void aRefusalThatMayPassSaysWhenToRetry() {
        HttpResponse<byte[]> unavailable = failing(new LynseError.Unavailable("no primary", Duration.ofMillis(2500)));
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("retry-after")).hasValue("2");
        HttpResponse<byte[]> overloaded = failing(new LynseError.Overloaded("log full", Duration.ofMillis(10)));
        assertThat(overloaded.statusCode()).isEqualTo(429);
        assertThat(overloaded.headers().firstValue("retry-after")).hasValue("1");
    }

    @Test
    void ourOwnBugIsA500ThatNamesTheLogEntryAndNothingElse() {
        FAILURE.set(new IllegalStateException("secret detail"));
        HttpResponse<byte[]> answer = server.json("/add", ADD);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(body(answer).get("code").asString()).isEqualTo("internal_error");
        assertThat(body(answer).get("request_id").asString()).isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
        assertThat(text(answer)).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void aBodyThatBreaksOffWritesNothing() throws IOException {
        for (String head : List.of("POST /add HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: " + (ADD.length() + 1) + "\r\n\r\n" + ADD,
                "POST /bulk_add_binary?database_name=d&collection_name=c&dim=2&n_vectors=1 HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n12345678")) {
            try (var socket = new Socket(server.uri("/").getHost(), server.uri("/").getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                socket.shutdownOutput();
                while (socket.getInputStream().read() >= 0) {} // until the server has given up on it
            }
        }
        assertThat(WRITES).hasValue(0);
        assertThat(server.params("/collection_shape", "{\"database_name\":\"d\",\"collection_name\":\"c\"}").get("shape").toString()).isEqualTo("[0,2]");
    }

    @Test
    void aLargeBodyMoreThanTheBudgetHoldsIsA429AndFitsLater() throws Exception {
        var gate = new CountDownLatch(1);
        GATE.set(gate);
        String large = ADD + " ".repeat(200 * 1024);
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> server.json("/add", large));
            Awaitility.await().until(() -> WRITES.get() == 1); // its body is held while it waits
            HttpResponse<byte[]> second = server.json("/add", large);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("retry-after")).hasValue("1");
            assertThat(body(second).get("code").asString()).isEqualTo("overloaded");
            assertThat(server.json("/stats", "{\"database_name\":\"d\",\"collection_name\":\"c\"}").statusCode()).as("small bodies pass").isEqualTo(200);
            gate.countDown();
            assertThat(first.get().statusCode()).isEqualTo(200);
        } finally {
            gate.countDown();
        }
        assertThat(WRITES).hasValue(1);
        assertThat(server.json("/upsert", large).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> failing(LynseError error) {
        FAILURE.set(new LynseException(error));
        return server.json("/add", ADD);
    }
}
