package io.lynse.model;

/** Identity of a collection. A dropped and re-created name gets a new one, so no old row can reappear. */
public record CollectionId(long value) {

    public CollectionId {
        if (value < 1) throw new IllegalArgumentException("a collection id must be at least 1: " + value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
