package io.lynse.model;

/** Primary epoch: fencing number of a shard group, raised at every promotion; a lower one is refused. */
public record Epoch(long value) implements Comparable<Epoch> {

    public static final Epoch NONE = new Epoch(0);

    public Epoch {
        if (value < 0) throw new IllegalArgumentException("an epoch must not be negative: " + value);
    }

    public Epoch next() {
        return new Epoch(value + 1);
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
