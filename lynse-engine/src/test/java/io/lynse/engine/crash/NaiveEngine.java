package io.lynse.engine.crash;

import io.lynse.engine.Applied;
import io.lynse.engine.NaiveCollection;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.WriteKind;
import io.lynse.model.field.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a node should hold after a number of operations. Each operation is one LSN. */
final class NaiveEngine {

    /** A collection that exists. */
    static final class Held {
        final CollectionId id;
        final String name;
        final ElementType elements;
        final NaiveCollection rows = new NaiveCollection();
        int dimension;
        boolean hasGraph; // for L2
        @Nullable String description;

        private Held(Op.Create create) {
            id = create.id();
            name = create.name();
            elements = create.elements();
            dimension = create.dimension();
        }
    }

    final Map<Long, Held> collections = new TreeMap<>();
    boolean hasDatabase;
    private long lsn;
    private long largestStamp;

    long lsn() {
        return lsn;
    }

    long largestStamp() {
        return largestStamp;
    }

    /** @return what the engine should answer; of a refusal, null */
    Applied.@Nullable Result apply(Op op) {
        lsn++;
        return switch (op) {
            case Op.CreateDb() -> {
                hasDatabase = true;
                yield new Applied.DatabaseChanged();
            }
            case Op.Create create -> {
                collections.put(create.id().value(), new Held(create));
                yield new Applied.DatabaseChanged();
            }
            case Op.Drop(CollectionId id) -> {
                collections.remove(id.value());
                yield new Applied.DatabaseChanged();
            }
            case Op.Describe(CollectionId id, String description) -> {
                held(id).description = description;
                yield new Applied.DatabaseChanged();
            }
            case Op.Index(CollectionId id) -> {
                held(id).hasGraph = true;
                yield new Applied.DatabaseChanged();
            }
            case Op.Write write -> write(write);
            case Op.Mark(CollectionId id, List<RowId> ids, boolean deleted) -> {
                ids.forEach(row -> held(id).rows.mark(row, deleted));
                yield new Applied.RowsMarked();
            }
            case Op.Purge(CollectionId id) -> new Applied.RowsCompacted(held(id).rows.compact());
        };
    }

    Held held(CollectionId id) {
        Held held = collections.get(id.value());
        if (held == null) throw new IllegalArgumentException("there is no collection " + id);
        return held;
    }

    private Applied.@Nullable Result write(Op.Write write) {
        Held held = held(write.id());
        NaiveCollection rows = held.rows;
        largestStamp = Math.max(largestStamp, write.clock());
        int given = write.vectors()[0].length;
        if (held.dimension > 0 && held.dimension != given) return null;
        List<RowId> ids = write.ids() != null
                ? write.ids()
                : LongStream.rangeClosed(1, write.vectors().length).mapToObj(i -> RowId.of(rows.maxId() + i)).toList();
        if (write.kind() == WriteKind.ADD && ids.stream().anyMatch(rows::has)) return null;
        held.dimension = given;
        for (int row = 0; row < ids.size(); row++) {
            Fields fields = write.fields().isEmpty() ? null : write.fields().get(row);
            rows.upsert(ids.get(row), write.vectors()[row], fields, new OrderStamp(write.clock(), row));
        }
        return new Applied.RowsWritten(io.lynse.model.Ids.of(new ArrayList<>(ids)));
    }
}
