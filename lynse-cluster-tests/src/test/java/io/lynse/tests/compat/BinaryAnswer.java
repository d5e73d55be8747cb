package io.lynse.tests.compat;

import io.lynse.tests.Api;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Binary answers (wire contract 5.2, 5.3, 5.5) as JSON, so that one comparison serves both. */
final class BinaryAnswer {

    private final ByteBuffer in;

    private BinaryAnswer(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param path what was asked, with or without its query
     * @return empty if the answers of this path are plain bytes
     * @throws IllegalArgumentException if the bytes are no such answer
     */
    static Optional<JsonNode> decode(String path, byte[] bytes) {
        var answer = new BinaryAnswer(bytes);
        try {
            JsonNode decoded = switch (path.replaceFirst("\\?.*", "")) {
                case "/search_binary" -> answer.hits();
                case "/batch_search_binary" -> answer.batch();
                case "/head_binary", "/tail_binary" -> answer.rows();
                default -> null;
            };
            if (decoded != null && answer.in.hasRemaining()) throw new IllegalArgumentException(answer.in.remaining() + " bytes left over");
            return Optional.ofNullable(decoded);
        } catch (BufferUnderflowException | JacksonException broken) {
            throw new IllegalArgumentException("not a binary answer: " + broken, broken);
        }
    }

    private JsonNode hits() {
        int count = in.getInt();
        ObjectNode hits = Api.JSON.createObjectNode();
        hits.set("ids", ids(count));
        hits.set("scores", floats(count));
        hits.set("fields", fields());
        return hits;
    }

    private JsonNode batch() {
        int count = in.getInt();
        ArrayNode results = Api.JSON.createArrayNode();
        for (int i = 0; i < count; i++) results.add(hits());
        return results;
    }

    private JsonNode rows() {
        int count = in.getInt();
        int dimension = in.getInt();
        ObjectNode rows = Api.JSON.createObjectNode();
        rows.put("dim", dimension);
        rows.set("vectors", floats(Math.multiplyExact(count, dimension)));
        rows.set("ids", ids(count));
        rows.set("fields", fields());
        return rows;
    }

    private ArrayNode ids(int count) {
        ArrayNode ids = Api.JSON.createArrayNode();
        for (int i = 0; i < count; i++) ids.add(new BigInteger(Long.toUnsignedString(in.getLong())));
        return ids;
    }

    private ArrayNode floats(int count) {
        ArrayNode floats = Api.JSON.createArrayNode();
        for (int i = 0; i < count; i++) floats.add(in.getFloat());
        return floats;
    }

    private JsonNode fields() {
        int length = in.getInt();
        if (length == 0) return Api.JSON.createArrayNode();
        if (length < 0 || length > in.remaining()) throw new BufferUnderflowException();
        byte[] json = new byte[length];
        in.get(json);
        return Api.JSON.readTree(json);
    }
}
