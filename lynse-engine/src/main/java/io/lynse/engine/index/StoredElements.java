package io.lynse.engine.index;

import io.lynse.model.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The components of stored vectors: float32, or float16 in two bytes each; little-endian, at any alignment. Computing is done in float32,
 * which holds every float16 exactly.
 *
 * <p>Halves are first copied as they are, then converted from array to array. C2 makes that loop the machine's own vector conversion;
 * a loop over the memory itself it gives up, thirty times slower, as soon as it has met memory of several kinds.
 */
public final class StoredElements {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StoredElements() {}

    /** Reads {@code count} components from byte {@code at} on. @param target at least as long */
    public static void read(ElementType type, MemorySegment memory, long at, float[] target, int count) {
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(memory, FLOAT, at, target, 0, count);
            case FLOAT16 -> readHalves(memory, at, new short[count], target, count);
        }
    }

    /** As {@link #read} of float16. @param buffer overwritten; at least {@code count} long */
    public static void readHalves(MemorySegment memory, long at, short[] buffer, float[] target, int count) {
        MemorySegment.copy(memory, HALF, at, buffer, 0, count);
        widen(buffer, target, count);
    }

    /** Writes the first {@code count} components, to float16 rounded to the nearest, to the even one of two. */
    public static void write(ElementType type, float[] source, int count, MemorySegment memory, long at) {
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(source, 0, memory, FLOAT, at, count);
            case FLOAT16 -> {
                var halves = new short[count];
                narrow(source, halves, count);
                MemorySegment.copy(halves, 0, memory, HALF, at, count);
            }
        }
    }

    private static void widen(short[] halves, float[] target, int count) {
        for (int i = 0; i < count; i++) target[i] = Float.float16ToFloat(halves[i]);
    }

    private static void narrow(float[] source, short[] halves, int count) {
        for (int i = 0; i < count; i++) halves[i] = Float.floatToFloat16(source[i]);
    }
}
