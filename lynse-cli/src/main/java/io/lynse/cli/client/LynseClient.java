package io.lynse.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the public HTTP API of a coordinator or a node. Safe for use by several threads; each call in flight has its
 * own kept-alive connection.
 *
 * <p>All calls throw {@link HttpFailure} for an answer other than 200 and {@link LynseUnreachable} when none comes.
 */
public final class LynseClient implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String JSON_TYPE = "application/json";
    private static final String BINARY_TYPE = "application/octet-stream";

    private final URI base;
    private final @Nullable String apiKey;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param base    for example {@code http://127.0.0.1:7637}
     * @param apiKey  sent as a bearer token; null: none
     * @param timeout of one call, connecting included
     */
    public LynseClient(URI base, @Nullable String apiKey, Duration timeout) {
        this.base = base;
        this.apiKey = apiKey;
        this.timeout = timeout;
        // HTTP/1.1 is what the services speak; asking for an upgrade first would only cost.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** Whether the service says that it can do its own part. False too when nothing answers. */
    public boolean isReady() {
        try {
            exchange(request("/readyz").GET().build());
            return true;
        } catch (HttpFailure | LynseUnreachable notYet) {
            return false;
        }
    }

    /** The {@code params} of {@code /cluster_info}, without the routing tables. */
    public JsonNode clusterInfo() {
        return params(exchange(request("/cluster_info?tables=false").GET().build()));
    }

    /** An operator's verb. @return what the coordinator answered, as JSON */
    public String operate(String verb, Map<String, Object> body) {
        return post("/cluster/" + verb, body).toString();
    }

    /** Creates a database anew: one of that name is dropped. */
    public void createDatabase(String database) {
        post("/create_database", Map.of("database_name", database, "drop_if_exists", true));
    }

    /** Opens a collection, or creates it for vectors of this dimension. */
    public void createCollection(Target target, int dim) {
        Map<String, Object> body = named(target);
        body.put("dim", dim);
        post("/required_collection", body);
    }

    public long countRows(Target target) {
        return post("/collection_shape", named(target)).path("shape").path(0).longValue();
    }

    /**
     * Adds rows with the ids {@code firstId}, {@code firstId + 1}, ... On return they are acknowledged.
     *
     * @param vectors half floats, little-endian, row after row
     * @param fields  an LDBF1 payload with one record per row
     */
    public void addHalfFloats(Target target, int dim, long firstId, int rows, byte[] vectors, ByteBuffer fields) {
        String path = "/add_binary_ids?" + query(target, dim)
                + "&n_vectors=" + rows + "&vector_encoding=float16&ids_encoding=range&ids_start=" + firstId + "&return_ids=false";
        // Java's client takes a body in pieces only as a list of arrays; copying once here is the cheaper way.
        byte[] body = ByteBuffer.allocate(vectors.length + fields.remaining()).put(vectors).put(fields).array();
        exchange(binary(path, body));
    }

    /** The ids of the at most {@code k} nearest rows, best first; the vector is half floats, little-endian. */
    public long[] searchIds(Target target, int dim, byte[] vector, int k) {
        byte[] block = exchange(binary("/search_binary?" + query(target, dim) + "&k=" + k
                + "&return_fields=false&nprobe=10&approx=false&eps=0.0001&vector_encoding=float16", vector));
        return SearchBlock.ids(block);
    }

    /** Searches by JSON, as a person would with curl. @return at most {@code k} rows, best first */
    public List<Found> search(Target target, float[] vector, int k) {
        JsonNode items = params(exchange(json("/search", searchBody(target, vector, k)))).path("items");
        var found = new ArrayList<Found>();
        for (int i = 0; i < items.path("ids").size(); i++) {
            Map<String, String> texts = items.path("fields").path(i).properties().stream()
                    .filter(field -> field.getValue().isString())
                    .collect(Collectors.toMap(Map.Entry::getKey, field -> field.getValue().stringValue()));
            found.add(new Found(items.path("ids").path(i).longValue(), items.path("scores").path(i).doubleValue(), texts));
        }
        return found;
    }

    /** The JSON body that {@link #search} sends. */
    public static String searchBody(Target target, float[] vector, int k) {
        Map<String, Object> body = named(target);
        body.put("vector", vector);
        body.put("k", k);
        body.put("return_fields", true);
        return JSON.writeValueAsString(body);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static Map<String, Object> named(Target target) {
        var body = new LinkedHashMap<String, Object>();
        body.put("database_name", target.database());
        body.put("collection_name", target.collection());
        return body;
    }

    private static String query(Target target, int dim) {
        return "database_name=" + encode(target.database()) + "&collection_name=" + encode(target.collection()) + "&dim=" + dim;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode post(String path, Map<String, Object> body) {
        return params(exchange(json(path, JSON.writeValueAsString(body))));
    }

    private HttpRequest json(String path, String body) {
        return request(path).header("Content-Type", JSON_TYPE).POST(BodyPublishers.ofString(body)).build();
    }

    private HttpRequest binary(String path, byte[] body) {
        return request(path).header("Content-Type", BINARY_TYPE).POST(BodyPublishers.ofByteArray(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(base.resolve(path)).timeout(timeout);
        return apiKey == null ? builder : builder.header("Authorization", "Bearer " + apiKey);
    }

    private byte[] exchange(HttpRequest request) {
        HttpResponse<byte[]> response;
        try {
            response = http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException noAnswer) {
            throw new LynseUnreachable(base, noAnswer);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LynseUnreachable(base, interrupted);
        }
        if (response.statusCode() != 200) {
            throw new HttpFailure(request.uri().getPath(), response.statusCode(), errorText(response.body()));
        }
        return response.body();
    }

    private static JsonNode params(byte[] body) {
        return JSON.readTree(body).path("params");
    }

    private static String errorText(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode error = JSON.readTree(text).path("error");
            return error.isString() ? error.stringValue() : text;
        } catch (JacksonException notJson) {
            return text;
        }
    }

    /** The answer of {@code /search_binary}: u32 n, n u64 ids, n f32 scores, then fields. */
    private static final class SearchBlock {
        static long[] ids(byte[] block) {
            ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
            long[] ids = new long[in.getInt()];
            in.asLongBuffer().get(ids);
            return ids;
        }
    }
}
