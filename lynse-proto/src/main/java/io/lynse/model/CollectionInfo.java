package io.lynse.model;

import org.jspecify.annotations.Nullable;

/**
 * What a collection is, without counting anything.
 *
 * @param dimension 0 until the first insert
 * @param indexMode the wanted index; null: none
 */
public record CollectionInfo(
        CollectionId id, CollectionName name, int dimension, ElementType elementType, @Nullable String description, @Nullable IndexMode indexMode) {

    /** The metric by which searches of this collection are ordered. */
    public Metric metric() {
        return indexMode == null ? IndexMode.DEFAULT.metric() : indexMode.metric();
    }
}
