package io.lynse.engine.read;

import io.lynse.engine.recent.Part;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.RowFinder;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowKey;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
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
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads rows of one view, tombstoned ones included. The view must be retained meanwhile. For use by one thread. */
public final class RowReader {

    private final View view;
    private final List<Part> parts;
    private final PartRows[] rows;

    public RowReader(View view) {
        this.view = view;
        this.parts = view.parts();
        this.rows = parts.stream().map(Part::rows).toArray(PartRows[]::new);
    }

    /** @throws LynseException PayloadTooLarge when the vectors would not fit into one answer */
    public Rows read(RowSelection selection, boolean withVectors, boolean withFields) throws IOException {
        return rows(select(selection), withVectors, withFields);
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

    private Rows rows(List<StoredRow> chosen, boolean withVectors, boolean withFields) throws IOException {
        int dimension = view.dimension();
        ByteBuffer vectors = ByteBuffer.allocate(withVectors ? bytes(chosen.size(), dimension) : 0).order(ByteOrder.LITTLE_ENDIAN);
        var fields = new ArrayList<@Nullable Fields>();
        for (StoredRow row : chosen) {
            PartRows part = rows[row.part()];
            if (withVectors) {
                vectors.asFloatBuffer().put(part.vector(row.row()));
                vectors.position(vectors.position() + dimension * Float.BYTES);
            }
            if (withFields) fields.add(Fields.trusted(part.fields(row.row())));
        }
        return new Rows(
                Ids.of(chosen.stream().map(StoredRow::id).toList()),
                new Vectors(withVectors ? chosen.size() : 0, dimension, ElementType.FLOAT32, vectors.flip()),
                withFields ? FieldBlock.of(fields) : FieldBlock.NONE,
                chosen.stream().map(StoredRow::stamp).toArray(OrderStamp[]::new));
    }

    private static int bytes(int rows, int dimension) {
        long bytes = (long) rows * dimension * Float.BYTES;
        if (bytes > Integer.MAX_VALUE - 8) throw new LynseException(new LynseError.PayloadTooLarge(bytes, Integer.MAX_VALUE - 8));
        return (int) bytes;
    }
}
