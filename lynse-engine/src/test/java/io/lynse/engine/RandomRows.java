package io.lynse.engine;

import io.lynse.model.ElementType;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import io.lynse.model.field.Fields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a random client writes. */
final class RandomRows {

    private RandomRows() {}

    /**
     * Multiples of 1/8, so that ties are frequent, a few of them off by too little for float16: every sum is exact in double, whatever
     * its order.
     */
    static float[] vector(Random random, int dimension) {
        var vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (random.nextInt(33) - 16) / 8f;
            if (random.nextInt(16) == 0) vector[i] += 0x1p-16f;
        }
        return vector;
    }

    /** As a client sends them that packs two bytes per number: rounded. */
    static Vectors halves(float[]... rows) {
        var data = ByteBuffer.allocate(rows.length * rows[0].length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float element : row) data.putShort(Float.floatToFloat16(element));
        }
        return new Vectors(rows.length, rows[0].length, ElementType.FLOAT16, data.flip());
    }

    static Fields fields(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Fields.EMPTY;
            case 1 -> Fields.of(Map.of("n", random.nextLong()));
            case 2 -> Fields.of(Map.of("text", "é" + random.nextInt(), "list", List.of(1L, true, "x")));
            default -> Fields.of(Map.of("f" + random.nextInt(3), Map.of("inner", random.nextDouble())));
        };
    }

    /** Up to eleven, mostly of a few hundred that come again, in any order; integers and texts. */
    static List<RowId> distinctIds(Random random) {
        var ids = new HashSet<RowId>();
        int count = random.nextInt(12);
        while (ids.size() < count) {
            RowId id = switch (random.nextInt(5)) {
                case 0 -> RowId.of("row-" + random.nextInt(150));
                case 1 -> RowId.of(random.nextLong() >>> 1 & ~(1L << 62));
                default -> RowId.of((long) random.nextInt(400));
            };
            if (id instanceof RowId.IntId(long value) && value > 1L << 61) id = RowId.of(value >>> 20);
            ids.add(id);
        }
        var shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
