package io.lynse.model;

import io.lynse.model.field.FieldBlock;

/**
 * Stored rows, in the order that was asked for.
 *
 * @param ids     one per row
 * @param vectors one per row, float32; zero rows when left out
 * @param fields  one record per row; {@link FieldBlock#NONE} when left out or when no row has any
 * @param stamps  one per row
 */
public record Rows(Ids ids, Vectors vectors, FieldBlock fields, OrderStamp[] stamps) {

    public int size() {
        return ids.size();
    }
}
