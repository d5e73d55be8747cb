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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        server = new TestServer(scripted, Map.of("lynse.http.request-heap", "300KB", "lynse.http.request-memory", "3MB", "logging.level.io.lynse.http.error", "off"));
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

    /** 200 KB of vectors are kept on the heap, 2 MB outside. */
    @ParameterizedTest
    @ValueSource(ints = {25_000, 75_000})
    void aLargeBodyMoreThanTheBudgetHoldsIsA429AndFitsLater(int rows) throws Exception {
        String path = "/bulk_add_binary?database_name=d&collection_name=wide&n_vectors=" + rows + "&dim=" + (rows == 25_000 ? 2 : 7);
        server.params("/required_collection", "{\"database_name\":\"d\",\"collection_name\":\"wide\",\"dim\":" + (rows == 25_000 ? 2 : 7) + "}");
        byte[] large = new byte[rows * (rows == 25_000 ? 2 : 7) * Float.BYTES];
        var gate = new CountDownLatch(1);
        GATE.set(gate);
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> server.binary(path, large));
            Awaitility.await().until(() -> WRITES.get() == 1); // its body is held while it waits
            HttpResponse<byte[]> second = server.binary(path, large);
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
        // An answer may be there a moment before what it was made of is given back.
        Awaitility.await().until(() -> server.binary(path, large).statusCode() == 200);
        awaitNothingHeld();
    }

    @Test
    void aBodyThatCouldNeverBeHeldIsA413ThatNamesTheLimit() {
        HttpResponse<byte[]> answer = server.binary("/bulk_add_binary?database_name=d&collection_name=c&n_vectors=1&dim=1", new byte[4 << 20]);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(text(answer)).contains("4194304 bytes, limit 3145728");
        assertThat(WRITES).hasValue(0);
    }

    /** Each is far more on the heap than on the wire. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"database_name\":\"d\",\"collection_name\":\"c\",\"ids\":[%s]}", "{\"database_name\":\"d\",\"collection_name\":\"c\",\"ids\":[1],\"more\":[%s]}"})
    void jsonThatWouldFillTheHeapIsRefusedWhileItIsRead(String body) {
        HttpResponse<byte[]> answer = server.json("/delete", body.formatted("7,".repeat(20_000) + "7"));
        assertThat(answer.statusCode()).isEqualTo(413);
        awaitNothingHeld();
    }

    private static void awaitNothingHeld() {
        Awaitility.await().until(() -> text(server.get("/metrics")),
                metrics -> metrics.contains("lynse_request_memory_bytes{kind=\"heap\"} 0.0") && metrics.contains("lynse_request_memory_bytes{kind=\"off_heap\"} 0.0"));
    }

    private static HttpResponse<byte[]> failing(LynseError error) {
        FAILURE.set(new LynseException(error));
        return server.json("/add", ADD);
    }
}
