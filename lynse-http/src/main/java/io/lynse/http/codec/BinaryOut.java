package io.lynse.http.codec;

import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes little-endian numbers and blocks of bytes. */
public final class BinaryOut extends AnswerBytes {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * @param expected bytes, a guess
     * @param out      where the beginning of a large answer is sent while the rest is made; null: all of it is kept
     */
    public BinaryOut(int expected, @Nullable OutputStream out) {
        super(expected, out);
    }

    BinaryOut u32(int value) {
        room(Integer.BYTES);
        INT.set(bytes, size, value);
        size += Integer.BYTES;
        return this;
    }

    BinaryOut u64(long value) {
        room(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
        return this;
    }

    BinaryOut floats(float[] values) {
        room(values.length * Float.BYTES);
        for (float value : values) {
            FLOAT.set(bytes, size, value);
            size += Float.BYTES;
        }
        return this;
    }

    /** u32 length, then the bytes. */
    BinaryOut block(byte[] block) {
        u32(block.length).room(block.length);
        System.arraycopy(block, 0, bytes, size, block.length);
        size += block.length;
        return this;
    }
}
