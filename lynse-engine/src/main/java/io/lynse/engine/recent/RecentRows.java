package io.lynse.engine.recent;

import io.lynse.engine.row.RowKey;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * What applied entries changed in one collection and Lucene does not have yet: one slot per row id, in columns. A slot holds a
 * whole new version of the row, or only its tombstone when nothing else changed. Newer versions of a vector are appended, not
 * written over, so whoever still reads an older one is not disturbed. Guarded by the collection's lock.
 */
public final class RecentRows {

    /** What a slot means for Lucene. */
    public enum Kind {
        /** Lucene has no such row. */
        INSERTED,
        /** Lucene has an older version. */
        REPLACED,
        /** Lucene has the row; only its tombstone is set or lifted. */
        MARKED
    }

    public static final int ABSENT = SlotMap.ABSENT;

    private static final byte[] NO_FIELDS = new byte[0];
    private static final int SMALLEST = 256;
    private static final int SLOT_BYTES = 64; // of the columns and the map, about

    private final SlotMap slots = new SlotMap();
    private final VectorChunks vectors;
    private int size;
    private long fieldBytes;

    private Kind[] kinds = new Kind[SMALLEST];
    private boolean[] deleted = new boolean[SMALLEST];
    private long[] ints = new long[SMALLEST];
    private @Nullable String @Nullable [] texts; // made with the first text id
    private long[] clocks = new long[SMALLEST];
    private int[] places = new int[SMALLEST];
    private int[] vectorRows = new int[SMALLEST];
    private byte[][] fields = new byte[SMALLEST][];

    public RecentRows(int dimension, boolean halved) {
        vectors = new VectorChunks(dimension, halved);
    }

    public int size() {
        return size;
    }

    /** Memory in use, about. */
    public long bytes() {
        return vectors.bytes() + fieldBytes + (long) size * SLOT_BYTES;
    }

    public int find(Ids ids, int row) {
        return ids instanceof Ids.Mixed ? slots.find(ids.get(row)) : slots.find(ids.intAt(row));
    }

    public int find(RowId id) {
        return slots.find(id);
    }

    /** Opens a slot for an id that has none; {@link #version} or {@link #mark} follows. @return the slot */
    public int open(Ids ids, int row, Kind kind, long clock, int place) {
        int slot = size++;
        if (slot == kinds.length) grow();
        kinds[slot] = kind;
        deleted[slot] = false;
        clocks[slot] = clock;
        places[slot] = place;
        vectorRows[slot] = -1;
        fields[slot] = NO_FIELDS;
        if (ids instanceof Ids.Mixed mixed && mixed.get(row) instanceof RowId.TextId(String value)) {
            if (texts == null) texts = new String[kinds.length];
            texts[slot] = value;
            slots.put(value, slot);
        } else {
            if (texts != null) texts[slot] = null;
            ints[slot] = ids.intAt(row);
            slots.put(ints[slot], slot);
        }
        return slot;
    }

    /** Gives the slot a new, live version of its row. */
    public void version(int slot, Vectors source, MemorySegment sourceData, int row, byte[] encodedFields) {
        if (kinds[slot] == Kind.MARKED) kinds[slot] = Kind.REPLACED;
        vectorRows[slot] = vectors.add(source, sourceData, row);
        fieldBytes += encodedFields.length - fields[slot].length;
        fields[slot] = encodedFields;
        deleted[slot] = false;
    }

    /** Sets or lifts the row's tombstone. */
    public void mark(int slot, boolean tombstone) {
        deleted[slot] = tombstone;
    }

    public Kind kind(int slot) {
        return kinds[slot];
    }

    public boolean deleted(int slot) {
        return deleted[slot];
    }

    /** LDBF1 object; not of a {@link Kind#MARKED} slot. */
    public byte[] fields(int slot) {
        return fields[slot];
    }

    public long clock(int slot) {
        return clocks[slot];
    }

    public int place(int slot) {
        return places[slot];
    }

    /** Not of a {@link Kind#MARKED} slot. */
    public void copyVector(int slot, float[] target) {
        vectors.copyRow(vectorRows[slot], target);
    }

    public boolean isText(int slot) {
        return texts != null && texts[slot] != null;
    }

    /** Of a slot that {@link #isText} denies. */
    public long intId(int slot) {
        return ints[slot];
    }

    public BytesRef key(int slot) {
        String text = texts == null ? null : texts[slot];
        return text == null ? RowKey.of(RowId.of(ints[slot])) : RowKey.ofText(text);
    }

    /** Empties the table. @param keepMemory whether as many rows are expected again soon */
    public void clear(boolean keepMemory) {
        Arrays.fill(fields, 0, size, NO_FIELDS);
        if (texts != null) Arrays.fill(texts, 0, size, null);
        if (!keepMemory && kinds.length > SMALLEST) resize(SMALLEST);
        slots.clear();
        vectors.clear(keepMemory);
        size = 0;
        fieldBytes = 0;
    }

    private void grow() {
        resize(kinds.length * 2);
    }

    private void resize(int slots) {
        kinds = Arrays.copyOf(kinds, slots);
        deleted = Arrays.copyOf(deleted, slots);
        ints = Arrays.copyOf(ints, slots);
        if (texts != null) texts = Arrays.copyOf(texts, slots);
        clocks = Arrays.copyOf(clocks, slots);
        places = Arrays.copyOf(places, slots);
        vectorRows = Arrays.copyOf(vectorRows, slots);
        fields = Arrays.copyOf(fields, slots);
    }
}
