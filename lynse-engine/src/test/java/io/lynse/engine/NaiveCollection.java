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
public final class NaiveCollection {

    public record Row(RowId id, float[] vector, Fields fields, OrderStamp stamp, boolean deleted) {}

    private static final Comparator<Row> BY_STAMP = Comparator.comparing(Row::stamp).thenComparing(Row::id, RowId.ORDER);

    public final Map<RowId, Row> rows = new LinkedHashMap<>();
    public long rowsEver;
    public long largestIntId = -1;
    public boolean holdsTextIds;

    /** As it is now, whatever is done to this one later. */
    NaiveCollection copy() {
        var copy = new NaiveCollection();
        copy.rows.putAll(rows);
        copy.rowsEver = rowsEver;
        copy.largestIntId = largestIntId;
        copy.holdsTextIds = holdsTextIds;
        return copy;
    }

    public boolean has(RowId id) {
        return rows.containsKey(id);
    }

    public void insert(RowId id, float[] vector, @Nullable Fields fields, OrderStamp stamp) {
        rows.put(id, new Row(id, vector, fields == null ? Fields.EMPTY : fields, stamp, false));
        rowsEver++;
        if (id instanceof RowId.IntId(long value)) largestIntId = Math.max(largestIntId, value);
        else holdsTextIds = true;
    }

    public void upsert(RowId id, float[] vector, @Nullable Fields fields, OrderStamp stamp) {
        Row old = rows.get(id);
        if (old == null) insert(id, vector, fields, stamp);
        else rows.put(id, new Row(id, vector, fields == null ? old.fields : fields, old.stamp, false));
    }

    public void mark(RowId id, boolean deleted) {
        rows.computeIfPresent(id, (same, row) -> new Row(id, row.vector, row.fields, row.stamp, deleted));
    }

    public long compact() {
        long before = rows.size();
        rows.values().removeIf(Row::deleted);
        return before - rows.size();
    }

    public long maxId() {
        return Math.max(largestIntId, rowsEver - 1);
    }

    public List<Row> inOrder() {
        return rows.values().stream().sorted(BY_STAMP).toList();
    }

    public List<Row> deleted() {
        return inOrder().stream().filter(Row::deleted).toList();
    }

    public List<Row> live() {
        return rows.values().stream().filter(row -> !row.deleted).toList();
    }
}
