package io.lynse.engine.recent;

import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Row id to slot number; slots are only ever added. Integer ids lie in an open-addressing table, so that bulk writes leave no garbage.
 *
 * <p>One thread adds. A {@link Reader} finds every slot that was added before it was published; of later ones it may find the slot or
 * not, and the caller tells them by their numbers.
 */
final class SlotMap {

    static final int ABSENT = -1;

    private static final int SMALLEST = 1 << 6;

    /** Keys and slot + 1; 0: free. Not changed any more once a larger one has taken its place. */
    private record Ints(long[] keys, int[] slots) {

        Ints(int size) {
            this(new long[size], new int[size]);
        }

        int find(long id) {
            int mask = keys.length - 1;
            int at = place(id) & mask;
            for (int slot = slots[at]; slot != 0; slot = slots[at]) {
                // A slot that is added just now may be met before its key: then it is one that the reader leaves out, and an id
                // that was there before lies in no later cell than this one, which was free.
                if (keys[at] == id) return slot - 1;
                at = at + 1 & mask;
            }
            return ABSENT;
        }

        void insert(long id, int slotPlusOne) {
            int mask = keys.length - 1;
            int at = place(id) & mask;
            while (slots[at] != 0) at = at + 1 & mask;
            keys[at] = id;
            slots[at] = slotPlusOne;
        }
    }

    /** What other threads look ids up in. */
    record Reader(Ints ints, @Nullable Map<String, Integer> texts) {

        int find(long id) {
            return ints.find(id);
        }

        int find(RowId id) {
            return switch (id) {
                case RowId.IntId(long value) -> find(value);
                case RowId.TextId(String value) -> texts == null ? ABSENT : texts.getOrDefault(value, ABSENT);
            };
        }

        int find(Ids ids, int row) {
            return ids instanceof Ids.Mixed ? find(ids.get(row)) : find(ids.intAt(row));
        }
    }

    private int count;
    private Reader reader = new Reader(new Ints(SMALLEST), null);

    Reader reader() {
        return reader;
    }

    /** The id must be absent. */
    void put(long id, int slot) {
        if (count * 2 >= reader.ints.keys.length) grow();
        reader.ints.insert(id, slot + 1);
        count++;
    }

    /** The id must be absent. */
    void put(String id, int slot) {
        Map<String, Integer> texts = reader.texts;
        if (texts == null) {
            texts = new ConcurrentHashMap<>();
            reader = new Reader(reader.ints, texts);
        }
        texts.put(id, slot);
    }

    private void grow() {
        Ints old = reader.ints;
        var grown = new Ints(old.keys.length * 2);
        for (int i = 0; i < old.keys.length; i++) {
            if (old.slots[i] != 0) grown.insert(old.keys[i], old.slots[i]);
        }
        reader = new Reader(grown, reader.texts);
    }

    private static int place(long id) {
        long mixed = id * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32);
    }
}
