package io.lynse.engine.crash;

import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.RowId;
import io.lynse.model.WriteKind;
import io.lynse.model.field.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mixed load of a life. The next operation follows from the seed, the incarnation (how often the engine was opened) and what
 * was done before, and from nothing else: so whoever knows which operations an incarnation got through knows every row, and an
 * operation that a crash lost does not come again, because the next incarnation does something else in its place.
 *
 * @param seed of the whole life
 */
record Load(long seed) {

    /** A vector of this dimension is 32 KiB: few rows make an entry of several frames. */
    static final int WIDE = 8_192;

    private static final int COLLECTIONS_MAX = 7;

    Op next(int incarnation, NaiveEngine model) {
        long lsn = model.lsn() + 1;
        var random = new Random((seed * 31 + incarnation) * 1_000_003L + lsn * 0x9E37_79B9_7F4A_7C15L);
        if (!model.hasDatabase) return new Op.CreateDb();
        if (model.collections.values().stream().noneMatch(held -> held.dimension == WIDE)) return create(lsn, WIDE, ElementType.FLOAT32);
        int count = model.collections.size();
        if (count < 3 || count < COLLECTIONS_MAX && random.nextInt(8) == 0) return create(lsn, random);
        NaiveEngine.Held held = List.copyOf(model.collections.values()).get(random.nextInt(count));
        if (held.dimension == WIDE) return wide(held, lsn, random);
        return switch (random.nextInt(32)) {
            case 0, 3 -> count > 3 ? new Op.Drop(held.id) : new Op.Describe(held.id, "said at " + lsn);
            case 1, 2 -> new Op.Purge(held.id);
            case 19 -> write(held, WriteKind.UPSERT, ids(held, random), held.dimension + 1, lsn, random); // refused, unless it is the first
            case 4, 5, 6, 7 -> write(held, WriteKind.ADD, null, dimension(held, random), lsn, random);
            case 8, 9, 10, 11 -> write(held, WriteKind.ADD, ids(held, random), dimension(held, random), lsn, random); // refused now and then
            case 12, 13, 14, 15, 16 -> new Op.Mark(held.id, ids(held, random), true);
            case 17, 18 -> new Op.Mark(held.id, ids(held, random), false);
            default -> write(held, WriteKind.UPSERT, ids(held, random), dimension(held, random), lsn, random);
        };
    }

    private static Op create(long lsn, Random random) {
        int dimension = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(24);
        return create(lsn, dimension, random.nextInt(4) == 0 ? ElementType.FLOAT16 : ElementType.FLOAT32);
    }

    /** Ids of collections only grow, and so do LSNs. */
    private static Op create(long lsn, int dimension, ElementType elements) {
        return new Op.Create(new CollectionId(lsn), dimension, elements);
    }

    private static Op wide(NaiveEngine.Held held, long lsn, Random random) {
        int rows = random.nextInt(3) == 0 ? 35 + random.nextInt(70) : 1 + random.nextInt(2);
        var ids = new ArrayList<RowId>();
        int first = random.nextInt(120);
        for (int i = 0; i < rows; i++) ids.add(RowId.of(first + i));
        return switch (random.nextInt(8)) {
            case 0 -> new Op.Mark(held.id, ids, true);
            case 1 -> new Op.Mark(held.id, ids, false);
            case 2 -> new Op.Purge(held.id);
            default -> write(held, WriteKind.UPSERT, ids, WIDE, lsn, random);
        };
    }

    private static Op write(NaiveEngine.Held held, WriteKind kind, @Nullable List<RowId> ids, int dimension, long lsn, Random random) {
        int rows = ids == null ? 1 + random.nextInt(15) : ids.size();
        var vectors = new float[rows][];
        var fields = new ArrayList<@Nullable Fields>();
        boolean anyFields = random.nextInt(3) > 0;
        for (int row = 0; row < rows; row++) {
            vectors[row] = vector(dimension, random);
            if (anyFields) fields.add(random.nextInt(4) == 0 ? null : fields(random));
        }
        // Clocks grow with the LSN, so that the order of rows is the order of operations.
        return new Op.Write(held.id, kind, ids, vectors, fields, lsn << 16 | random.nextInt(1 << 8));
    }

    private static int dimension(NaiveEngine.Held held, Random random) {
        return held.dimension > 0 ? held.dimension : 1 + random.nextInt(24);
    }

    /** Multiples of 1/8 within 2: exact in float16, and sums of products of them exact in double, in any order. */
    static float[] vector(int dimension, Random random) {
        var vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = (random.nextInt(33) - 16) / 8f;
        return vector;
    }

    private static List<RowId> ids(NaiveEngine.Held held, Random random) {
        Set<RowId> ids = new LinkedHashSet<>();
        int count = 1 + random.nextInt(12);
        while (ids.size() < count) {
            ids.add(switch (random.nextInt(6)) {
                case 0 -> RowId.of("row-" + random.nextInt(60));
                case 1 -> RowId.of(held.rows.maxId() + 1 + random.nextInt(20)); // mostly new
                case 2 -> RowId.of(1_000_000_000L + random.nextInt(40));
                default -> RowId.of((long) random.nextInt(250));
            });
        }
        return List.copyOf(ids);
    }

    private static Fields fields(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Fields.EMPTY;
            case 1 -> Fields.of(Map.of("n", random.nextLong()));
            case 2 -> {
                var two = new LinkedHashMap<String, Object>(); // the order is part of the bytes, and Map.of has another in each process
                two.put("text", "é" + random.nextInt());
                two.put("list", List.of(1L, true, "x"));
                yield Fields.of(two);
            }
            default -> Fields.of(Map.of("f" + random.nextInt(3), Map.of("inner", random.nextDouble())));
        };
    }
}
