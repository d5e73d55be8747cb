package io.lynse.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Ids of the rows of one batch, in row order, in the form that costs least: a range, a packed array, or a list once a
 * text id is among them. The arrays are owned by the value: callers hand them over and do not write to them again.
 * <p>No method here is a default one: with one, {@link #NONE} and the forms would wait for each other when two threads load them first.
 */
public sealed interface Ids {

    Ids NONE = new Ints(new long[0]);

    int size();

    RowId get(int row);

    /** Whether every id is an integer, so that {@link #intAt} may be asked. */
    boolean allInts();

    /** The integer id of a row. @throws IllegalStateException if the row has a text id */
    long intAt(int row);

    /** The ids at the given rows, in that order. */
    Ids pick(int[] rows);

    List<RowId> toList();

    record Range(long start, int size) implements Ids {
        public Range {
            if (start < 0 || size < 0 || (size > 0 && start > Long.MAX_VALUE - (size - 1))) {
                throw new IllegalArgumentException("not a range of ids: " + start + " + " + size);
            }
        }

        @Override
        public RowId get(int row) {
            return RowId.of(intAt(row));
        }

        @Override
        public boolean allInts() {
            return true;
        }

        @Override
        public long intAt(int row) {
            return start + Objects.checkIndex(row, size);
        }

        @Override
        public Ids pick(int[] rows) {
            return picked(this, rows);
        }

        @Override
        public List<RowId> toList() {
            return LongStream.range(0, size).mapToObj(row -> RowId.of(start + row)).toList();
        }
    }

    record Ints(long[] values) implements Ids {
        public Ints {
            for (long value : values) {
                if (value < 0) throw new IllegalArgumentException("an integer id must not be negative: " + value);
            }
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public RowId get(int row) {
            return RowId.of(values[row]);
        }

        @Override
        public boolean allInts() {
            return true;
        }

        @Override
        public long intAt(int row) {
            return values[row];
        }

        @Override
        public Ids pick(int[] rows) {
            return picked(this, rows);
        }

        @Override
        public List<RowId> toList() {
            return Arrays.stream(values).mapToObj(RowId::of).toList();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ints that && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }
    }

    record Mixed(List<RowId> values) implements Ids {
        public Mixed {
            values = List.copyOf(values);
        }

        @Override
        public int size() {
            return values.size();
        }

        @Override
        public RowId get(int row) {
            return values.get(row);
        }

        @Override
        public boolean allInts() {
            return values.stream().allMatch(RowId.IntId.class::isInstance);
        }

        @Override
        public long intAt(int row) {
            if (values.get(row) instanceof RowId.IntId(long value)) return value;
            throw new IllegalStateException("row " + row + " has a text id");
        }

        @Override
        public Ids pick(int[] rows) {
            return picked(this, rows);
        }

        @Override
        public List<RowId> toList() {
            return values;
        }
    }

    static Ids range(long start, int size) {
        return new Range(start, size);
    }

    static Ids of(long... values) {
        return new Ints(values);
    }

    /** The cheapest form of these ids. */
    static Ids of(List<RowId> values) {
        var ints = new long[values.size()];
        for (int row = 0; row < ints.length; row++) {
            if (!(values.get(row) instanceof RowId.IntId(long value))) return new Mixed(values);
            ints[row] = value;
        }
        return new Ints(ints);
    }

    private static Ids picked(Ids from, int[] rows) {
        if (from.allInts()) return new Ints(Arrays.stream(rows).mapToLong(from::intAt).toArray());
        return Ids.of(Arrays.stream(rows).mapToObj(from::get).toList());
    }
}
