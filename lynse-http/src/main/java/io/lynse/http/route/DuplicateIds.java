package io.lynse.http.route;

import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** Finds an id that one batch names twice. */
final class DuplicateIds {

    private DuplicateIds() {}

    /** The first id that was named before; null if all differ. Costs one pass when the ids ascend, as they mostly do. */
    static @Nullable RowId find(Ids ids) {
        return switch (ids) {
            case Ids.Range _ -> null;
            case Ids.Ints(long[] values) -> ascend(values) ? null : find(values);
            case Ids.Mixed mixed -> {
                var seen = new HashSet<RowId>(mixed.size() * 2);
                yield mixed.values().stream().filter(id -> !seen.add(id)).findFirst().orElse(null);
            }
        };
    }

    private static boolean ascend(long[] values) {
        for (int i = 1; i < values.length; i++) {
            if (values[i] <= values[i - 1]) return false;
        }
        return true;
    }

    /** Open addressing over a table at most half full; empty slots hold -1, which is no id. */
    private static @Nullable RowId find(long[] values) {
        int mask = (Integer.highestOneBit(Math.max(values.length, 1)) << 2) - 1;
        long[] table = new long[mask + 1];
        java.util.Arrays.fill(table, -1);
        for (long value : values) {
            int slot = (int) (value * 0x9E37_79B9_7F4A_7C15L >>> 40) & mask;
            while (table[slot] != -1) {
                if (table[slot] == value) return RowId.of(value);
                slot = (slot + 1) & mask;
            }
            table[slot] = value;
        }
        return null;
    }
}
