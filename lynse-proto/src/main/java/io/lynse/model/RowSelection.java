package io.lynse.model;

/** Which rows a read returns, and in which order. */
public sealed interface RowSelection {

    /** These rows, in this order. */
    record ById(Ids ids) implements RowSelection {}

    /** The first {@code n} by order stamp, tombstoned ones included. */
    record Head(int n) implements RowSelection {}

    /** The last {@code n} by order stamp, ascending, tombstoned ones included. */
    record Tail(int n) implements RowSelection {}

    /** Every tombstoned row, by order stamp. */
    record Deleted() implements RowSelection {}
}
