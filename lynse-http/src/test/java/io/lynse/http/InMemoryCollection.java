package io.lynse.http;

import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.Metric;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One collection of {@link InMemoryDatabases}: rows by id, in the order of their first insert. */
final class InMemoryCollection {

    private record Row(RowId id, float[] vector, Fields fields, boolean deleted) {}

    private CollectionInfo info;
    private final LinkedHashMap<RowId, Row> rows = new LinkedHashMap<>();
    private long rowsEver;
    private long largestIntId = -1;
    private boolean holdsTextIds;

    InMemoryCollection(CollectionInfo info) {
        this.info = info;
    }

    CollectionInfo info() {
        return info;
    }

    void describe(String description) {
        info = new CollectionInfo(info.id(), info.name(), info.dimension(), info.elementType(), description, info.indexMode());
    }

    void index(@Nullable IndexMode mode) {
        info = new CollectionInfo(info.id(), info.name(), info.dimension(), info.elementType(), info.description(), mode);
    }

    CollectionStats stats() {
        var names = new TreeSet<String>();
        rows.values().forEach(row -> names.addAll(row.fields().toMap().keySet()));
        long deleted = rows.values().stream().filter(Row::deleted).count();
        return new CollectionStats(info, rows.size(), deleted, largestIntId, rowsEver, holdsTextIds, List.copyOf(names), "/data");
    }

    boolean has(RowId id) {
        return rows.containsKey(id);
    }

    Ids write(RowBatch batch) {
        int given = batch.vectors().dimension();
        if (info.dimension() != 0 && info.dimension() != given) {
            throw InMemoryDatabases.invalid("vectors", "Dimension mismatch: expected " + info.dimension() + ", got " + given);
        }
        Ids ids = batch.ids() != null ? batch.ids() : Ids.range(stats().maxId() + 1, batch.count());
        if (batch.kind() == WriteKind.ADD) {
            ids.toList().stream().filter(rows::containsKey).findFirst().ifPresent(id -> {
                throw InMemoryDatabases.invalid("ids", "external id " + id + " already exists");
            });
        }
        info = new CollectionInfo(info.id(), info.name(), given, info.elementType(), info.description(), info.indexMode());
        for (int i = 0; i < batch.count(); i++) put(ids.get(i), batch.vectors().row(i), batch.fields().get(i));
        return ids;
    }

    private void put(RowId id, float[] vector, @Nullable Fields fields) {
        Row before = rows.get(id);
        Fields own = fields != null ? fields : before != null ? before.fields() : Fields.EMPTY;
        rows.put(id, new Row(id, vector, own, false));
        if (before != null) return;
        rowsEver++;
        switch (id) {
            case RowId.IntId(long value) -> largestIntId = Math.max(largestIntId, value);
            case RowId.TextId _ -> holdsTextIds = true;
        }
    }

    void mark(Ids ids, boolean deleted) {
        ids.toList().forEach(id -> rows.computeIfPresent(id, (_, row) -> new Row(id, row.vector(), row.fields(), deleted)));
    }

    long compact() {
        int before = rows.size();
        rows.values().removeIf(Row::deleted);
        return before - rows.size();
    }

    Rows read(RowSelection selection, boolean withVectors, boolean withFields) {
        List<Row> all = List.copyOf(rows.values());
        List<Row> chosen = switch (selection) {
            case RowSelection.ById(Ids ids) -> ids.toList().stream().map(id -> rows.containsKey(id) ? rows.get(id) : rows.get(InMemoryDatabases.missing(id))).toList();
            case RowSelection.Head(int n) -> all.subList(0, Math.min(n, all.size()));
            case RowSelection.Tail(int n) -> all.subList(Math.max(0, all.size() - n), all.size());
            case RowSelection.Deleted() -> all.stream().filter(Row::deleted).toList();
        };
        Vectors vectors = withVectors && !chosen.isEmpty() ? Vectors.of(chosen.stream().map(Row::vector).toArray(float[][]::new))
                : new Vectors(0, info.dimension(), ElementType.FLOAT32, java.nio.ByteBuffer.allocate(0));
        OrderStamp[] stamps = IntStream.range(0, chosen.size()).mapToObj(place -> new OrderStamp(1, place)).toArray(OrderStamp[]::new);
        return new Rows(Ids.of(chosen.stream().map(Row::id).toList()), vectors, withFields ? fields(chosen) : FieldBlock.NONE, stamps);
    }

    Hits search(float[] vector, Query.Options options) {
        if (info.dimension() == 0 || rows.isEmpty() && vector.length == info.dimension()) return Hits.NONE;
        if (vector.length != info.dimension()) {
            throw InMemoryDatabases.invalid("vector", "Dimension mismatch: expected " + info.dimension() + ", got " + vector.length);
        }
        Metric metric = info.metric();
        record Scored(Row row, float score) {}
        List<Scored> best = new ArrayList<>(rows.values().stream().filter(row -> !row.deleted())
                .map(row -> new Scored(row, score(metric, vector, row.vector())))
                .filter(hit -> options.threshold().isEmpty() || metric.compareScores(hit.score(), (float) options.threshold().getAsDouble()) <= 0)
                .sorted((a, b) -> {
                    int order = metric.compareScores(a.score(), b.score());
                    return order != 0 ? order : RowId.ORDER.compare(a.row().id(), b.row().id());
                })
                .limit(options.k()).toList());
        float[] scores = new float[best.size()];
        for (int i = 0; i < scores.length; i++) scores[i] = best.get(i).score();
        List<Row> hits = best.stream().map(Scored::row).toList();
        return new Hits(Ids.of(hits.stream().map(Row::id).toList()), scores, options.withFields() ? fields(hits) : FieldBlock.NONE);
    }

    private static FieldBlock fields(List<Row> rows) {
        List<@Nullable Fields> fields = new ArrayList<>();
        rows.forEach(row -> fields.add(row.fields()));
        return FieldBlock.of(fields);
    }

    private static float score(Metric metric, float[] a, float[] b) {
        double dot = 0, squares = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            squares += (a[i] - b[i]) * (a[i] - b[i]);
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return (float) switch (metric) {
            case IP -> dot;
            case L2 -> squares;
            case COSINE -> aa == 0 || bb == 0 ? 1 : 1 - dot / Math.sqrt(aa * bb);
            default -> throw new UnsupportedOperationException("this fake knows no " + metric);
        };
    }
}
