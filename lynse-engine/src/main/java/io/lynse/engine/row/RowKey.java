package io.lynse.engine.row;

import io.lynse.model.RowId;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.util.BytesRef;

/**
 * A row id as the bytes it has in Lucene, as a term and as a doc value:
 * <pre>
 * 0  1  type: 0 integer, 1 text
 * 1  8  integer: big-endian           or  1  n  text: UTF-8
 * </pre>
 * The unsigned order of these bytes is {@link RowId#ORDER}.
 */
public final class RowKey {

    private static final byte INT = 0;
    private static final byte TEXT = 1;

    /** Length of the key of every integer id. */
    public static final int INT_BYTES = 1 + Long.BYTES;

    private RowKey() {}

    public static BytesRef of(RowId id) {
        return switch (id) {
            case RowId.IntId(long value) -> {
                var key = new BytesRef(INT_BYTES);
                set(key, value);
                yield key;
            }
            case RowId.TextId(String value) -> ofText(value);
        };
    }

    public static BytesRef ofText(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[1 + text.length];
        bytes[0] = TEXT;
        System.arraycopy(text, 0, bytes, 1, text.length);
        return new BytesRef(bytes);
    }

    /** Makes {@code key} the key of an integer id. Its array holds at least {@link #INT_BYTES} and is written to. */
    public static void set(BytesRef key, long value) {
        byte[] bytes = key.bytes;
        bytes[0] = INT;
        for (int i = 1; i < INT_BYTES; i++) bytes[i] = (byte) (value >>> 64 - 8 * i);
        key.offset = 0;
        key.length = INT_BYTES;
    }

    public static RowId id(BytesRef key) {
        if (isInt(key)) return RowId.of(intId(key));
        return RowId.of(new String(key.bytes, key.offset + 1, key.length - 1, StandardCharsets.UTF_8));
    }

    public static boolean isInt(BytesRef key) {
        return key.bytes[key.offset] == INT;
    }

    public static long intId(BytesRef key) {
        long value = 0;
        for (int i = 1; i < INT_BYTES; i++) value = value << 8 | key.bytes[key.offset + i] & 0xFF;
        return value;
    }
}
