package io.lynse.metadata;

/** Raised whenever the lease of the leading coordinator changes hands; a control command of a lower one is refused. */
public record LeaseEpoch(long value) implements Comparable<LeaseEpoch> {

    /** No coordinator ever led. */
    public static final LeaseEpoch NONE = new LeaseEpoch(0);

    public LeaseEpoch {
        if (value < 0) throw new IllegalArgumentException("a lease epoch must not be negative: " + value);
    }

    public LeaseEpoch next() {
        return new LeaseEpoch(value + 1);
    }

    @Override
    public int compareTo(LeaseEpoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
