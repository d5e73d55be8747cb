package io.lynse.engine;

import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.field.Fields;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a collection should do, said as simply as possible: a map, gone through from end to end. */
final class NaiveCollection {

    record Row(RowId id, float[] vector, Fields fields, OrderStamp stamp, boolean deleted) {}

    private static final Comparator<Row> BY_STAMP = Comparator.comparing(Row::stamp).thenComparing(Row::id, RowId.ORDER);

    final Map<RowId, Row> rows = new LinkedHashMap<>();
    long rowsEver;
    long largestIntId = -1;
    boolean holdsTextIds;

    boolean has(RowId id) {
        return rows.containsKey(id);
    }

    void insert(RowId id, float[] vector, @Nullable Fields fields, OrderStamp stamp) {
        rows.put(id, new Row(id, vector, fields == null ? Fields.EMPTY : fields, stamp, false));
        rowsEver++;
        if (id instanceof RowId.IntId(long value)) largestIntId = Math.max(largestIntId, value);
        else holdsTextIds = true;
    }

    void upsert(RowId id, float[] vector, @Nullable Fields fields, OrderStamp stamp) {
        Row old = rows.get(id);
        if (old == null) insert(id, vector, fields, stamp);
        else rows.put(id, new Row(id, vector, fields == null ? old.fields : fields, old.stamp, false));
    }

    void mark(RowId id, boolean deleted) {
        rows.computeIfPresent(id, (same, row) -> new Row(id, row.vector, row.fields, row.stamp, deleted));
    }

    long compact() {
        long before = rows.size();
        rows.values().removeIf(Row::deleted);
        return before - rows.size();
    }

    long maxId() {
        return Math.max(largestIntId, rowsEver - 1);
    }

    List<Row> inOrder() {
        return rows.values().stream().sorted(BY_STAMP).toList();
    }

    List<Row> deleted() {
        return inOrder().stream().filter(Row::deleted).toList();
    }

    List<Row> live() {
        return rows.values().stream().filter(row -> !row.deleted).toList();
    }
}
