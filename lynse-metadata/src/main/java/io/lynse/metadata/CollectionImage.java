package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.IndexMode;
import org.jspecify.annotations.Nullable;

/**
 * A declared collection.
 *
 * @param dimension       0 until the first insert
 * @param indexMode       the wanted index; null: none
 * @param indexParameters a JSON object, in the client's own terms
 * @param nextId          the first integer id that no block has given out
 */
public record CollectionImage(
        CollectionId id,
        CollectionName name,
        int dimension,
        ElementType elementType,
        @Nullable String description,
        @Nullable IndexMode indexMode,
        String indexParameters,
        BucketTable table,
        long nextId) {

    public static final String NO_PARAMETERS = "{}";

    public CollectionImage {
        if (dimension < 0) throw new IllegalArgumentException("a dimension must not be negative: " + dimension);
        if (nextId < 0) throw new IllegalArgumentException("next_id must not be negative: " + nextId);
    }

    public CollectionInfo info() {
        return new CollectionInfo(id, name, dimension, elementType, description, indexMode);
    }

    CollectionImage withDimension(int fixed) {
        return new CollectionImage(id, name, fixed, elementType, description, indexMode, indexParameters, table, nextId);
    }

    CollectionImage withDescription(String text) {
        return new CollectionImage(id, name, dimension, elementType, text, indexMode, indexParameters, table, nextId);
    }

    CollectionImage withIndex(@Nullable IndexMode mode, String parameters) {
        return new CollectionImage(id, name, dimension, elementType, description, mode, parameters, table, nextId);
    }

    CollectionImage withNextId(long next) {
        return new CollectionImage(id, name, dimension, elementType, description, indexMode, indexParameters, table, next);
    }
}
