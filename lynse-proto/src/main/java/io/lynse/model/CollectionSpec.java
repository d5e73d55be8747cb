package io.lynse.model;

import org.jspecify.annotations.Nullable;

/**
 * What a collection is asked to be.
 *
 * @param dimension 0: the first insert fixes it
 */
public record CollectionSpec(int dimension, ElementType elementType, @Nullable String description) {

    /** Longest vector that a shard group holds. Whoever declares a collection must keep to it: no group could ever take a longer one. */
    public static final int DIMENSION_MAX = 16_384;

    public CollectionSpec {
        if (dimension < 0) throw new IllegalArgumentException("a dimension must not be negative: " + dimension);
    }
}
