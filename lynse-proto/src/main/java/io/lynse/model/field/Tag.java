package io.lynse.model.field;

/** Type tags of LDBF1 values. Strings and counts are u32 lengths, all numbers little-endian. */
final class Tag {
    static final byte NULL = 0;
    static final byte FALSE = 1;
    static final byte TRUE = 2;
    static final byte NEGATIVE = 3; // i64
    static final byte NATURAL = 4; // u64
    static final byte DOUBLE = 5; // f64, finite
    static final byte STRING = 6; // u32 length, UTF-8
    static final byte ARRAY = 7; // u32 count, values
    static final byte OBJECT = 8; // u32 pairs, pairs of string and value

    /** Deepest nesting of arrays and objects, the row's own object included. */
    static final int DEPTH_MAX = 128;

    private Tag() {}
}
