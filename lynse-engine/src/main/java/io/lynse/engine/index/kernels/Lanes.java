package io.lynse.engine.index.kernels;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shapes of this machine. A kernel's lanes are rows: one vector of shorts is one product for each row of a group. */
final class Lanes {

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** 512 bits on a machine with AVX-512, 256 with AVX2, 128 with NEON. */
    private static final VectorShape WHOLE = VectorShape.forBitSize(Math.min(512, VectorShape.preferredShape().vectorBitSize()));

    private static final VectorShape HALF = VectorShape.forBitSize(WHOLE.vectorBitSize() / 2);

    static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, WHOLE);
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, WHOLE);
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, WHOLE);
    static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, WHOLE);

    /** As many bytes as {@link #SHORTS} has lanes. */
    static final VectorSpecies<Byte> HALF_BYTES = VectorSpecies.of(byte.class, HALF);

    /** As many numbers as {@link #DOUBLES} has lanes. */
    static final VectorSpecies<Integer> HALF_INTS = VectorSpecies.of(int.class, HALF);

    static final VectorSpecies<Float> HALF_FLOATS = VectorSpecies.of(float.class, HALF);

    /** Rows of one group: 32, 16 or 8. */
    static final int GROUP_ROWS = SHORTS.length();

    private Lanes() {}
}
