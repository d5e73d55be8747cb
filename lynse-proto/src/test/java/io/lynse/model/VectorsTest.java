package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {

    @Test
    void readsRowsOfFloat32() {
        Vectors vectors = Vectors.of(new float[] {1, 2, 3}, new float[] {-4, 5.5f, 6});
        assertThat(vectors.row(1)).containsExactly(-4, 5.5f, 6);
        assertThat(vectors.rowBytes()).isEqualTo(12);
        assertThat(vectors.rowData(0).getFloat(8)).isEqualTo(3);
        assertThat(vectors.data().getFloat(12)).isEqualTo(-4);
        var target = new float[5];
        vectors.copyRow(0, target);
        assertThat(target).containsExactly(1, 2, 3, 0, 0);
    }

    @Test
    void widensEveryFloat16Exactly() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float expected = Float.float16ToFloat((short) bits);
            float actual = half((short) bits).row(0)[1];
            if (Float.floatToRawIntBits(actual) != Float.floatToRawIntBits(expected)) {
                assertThat(actual).as("bits %04x", bits).isEqualTo(expected);
            }
        }
    }

    @Test
    void findsTheFirstRowThatIsNotFinite() {
        for (int bits = 0; bits < 0x10000; bits++) {
            boolean finite = Float.isFinite(Float.float16ToFloat((short) bits));
            if (half((short) bits).firstNonFiniteRow() != (finite ? -1 : 0)) assertThat(finite).as("bits %04x", bits).isEqualTo(!finite);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void findsNonFiniteFloat32(float value) {
        assertThat(Vectors.of(new float[] {0, 1}, new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}, new float[] {0, value}).firstNonFiniteRow())
                .isEqualTo(2);
        assertThat(Vectors.of(new float[] {Float.MIN_VALUE, -0.0f}).firstNonFiniteRow()).isEqualTo(-1);
    }

    @Test
    void readsAPartOfALargerBufferOutsideTheHeap() {
        ByteBuffer all = ByteBuffer.allocateDirect(32).order(ByteOrder.LITTLE_ENDIAN);
        all.putFloat(8, 1.5f).putFloat(12, 2.5f).position(8).limit(16);
        Vectors vectors = new Vectors(1, 2, ElementType.FLOAT32, all.asReadOnlyBuffer());
        assertThat(vectors.row(0)).containsExactly(1.5f, 2.5f);
        assertThat(all.position()).isEqualTo(8);
    }

    @Test
    void refusesAnotherShapeThanItsBytes() {
        assertThatThrownBy(() -> new Vectors(2, 2, ElementType.FLOAT32, ByteBuffer.allocate(15)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected 16 bytes, got 15");
        assertThatThrownBy(() -> new Vectors(1 << 30, 1 << 30, ElementType.FLOAT32, ByteBuffer.allocate(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Vectors(-1, 0, ElementType.FLOAT32, ByteBuffer.allocate(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Vectors.of(new float[] {1}, new float[] {1, 2})).isInstanceOf(IllegalArgumentException.class);
        assertThat(Vectors.of().count()).isZero();
    }

    private static Vectors half(short bits) {
        ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) 0x3C00).putShort(2, bits);
        return new Vectors(1, 2, ElementType.FLOAT16, data);
    }
}
