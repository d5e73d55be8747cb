package io.lynse.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoredElementsTest {

    private static final int HALVES = 1 << 16;
    private static final int OFFSET = 3; // aligned to nothing

    @Test
    void everyHalfIsReadAsWhatItStandsForAndWrittenAsItself() {
        byte[] stored = everyHalf();
        var read = new float[HALVES];
        StoredElements.read(ElementType.FLOAT16, MemorySegment.ofArray(stored), OFFSET, read, HALVES);
        for (int bits = 0; bits < HALVES; bits++) {
            if (isFinite(bits)) assertThat(Float.floatToRawIntBits(read[bits])).as("half %04x", bits).isEqualTo(Float.floatToRawIntBits(value(bits)));
            else assertThat(read[bits]).as("half %04x", bits).matches(number -> !Float.isFinite(number));
        }
        byte[] written = stored.clone();
        for (int bits = 0; bits < HALVES; bits++) {
            if (isFinite(bits)) StoredElements.write(ElementType.FLOAT16, new float[] {read[bits]}, 1, MemorySegment.ofArray(written), OFFSET + 2L * bits);
        }
        assertThat(written).isEqualTo(stored);
    }

    @Test
    void whatHalvesCannotHoldIsRoundedToTheNearestAndToTheEvenOneOfTwo() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            double here = value(bits);
            double next = value(bits + 1);
            double middle = (here + next) / 2; // exact in float32
            float even = (float) (bits % 2 == 0 ? here : next);
            float[] written = rounded((float) middle, Math.nextDown((float) middle), Math.nextUp((float) middle), (float) -middle);
            assertThat(written).as("between %04x and the next", bits).containsExactly(even, (float) here, (float) next, -even);
        }
        assertThat(rounded(65_519.99f)).containsExactly(65_504);
        assertThat(Float.floatToRawIntBits(rounded(-1e-9f)[0])).isEqualTo(Float.floatToRawIntBits(-0f));
    }

    @Test
    void floatsAreKeptToTheBit() {
        float[] vector = {1, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, 0.1f};
        var stored = MemorySegment.ofArray(new byte[OFFSET + Float.BYTES * vector.length]);
        StoredElements.write(ElementType.FLOAT32, vector, vector.length, stored, OFFSET);
        var read = new float[vector.length + 1];
        StoredElements.read(ElementType.FLOAT32, stored, OFFSET, read, vector.length);
        assertThat(IntStream.range(0, vector.length).map(i -> Float.floatToRawIntBits(read[i])))
                .containsExactly(IntStream.range(0, vector.length).map(i -> Float.floatToRawIntBits(vector[i])).boxed().toArray(Integer[]::new));
        assertThat(read[vector.length]).isZero();
    }

    private static float[] rounded(float... vector) {
        var stored = MemorySegment.ofArray(new byte[Short.BYTES * vector.length]);
        StoredElements.write(ElementType.FLOAT16, vector, vector.length, stored, 0);
        var read = new float[vector.length];
        StoredElements.read(ElementType.FLOAT16, stored, 0, read, vector.length);
        return read;
    }

    /** One after the other, little-endian. */
    private static byte[] everyHalf() {
        var bytes = new byte[OFFSET + Short.BYTES * HALVES];
        for (int bits = 0; bits < HALVES; bits++) {
            bytes[OFFSET + 2 * bits] = (byte) bits;
            bytes[OFFSET + 2 * bits + 1] = (byte) (bits >> 8);
        }
        return bytes;
    }

    private static boolean isFinite(int bits) {
        return (bits & 0x7C00) != 0x7C00;
    }

    /** IEEE 754 binary16: sign, five bits of exponent, ten of the number behind the point. */
    private static float value(int bits) {
        int exponent = bits >> 10 & 31;
        int digits = bits & 1023;
        double size = exponent == 0 ? digits * 0x1p-24 : (1024 + digits) * Math.pow(2, exponent - 25);
        return (float) (bits >> 15 == 0 ? size : -size);
    }
}
