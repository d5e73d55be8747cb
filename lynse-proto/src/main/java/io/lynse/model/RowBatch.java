package io.lynse.model;

import io.lynse.model.field.FieldBlock;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one write request, or the part of it that belongs to one shard group.
 *
 * @param ids    one per row; null: the collection gives them
 * @param places the place of each row in the client's request; null: 0, 1, 2, ...
 */
public record RowBatch(WriteKind kind, Vectors vectors, @Nullable Ids ids, FieldBlock fields, int @Nullable [] places) {

    public RowBatch {
        if (ids != null && ids.size() != vectors.count()) throw new IllegalArgumentException("ids length must match vectors length");
        if (places != null && places.length != vectors.count()) throw new IllegalArgumentException("one place per row");
    }

    /** A whole request, in its own order. */
    public RowBatch(WriteKind kind, Vectors vectors, @Nullable Ids ids, FieldBlock fields) {
        this(kind, vectors, ids, fields, null);
    }

    /** The same rows under these ids. */
    public RowBatch withIds(Ids given) {
        return new RowBatch(kind, vectors, given, fields, places);
    }

    public int count() {
        return vectors.count();
    }

    /** The place of a row in the client's request. */
    public int place(int row) {
        return places == null ? row : places[row];
    }
}
