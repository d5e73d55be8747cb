package io.lynse.coordinator.shardclient;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import io.lynse.wire.v1.IndexParameters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A collection of a {@link FakeShard}: a map, scanned. */
final class FakeCollection {

    private record Row(float[] vector, @Nullable Fields fields, OrderStamp stamp, boolean deleted) {}

    private final Map<RowId, Row> rows = new LinkedHashMap<>();
    CollectionInfo info;
    IndexParameters parameters = IndexParameters.getDefaultInstance();
    private long rowsEver;

    FakeCollection(CollectionInfo info) {
        this.info = info;
    }

    void write(RowBatch batch, long stampClock) {
        Ids ids = Objects.requireNonNull(batch.ids(), "a coordinator always names ids");
        if (info.dimension() == 0) {
            info = new CollectionInfo(info.id(), info.name(), batch.vectors().dimension(), info.elementType(), info.description(), info.indexMode());
        }
        for (int row = 0; row < batch.count() && batch.kind() == WriteKind.ADD; row++) {
            if (rows.containsKey(ids.get(row))) throw new LynseException(LynseError.invalid("ids", "external id " + ids.get(row) + " already exists"));
        }
        for (int row = 0; row < batch.count(); row++) {
            Row old = rows.get(ids.get(row));
            if (old == null) rowsEver++;
            Fields fields = batch.fields().get(row) == null && old != null ? old.fields() : batch.fields().get(row);
            var stamp = old == null ? new OrderStamp(stampClock, batch.place(row)) : old.stamp();
            rows.put(ids.get(row), new Row(batch.vectors().row(row), fields, stamp, false));
        }
    }

    void mark(Ids ids, boolean deleted) {
        for (RowId id : ids.toList()) rows.computeIfPresent(id, (_, row) -> new Row(row.vector(), row.fields(), row.stamp(), deleted));
    }

    long compact() {
        long before = rows.size();
        rows.values().removeIf(Row::deleted);
        return before - rows.size();
    }

    Hits search(float[] query, Query.Options options) {
        var metric = info.metric();
        record Scored(RowId id, Row row, float score) {}
        List<Scored> best = rows.entrySet().stream()
                .filter(entry -> !entry.getValue().deleted())
                .map(entry -> new Scored(entry.getKey(), entry.getValue(), score(query, entry.getValue().vector())))
                .sorted(((Comparator<Scored>) (a, b) -> metric.compareScores(a.score(), b.score())).thenComparing(Scored::id, RowId.ORDER))
                .limit(options.k())
                .toList();
        var scores = new float[best.size()];
        for (int i = 0; i < scores.length; i++) scores[i] = best.get(i).score();
        var fields = new ArrayList<@Nullable Fields>();
        best.forEach(hit -> fields.add(hit.row().fields()));
        return new Hits(Ids.of(best.stream().map(Scored::id).toList()), scores, options.withFields() ? FieldBlock.of(fields) : FieldBlock.NONE);
    }

    private float score(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) sum += info.metric().higherIsBetter() ? a[i] * b[i] : (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    Rows read(RowSelection selection, boolean withVectors, boolean withFields) {
        List<RowId> byStamp = rows.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getValue().stamp()))
                .map(Map.Entry::getKey)
                .toList();
        List<RowId> chosen = switch (selection) {
            case RowSelection.ById(Ids ids) -> ids.toList().stream().filter(rows::containsKey).toList();
            case RowSelection.Head(int n) -> byStamp.stream().limit(n).toList();
            case RowSelection.Tail(int n) -> byStamp.subList(Math.max(0, byStamp.size() - n), byStamp.size());
            case RowSelection.Deleted() -> byStamp.stream().filter(id -> row(id).deleted()).toList();
        };
        var fields = new ArrayList<@Nullable Fields>();
        chosen.forEach(id -> fields.add(row(id).fields()));
        return new Rows(
                Ids.of(chosen),
                withVectors ? Vectors.of(chosen.stream().map(id -> row(id).vector()).toArray(float[][]::new)) : Vectors.of(),
                withFields ? FieldBlock.of(fields) : FieldBlock.NONE,
                chosen.stream().map(id -> row(id).stamp()).toArray(OrderStamp[]::new));
    }

    private Row row(RowId id) {
        return Objects.requireNonNull(rows.get(id));
    }

    CollectionStats stats() {
        long largest = rows.keySet().stream().mapToLong(id -> id instanceof RowId.IntId(long value) ? value : -1).max().orElse(-1);
        var names = rows.values().stream().flatMap(row -> row.fields() == null ? List.<String>of().stream() : row.fields().toMap().keySet().stream());
        return new CollectionStats(
                info,
                rows.size(),
                rows.values().stream().filter(Row::deleted).count(),
                largest,
                rowsEver,
                rows.keySet().stream().anyMatch(RowId.TextId.class::isInstance),
                names.distinct().sorted().toList(),
                "/data/" + info.name());
    }

    boolean holdsTextIds() {
        return stats().holdsTextIds();
    }

    static CollectionInfo described(CollectionInfo info, @Nullable String description) {
        return new CollectionInfo(info.id(), info.name(), info.dimension(), info.elementType(), description, info.indexMode());
    }

}
