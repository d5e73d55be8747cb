package io.lynse.engine.recent;

import io.lynse.model.RowId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Row id to slot number. Integer ids lie in an open-addressing table, so that bulk writes leave no garbage. */
final class SlotMap {

    static final int ABSENT = -1;

    private static final int SMALLEST = 1 << 8;
    private static final int KEPT = 1 << 17; // larger tables are dropped when cleared: one huge batch must not cost memory for ever

    private long[] keys = new long[SMALLEST];
    private int[] slots = new int[SMALLEST]; // slot + 1; 0: free
    private int ints;
    private final Map<String, Integer> texts = new HashMap<>();

    int find(long id) {
        int mask = keys.length - 1;
        for (int at = place(id) & mask; slots[at] != 0; at = at + 1 & mask) {
            if (keys[at] == id) return slots[at] - 1;
        }
        return ABSENT;
    }

    int find(RowId id) {
        return switch (id) {
            case RowId.IntId(long value) -> find(value);
            case RowId.TextId(String value) -> texts.getOrDefault(value, ABSENT);
        };
    }

    /** The id must be absent. */
    void put(long id, int slot) {
        if (ints * 2 >= keys.length) grow();
        insert(id, slot + 1);
        ints++;
    }

    /** The id must be absent. */
    void put(String id, int slot) {
        texts.put(id, slot);
    }

    void clear() {
        texts.clear();
        if (keys.length > KEPT) {
            keys = new long[SMALLEST];
            slots = new int[SMALLEST];
        } else if (ints > 0) {
            Arrays.fill(slots, 0);
        }
        ints = 0;
    }

    private void insert(long id, int slotPlusOne) {
        int mask = keys.length - 1;
        int at = place(id) & mask;
        while (slots[at] != 0) at = at + 1 & mask;
        keys[at] = id;
        slots[at] = slotPlusOne;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldSlots = slots;
        keys = new long[oldKeys.length * 2];
        slots = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldSlots[i] != 0) insert(oldKeys[i], oldSlots[i]);
        }
    }

    private static int place(long id) {
        long mixed = id * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32);
    }
}
