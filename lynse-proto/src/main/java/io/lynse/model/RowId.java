package io.lynse.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Public id of a row: a non-negative integer or a non-empty text. {@code 5} and {@code "5"} are different ids. */
public sealed interface RowId {

    /** Integers numerically, then texts by their UTF-8 bytes: the tie rule of every search. */
    Comparator<RowId> ORDER = RowId::compare;

    /** Longest text id of a row, in bytes of UTF-8: what fits into one Lucene term. A longer one may be asked for; no row has it. */
    int TEXT_BYTES_MAX = 32_766 - 1;

    record IntId(long value) implements RowId {
        public IntId {
            if (value < 0) throw new IllegalArgumentException("an integer id must not be negative: " + value);
        }

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    record TextId(String value) implements RowId {
        public TextId {
            if (value.isEmpty()) throw new IllegalArgumentException("string IDs cannot be empty");
            if (!isUnicode(value)) throw new IllegalArgumentException("string IDs must be valid Unicode"); // else two ids could share their UTF-8 bytes
        }

        @Override
        public String toString() {
            return value;
        }
    }

    static RowId of(long value) {
        return new IntId(value);
    }

    static RowId of(String value) {
        return new TextId(value);
    }

    /** Whether a row can have this id; every integer will do. */
    default boolean fitsRow() {
        // A char takes at most three bytes, so most texts need no encoding to be known to fit.
        return !(this instanceof TextId(String value))
                || value.length() * 3L <= TEXT_BYTES_MAX
                || value.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES_MAX;
    }

    /** Whether a text has a form in UTF-8: no half of a surrogate pair stands alone. */
    static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit) && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1)))) return false;
            if (Character.isLowSurrogate(unit) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) return false;
        }
        return true;
    }

    private static int compare(RowId a, RowId b) {
        return switch (a) {
            case IntId(long x) -> b instanceof IntId(long y) ? Long.compare(x, y) : -1;
            case TextId(String x) -> b instanceof TextId(String y)
                    ? Arrays.compareUnsigned(x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8))
                    : 1;
        };
    }
}
