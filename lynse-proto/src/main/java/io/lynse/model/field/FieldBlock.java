package io.lynse.model.field;

import io.lynse.memory.RequestMemory;
import io.lynse.model.ByteRuns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the rows of one batch, in row order: per row one byte 0 (absent) or 1 (present) and then the object.
 * Empty means: no row has fields of its own. Offsets are found once, so a row is read in constant time.
 */
public final class FieldBlock {

    public static final FieldBlock NONE = new FieldBlock(ByteBuffer.allocate(0), new int[] {0});

    private final ByteBuffer records;
    private final int[] starts; // one more than rows: the last is the end

    private FieldBlock(ByteBuffer records, int[] starts) {
        this.records = records;
        this.starts = starts;
    }

    /**
     * Checks every byte.
     *
     * @param records position to limit hold the records; an empty buffer stands for {@link #NONE}
     * @throws FieldFormatException if the bytes are not exactly {@code rows} records
     */
    public static FieldBlock checked(ByteBuffer records, int rows) {
        if (!records.hasRemaining()) return NONE;
        // A record takes at least a byte: a row count that cannot be true is refused before anything is allocated for it.
        if (rows < 0 || rows > records.remaining()) throw new FieldFormatException(records.remaining() + " bytes for " + rows + " records");
        ByteBuffer in = records.slice().order(ByteOrder.LITTLE_ENDIAN);
        int[] starts = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            starts[row] = in.position();
            if (!in.hasRemaining()) throw new FieldFormatException("the payload ends early");
            switch (in.get()) {
                case 0 -> {}
                case 1 -> FieldReader.skipObject(in);
                default -> throw new FieldFormatException("a presence byte must be 0 or 1");
            }
        }
        starts[rows] = in.position();
        if (in.hasRemaining()) throw new FieldFormatException(in.remaining() + " bytes left over");
        return new FieldBlock(in.rewind(), starts);
    }

    /** @param fields one per row; null: absent */
    public static FieldBlock of(List<@Nullable Fields> fields) {
        var out = new FieldWriter();
        int[] starts = new int[fields.size() + 1];
        for (int row = 0; row < fields.size(); row++) {
            starts[row] = out.size();
            Fields own = fields.get(row);
            if (own == null) out.absent();
            else out.present(own);
        }
        starts[fields.size()] = out.size();
        return new FieldBlock(out.toBuffer(), starts);
    }

    /** Gathers the records of rows one by one. */
    public static final class Builder {

        private final FieldWriter out;
        private final int[] starts;
        private int rows;

        /** @param memory where the records lie */
        public Builder(int rows, RequestMemory memory) {
            out = new FieldWriter(memory);
            memory.countHeap((rows + 1L) * Integer.BYTES);
            starts = new int[rows + 1];
        }

        public void add(Fields fields) {
            out.present(fields);
            starts[++rows] = out.size();
        }

        /** A row without fields of its own. */
        public void addAbsent() {
            out.absent();
            starts[++rows] = out.size();
        }

        /** @throws IllegalStateException if a row is missing */
        public FieldBlock build() {
            if (rows != starts.length - 1) throw new IllegalStateException(rows + " rows of " + (starts.length - 1));
            return rows == 0 ? NONE : new FieldBlock(out.toBuffer(), starts);
        }
    }

    public boolean isNone() {
        return records.limit() == 0;
    }

    /** The row's own fields; null when absent. */
    public @Nullable Fields get(int row) {
        if (isNone() || records.get(starts[row]) == 0) return null;
        byte[] encoded = new byte[starts[row + 1] - starts[row] - 1];
        records.get(starts[row] + 1, encoded);
        return Fields.trusted(encoded);
    }

    /** The records of some rows, in that order; no bytes if no row has fields of its own. */
    public ByteRuns bytes(int[] rows) {
        var runs = new ByteRuns.Builder(records, rows.length);
        if (isNone()) return runs.build();
        for (int row : rows) runs.add(starts[row], starts[row + 1] - starts[row]);
        return runs.build();
    }

    /** Fields of every row, absent ones as {@link Fields#EMPTY}. */
    public List<Fields> toList(int rows) {
        var list = new ArrayList<Fields>(rows);
        for (int row = 0; row < rows; row++) {
            Fields own = get(row);
            list.add(own == null ? Fields.EMPTY : own);
        }
        return list;
    }

    /** The records, as a view. */
    public ByteBuffer bytes() {
        return records.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldBlock that && records.equals(that.records) && Arrays.equals(starts, that.starts);
    }

    @Override
    public int hashCode() {
        return records.hashCode();
    }
}
