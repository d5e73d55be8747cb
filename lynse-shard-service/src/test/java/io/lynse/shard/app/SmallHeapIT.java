package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.model.GrpcPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node whose heap is smaller than what it is sent, as a process of its own: the contract's 512 MB into a heap of 512 MB, in small.
 * Whatever comes is done or refused by 413 or 429, and the node goes on.
 */
class SmallHeapIT {

    private static final int DIMENSION = 1024;
    private static final int ROWS = 25_000; // 100 MB, more than the heap
    private static final byte[] VECTORS = vectors();

    private static int port;
    @SuppressWarnings("NullAway.Init")
    private static Process node;

    @TempDir
    static Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        port = freePort();
        launch();
    }

    @AfterAll
    static void stop() throws Exception {
        node.destroyForcibly().waitFor();
    }

    @AfterEach
    void nothingIsHeldAndNothingBroke() throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> text(get("/metrics")),
                metrics -> metrics.contains("lynse_request_memory_bytes{kind=\"heap\"} 0.0") && metrics.contains("lynse_request_memory_bytes{kind=\"off_heap\"} 0.0"));
        assertThat(node.isAlive()).isTrue();
        assertThat(Files.readString(directory.resolve("out"))).doesNotContain("OutOfMemoryError").doesNotContain("\"level\":\"ERROR\"");
        client.close();
    }

    @Test
    void takesABodyLargerThanTheHeapAndHasItAfterAKill() throws Exception {
        createCollection("large");
        assertStatus(bulk("large"), 200);
        node.destroyForcibly().waitFor();
        launch();
        assertThat(text(json("/collection_shape", named("large") + "}"))).contains("[" + ROWS + "," + DIMENSION + "]");
    }

    @Test
    void manyAtOnceAreDoneOrRefusedAndCountExactly() throws Exception {
        createCollection("many");
        int done = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<HttpResponse<InputStream>>>();
            for (int i = 0; i < 4; i++) answers.add(threads.submit(() -> bulk("many")));
            for (var answer : answers) {
                assertThat(answer.get().statusCode()).isIn(200, 429);
                if (answer.get().statusCode() == 200) done++;
            }
        }
        assertThat(done).isPositive();
        assertThat(text(json("/collection_shape", named("many") + "}"))).contains("[" + done * ROWS + "," + DIMENSION + "]");
    }

    @Test
    void takesJsonFarLargerThanItsShareOfTheHeap() throws Exception {
        createCollection("json");
        String row = "[" + "0.25,".repeat(DIMENSION - 1) + "0.5]";
        var body = new StringBuilder(named("json")).append(",\"ids\":[0");
        int rows = 8_000; // 41 MB of text, 33 MB of vectors
        for (int i = 1; i < rows; i++) body.append(',').append(i);
        body.append("],\"fields\":[");
        for (int i = 0; i < rows; i++) body.append(i == 0 ? "" : ",").append("{\"text\":\"").append("x".repeat(1000)).append("\"}");
        body.append("],\"vectors\":[").append(row);
        for (int i = 1; i < rows; i++) body.append(',').append(row);
        assertStatus(json("/add", body.append("]}").toString()), 200);
    }

    /** Fields of recent rows are on the heap: of a batch with so many of them only a part at a time may be. */
    @Test
    void takesFieldsThatWouldFillTheHeap() throws Exception {
        createCollection("fields");
        int rows = 20_000; // 80 MB of text
        String vector = "[1" + ",0".repeat(DIMENSION - 1) + "]";
        var body = new StringBuilder(named("fields")).append(",\"ids\":[0");
        for (int i = 1; i < rows; i++) body.append(',').append(i);
        body.append("],\"fields\":[");
        for (int i = 0; i < rows; i++) body.append(i == 0 ? "" : ",").append("{\"text\":\"").append("x".repeat(4_000)).append("\"}");
        body.append("],\"vectors\":[").append(vector);
        for (int i = 1; i < rows; i++) body.append(',').append(vector);
        assertStatus(json("/add", body.append("]}").toString()), 200);
        assertThat(text(json("/collection_shape", named("fields") + "}"))).contains("[" + rows + "," + DIMENSION + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/delete ,\"ids\":[%s7]}", "/delete ,\"ids\":[1],\"other\":[%s7]}", "/search ,\"vector\":[%s7]}", "/add ,\"ids\":[%s7],\"vectors\":[[1]]}",
        "/batch_search ,\"vectors\":[[%s7]]}", "/query ,\"filter_ids\":[%s7]}"})
    void numbersThatWouldFillTheHeapAreRefused(String request) throws Exception {
        createCollection("c");
        String[] parts = request.split(" ", 2);
        HttpResponse<InputStream> answer = json(parts[0], named("c") + parts[1].formatted("7,".repeat(20_000_000)));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/delete ,\"ids\":[\"%s\"]}", "/add ,\"ids\":[\"%s\"]}", "/add ,\"fields\":[{\"a\":\"%s\"}]}", "/updata_description ,\"description\":\"%s\"}"})
    void aTextThatWouldFillTheHeapIsRefused(String request) throws Exception {
        createCollection("c");
        String[] parts = request.split(" ", 2);
        HttpResponse<InputStream> answer = json(parts[0], named("c") + parts[1].formatted("x".repeat(40_000_000)));
        assertThat(answer.statusCode()).as(parts[0] + text(answer)).isIn(413, 404);
    }

    @Test
    void manyQueriesAreAnsweredInBlocksAndTooManyHitsRefused() throws Exception {
        createCollection("queries");
        assertStatus(post("/bulk_add_binary?" + query("queries", 2_000), BodyPublishers.ofByteArray(VECTORS, 0, 2_000 * DIMENSION * Float.BYTES)), 200);
        BodyPublisher queries = BodyPublishers.ofByteArray(VECTORS, 0, 10_000 * DIMENSION * Float.BYTES);
        String path = "/batch_search_binary?database_name=d&collection_name=queries&dim=" + DIMENSION + "&n_queries=10000&k=";
        assertStatus(post(path + 10, queries), 200);
        assertThat(post(path + 2000, queries).statusCode()).isEqualTo(413);
    }

    @Test
    void aGraphBeyondTheHeapIsRefusedWithTheReasonAndASmallerOneIsBuilt() throws Exception {
        createCollection("graph");
        assertStatus(post("/bulk_add_binary?" + query("graph", 6_000), BodyPublishers.ofByteArray(VECTORS, 0, 6_000 * DIMENSION * Float.BYTES)), 200);
        HttpResponse<InputStream> refused = json("/build_index", named("graph") + ",\"index_mode\":\"HNSW-L2\",\"params\":{\"m\":512,\"ef_construction\":4}}");
        assertThat(text(refused)).contains("no index is built, searches stay exact: a graph of 6000 rows needs about", "-Xmx");
        assertThat(refused.statusCode()).isEqualTo(409);
        String labels = "collection=\"graph\",database=\"d\"";
        String problem = "lynse_index_problem{cause=\"heap\"," + labels + "} 1.0";
        assertThat(text(get("/metrics"))).contains("lynse_index_state{" + labels + ",state=\"failed\"} 1.0", problem);
        assertStatus(json("/build_index", named("graph") + ",\"index_mode\":\"HNSW-L2\",\"params\":{\"m\":8,\"ef_construction\":8}}"), 200);
        assertThat(text(get("/metrics"))).contains("lynse_index_state{" + labels + ",state=\"ready\"} 1.0").doesNotContain(problem);
    }

    @Test
    void answersLargerThanTheHeapAreSentWhileTheyAreMade() throws Exception {
        createCollection("read");
        assertStatus(bulk("read"), 200);
        HttpResponse<InputStream> answer = json("/query_vectors", named("read") + "}");
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream body = answer.body()) {
            assertThat(body.transferTo(java.io.OutputStream.nullOutputStream())).isGreaterThan((long) ROWS * DIMENSION * 3);
        }
    }

    private void createCollection(String name) throws Exception {
        assertStatus(json("/create_database", "{\"database_name\":\"d\"}"), 200);
        assertStatus(json("/required_collection", named(name) + ",\"dim\":" + DIMENSION + ",\"drop_if_exists\":true}"), 200);
    }

    private HttpResponse<InputStream> bulk(String collection) throws Exception {
        return post("/bulk_add_binary?" + query(collection, ROWS), BodyPublishers.ofByteArray(VECTORS));
    }

    private static String query(String collection, int rows) {
        return "database_name=d&collection_name=" + collection + "&dim=" + DIMENSION + "&n_vectors=" + rows;
    }

    private static String named(String collection) {
        return "{\"database_name\":\"d\",\"collection_name\":\"" + collection + "\"";
    }

    private HttpResponse<InputStream> json(String path, String body) throws Exception {
        return client.send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofInputStream());
    }

    private HttpResponse<InputStream> post(String path, BodyPublisher body) throws Exception {
        return client.send(request(path).header("content-type", "application/octet-stream").POST(body).build(), BodyHandlers.ofInputStream());
    }

    private HttpResponse<InputStream> get(String path) throws Exception {
        return client.send(request(path).GET().build(), BodyHandlers.ofInputStream());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofMinutes(1));
    }

    private static void assertStatus(HttpResponse<InputStream> answer, int status) throws IOException {
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != status) assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).as("status %d", answer.statusCode()).isEmpty();
            body.transferTo(java.io.OutputStream.nullOutputStream());
        }
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    private static String text(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void launch() throws Exception {
        node = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "--add-modules", "jdk.incubator.vector",
                        "-Xmx96m", "-XX:+ExitOnOutOfMemoryError", "-Dlynse.http.request-memory=450MB", "-cp", System.getProperty("java.class.path"), ShardMain.class.getName(),
                        "--port", Integer.toString(port), "--data-dir", directory.resolve("data").toString()))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile())).start();
        try (var waiting = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(120)).until(() -> {
                if (!node.isAlive()) throw new AssertionError(Files.readString(directory.resolve("out")));
                try {
                    return waiting.send(request("/readyz").build(), BodyHandlers.discarding()).statusCode() == 200;
                } catch (IOException notYet) {
                    return false;
                }
            });
        }
    }

    private static byte[] vectors() {
        ByteBuffer all = ByteBuffer.allocate(ROWS * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; all.hasRemaining(); i++) all.putFloat((i * 31 % 1000) / 1000f);
        return all.array();
    }

    /** Free, and its gRPC port with it. */
    private static int freePort() throws IOException {
        while (true) {
            try (var http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var grpc = new ServerSocket(GrpcPort.of(http.getLocalPort()), 1, InetAddress.getLoopbackAddress())) {
                assertThat(grpc.isBound()).isTrue();
                return http.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
