package io.lynse.model;

/** Position in a shard group's log, from 1, without gaps; {@link #NONE} comes before the first entry. */
public record Lsn(long value) implements Comparable<Lsn> {

    public static final Lsn NONE = new Lsn(0);

    public Lsn {
        if (value < 0) throw new IllegalArgumentException("an LSN must not be negative: " + value);
    }

    public Lsn next() {
        return new Lsn(value + 1);
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
