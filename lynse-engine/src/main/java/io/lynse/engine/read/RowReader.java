package io.lynse.engine.read;

import io.lynse.engine.recent.Part;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.RowFinder;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowKey;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads rows of one view, tombstoned ones included. The view must be retained meanwhile. For use by one thread. */
public final class RowReader {

    /** On the heap, of a row that was found: its id, its stamp and its place in the lists, about. */
    private static final long ROW_BYTES = 192;

    private final View view;
    private final List<Part> parts;
    private final PartRows[] rows;

    public RowReader(View view) {
        this.view = view;
        this.parts = view.parts();
        this.rows = parts.stream().map(Part::rows).toArray(PartRows[]::new);
    }

    /**
     * @param memory where the rows lie
     * @throws LynseException PayloadTooLarge, Overloaded when they do not fit into it
     */
    public Rows read(RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory) throws IOException {
        memory.countHeap(ROW_BYTES * atMost(selection));
        return rows(select(selection), withVectors, withFields, memory);
    }

    private long atMost(RowSelection selection) {
        return switch (selection) {
            case RowSelection.ById(Ids ids) -> ids.size();
            case RowSelection.Head(int n) -> Math.min(n, view.counts().rows());
            case RowSelection.Tail(int n) -> Math.min(n, view.counts().rows());
            case RowSelection.Deleted() -> view.counts().tombstones();
        };
    }

    public boolean has(RowId id) throws IOException {
        return new RowFinder(view).find(id);
    }

    /** The names of all fields of all rows, sorted. Reads every row. */
    public List<String> fieldNames() throws IOException {
        var names = new TreeSet<String>();
        for (int p = 0; p < rows.length; p++) {
            Part part = parts.get(p);
            for (int row = 0; row < part.size(); row++) {
                if (part.isStored(row)) names.addAll(Fields.trusted(rows[p].fields(row)).toMap().keySet());
            }
        }
        return List.copyOf(names);
    }

    private List<StoredRow> select(RowSelection selection) throws IOException {
        return switch (selection) {
            case RowSelection.ById(Ids ids) -> byId(ids);
            case RowSelection.Head(int n) -> inOrder(StampOrder.first(n), false);
            case RowSelection.Tail(int n) -> inOrder(StampOrder.last(n), false);
            case RowSelection.Deleted() -> inOrder(StampOrder.first(Integer.MAX_VALUE), true);
        };
    }

    private List<StoredRow> byId(Ids ids) throws IOException {
        var finder = new RowFinder(view);
        var found = new ArrayList<StoredRow>(ids.size());
        for (int row = 0; row < ids.size(); row++) {
            RowId id = ids.get(row);
            if (finder.find(id)) found.add(found(finder.part(), finder.row(), id));
        }
        return found;
    }

    private List<StoredRow> inOrder(StampOrder order, boolean onlyTombstoned) throws IOException {
        for (int p = 0; p < rows.length; p++) {
            Part part = parts.get(p);
            if (onlyTombstoned && !part.mayHoldTombstones()) continue;
            for (int row = 0; row < part.size(); row++) {
                if (!part.isStored(row) || onlyTombstoned && !part.isTombstoned(row)) continue;
                long clock = rows[p].clock(row);
                if (order.admits(clock)) order.offer(found(p, row, RowKey.id(rows[p].key(row))));
            }
        }
        return order.ascending();
    }

    private StoredRow found(int part, int row, RowId id) throws IOException {
        return new StoredRow(id, new OrderStamp(rows[part].clock(row), rows[part].place(row)), part, row);
    }

    private Rows rows(List<StoredRow> chosen, boolean withVectors, boolean withFields, RequestMemory memory) throws IOException {
        int dimension = view.dimension();
        int count = chosen.size();
        ByteBuffer vectors = memory.allocate(withVectors ? (long) count * dimension * Float.BYTES : 0);
        var fields = new FieldBlock.Builder(withFields ? count : 0, memory);
        for (StoredRow row : chosen) {
            PartRows part = rows[row.part()];
            if (withVectors) {
                vectors.asFloatBuffer().put(part.soundVector(row.row()));
                vectors.position(vectors.position() + dimension * Float.BYTES);
            }
            if (withFields) fields.add(Fields.trusted(part.fields(row.row())));
        }
        return new Rows(
                Ids.of(chosen.stream().map(StoredRow::id).toList()),
                new Vectors(withVectors ? count : 0, dimension, ElementType.FLOAT32, vectors.flip()),
                fields.build(),
                chosen.stream().map(StoredRow::stamp).toArray(OrderStamp[]::new));
    }
}
