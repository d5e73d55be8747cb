package io.lynse.tests.ledger;

import io.lynse.model.RowId;
import io.lynse.tests.Api;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A row as a read returned it. */
public record StoredRow(RowId id, JsonNode vector, JsonNode fields, boolean deleted) {

    /**
     * @param triple  {@code [vectors, ids, fields]} as {@code /head} answers
     * @param deleted ids as {@code /list_deleted_ids} answers
     */
    public static List<StoredRow> of(JsonNode triple, JsonNode deleted) {
        Set<RowId> tombstones = new HashSet<>();
        deleted.forEach(id -> tombstones.add(id(id)));
        var rows = new ArrayList<StoredRow>();
        for (int i = 0; i < triple.get(1).size(); i++) {
            RowId id = id(triple.get(1).get(i));
            rows.add(new StoredRow(id, triple.get(0).get(i), triple.get(2).get(i), tombstones.contains(id)));
        }
        return rows;
    }

    /** An id as requests carry it. */
    public static Object json(RowId id) {
        return switch (id) {
            case RowId.IntId(long value) -> value;
            case RowId.TextId(String value) -> value;
        };
    }

    static RowId id(JsonNode json) {
        return json.isString() ? RowId.of(json.stringValue()) : RowId.of(json.longValue());
    }

    /** The version that the row says it is. */
    Version version() {
        return new Version(id, fields.path("version").asInt(0), deleted);
    }

    /** What is stored but is not what that version holds. */
    Optional<String> damage() {
        JsonNode wanted = Api.JSON.valueToTree(version().fields());
        if (!fields.equals(Api.JSON.readTree(Api.JSON.writeValueAsString(wanted)))) return Optional.of("fields " + fields + ", expected " + wanted);
        float[] vector = version().vector();
        for (int i = 0; i < vector.length; i++) {
            if (this.vector.size() != vector.length || (float) this.vector.get(i).doubleValue() != vector[i])
                return Optional.of("vector " + this.vector + ", expected component " + i + " to be " + vector[i]);
        }
        return Optional.empty();
    }
}
