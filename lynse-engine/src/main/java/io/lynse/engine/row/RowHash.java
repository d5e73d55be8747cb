package io.lynse.engine.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.util.BytesRef;

/**
 * 64-bit hash of what a row says: id, vector and fields, not its tombstone. It stands beside the row in Lucene, so that a
 * scrubber can tell damage, and sums of it are compared between members; it is the same on every machine. Not cryptographic.
 * The mixing step is that of fxhash with a final shift; four lanes keep the multiplier busy.
 */
public final class RowHash {

    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private RowHash() {}

    public static long of(BytesRef key, float[] vector, BytesRef fields) {
        return mix(mix(of(vector), bytes(key)), bytes(fields));
    }

    private static long of(float[] vector) {
        long a = 1;
        long b = 2;
        long c = 3;
        long d = 4;
        int i = 0;
        for (; i + 8 <= vector.length; i += 8) {
            a = mix(a, pair(vector, i));
            b = mix(b, pair(vector, i + 2));
            c = mix(c, pair(vector, i + 4));
            d = mix(d, pair(vector, i + 6));
        }
        for (; i < vector.length; i++) a = mix(a, Float.floatToRawIntBits(vector[i]));
        return mix(mix(a, b), mix(c, d));
    }

    private static long bytes(BytesRef bytes) {
        long hash = bytes.length;
        int at = bytes.offset;
        int end = bytes.offset + bytes.length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) hash = mix(hash, (long) LONGS.get(bytes.bytes, at));
        for (; at < end; at++) hash = mix(hash, bytes.bytes[at]);
        return hash;
    }

    private static long pair(float[] vector, int i) {
        return Float.floatToRawIntBits(vector[i]) & 0xFFFF_FFFFL | (long) Float.floatToRawIntBits(vector[i + 1]) << 32;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * MULTIPLIER;
        return mixed ^ mixed >>> 29;
    }
}
