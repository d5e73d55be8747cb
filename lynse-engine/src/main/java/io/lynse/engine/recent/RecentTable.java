package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What applied entries changed in one collection and Lucene does not have yet. A <em>slot</em> stands for a row id, a
 * <em>version</em> for one change of its row; both are only ever added, in columns.
 *
 * <p><b>Reading beside writing.</b> A reader sees the table as of a count of versions, n: a version i is the current one of its slot
 * when i &lt; n and the version that superseded it, if any, is not. What a reader uses of older versions never changes, but for two
 * columns, {@code latest} and {@code supersededBy}: and whatever newer value it meets there is n or more, which tells it nothing
 * new. A column that is full is copied to a longer one, and a reader that holds the shorter one has all that it needs. So a
 * {@link RecentSnapshot} is a few references and counts, made for every applied entry; the volatile write that publishes the view
 * makes everything before it visible.
 *
 * <p>One thread writes, under the collection's lock.
 */
public final class RecentTable {

    /** Vector of a version that says nothing but tombstone or none: vector and fields are those of the row below. */
    static final int BELOW = -1;

    static final int NEVER = Integer.MAX_VALUE;

    private static final byte[] NO_FIELDS = new byte[0];
    private static final int SMALLEST = 64;
    private static final int ROW_BYTES = 100; // of the columns and the map, about

    /**
     * A byte on the heap counts as many outside: bounds are meant for memory of which there is more. With the default budget recent rows take
     * a quarter of the heap at most, however small it is.
     */
    private static final long HEAP_WEIGHT = Math.max(1, (1L << 30) / Runtime.getRuntime().maxMemory());

    /** One place per slot. */
    record Slots(
            boolean[] below, long[] ints, @Nullable String[] texts, long[] clocks, int[] places, int[] first, int[] latest) {

        static Slots of(int size) {
            return new Slots(
                    new boolean[size], new long[size], new String[size], new long[size], new int[size], new int[size], new int[size]);
        }

        Slots grown() {
            int size = 2 * first.length;
            return new Slots(
                    Arrays.copyOf(below, size), Arrays.copyOf(ints, size), Arrays.copyOf(texts, size), Arrays.copyOf(clocks, size),
                    Arrays.copyOf(places, size), Arrays.copyOf(first, size), Arrays.copyOf(latest, size));
        }
    }

    /** One place per version; {@code owners}: the slot by number of the vector. */
    record Versions(int[] vectors, boolean[] deleted, byte[][] fields, int[] supersededBy, int[] owners) {

        static Versions of(int size) {
            return new Versions(new int[size], new boolean[size], new byte[size][], new int[size], new int[size]);
        }

        Versions grown() {
            int size = 2 * vectors.length;
            return new Versions(
                    Arrays.copyOf(vectors, size), Arrays.copyOf(deleted, size), Arrays.copyOf(fields, size),
                    Arrays.copyOf(supersededBy, size), Arrays.copyOf(owners, size));
        }
    }

    private final SlotMap map = new SlotMap();
    private final VectorChunks chunks;
    private final RecentNorms norms = new RecentNorms();
    private final LongAdder scanned = new LongAdder();
    private final AtomicInteger users = new AtomicInteger();
    private Slots slots = Slots.of(SMALLEST);
    private Versions versions = Versions.of(SMALLEST);
    private int slotCount;
    private int versionCount;
    private long fieldBytes;

    /** @param elements how the vectors are stored, here as in the segments that they come to */
    public RecentTable(ChunkPool pool, int dimension, ElementType elements) {
        chunks = new VectorChunks(pool, dimension, elements);
    }

    /** Versions: what a fold writes and a search passes is no more than these. */
    public int size() {
        return versionCount;
    }

    /** Memory in use, about; what is on the heap by its weight. */
    public long bytes() {
        return chunks.bytes() + HEAP_WEIGHT * (fieldBytes + (long) versionCount * ROW_BYTES);
    }

    /** What as many new versions add to {@link #bytes}. @param fieldBytes of their fields together */
    public static long bytesOf(int rows, int dimension, ElementType elements, long fieldBytes) {
        return (long) rows * dimension * elements.bytes() + HEAP_WEIGHT * (fieldBytes + (long) rows * ROW_BYTES);
    }

    /** Rows that searches have compared with their queries here, so far. For any thread. */
    public long scanned() {
        return scanned.sum();
    }

    /** The table as it is now; also what the writing thread reads it through. */
    public RecentSnapshot snapshot() {
        return new RecentSnapshot(
                this, map.reader(), slots, versions, chunks.chunks(), chunks.elements(), chunks.rowsPerChunk(), slotCount, versionCount, chunks.rows());
    }

    /** @return the slot of an id, or {@link RecentSnapshot#ABSENT} */
    public int find(Ids ids, int row) {
        return map.reader().find(ids, row);
    }

    /** Of the slot's current version. */
    public boolean isDeleted(int slot) {
        return versions.deleted[slots.latest[slot]];
    }

    /** LDBF1 object of the slot's current version; null: the row below has them. */
    public byte @Nullable [] fields(int slot) {
        int version = slots.latest[slot];
        return versions.vectors[version] == BELOW ? null : versions.fields[version];
    }

    /**
     * Opens a slot for an id that has none; {@link #write} or {@link #mark} follows before anything is published.
     *
     * @param below whether the row is in Lucene or in a table that comes there first
     * @return the slot
     */
    public int open(Ids ids, int row, boolean below, long clock, int place) {
        int slot = slotCount;
        if (slot == slots.first.length) slots = slots.grown();
        slots.below[slot] = below;
        slots.clocks[slot] = clock;
        slots.places[slot] = place;
        slots.first[slot] = versionCount;
        if (ids instanceof Ids.Mixed mixed && mixed.get(row) instanceof RowId.TextId(String value)) {
            slots.texts[slot] = value;
            map.put(value, slot);
        } else {
            slots.ints[slot] = ids.intAt(row);
            map.put(slots.ints[slot], slot);
        }
        slotCount++;
        return slot;
    }

    /** Gives the slot a new, live version of its row. @param fields LDBF1 object */
    public void write(int slot, Vectors source, MemorySegment sourceData, int row, byte[] fields) {
        int vector = chunks.add(source, sourceData, row);
        fieldBytes += fields.length;
        add(slot, vector, false, fields);
        versions.owners[vector] = slot;
    }

    /** Sets or lifts the row's tombstone and leaves the rest as it is, here or below. */
    public void mark(int slot, boolean tombstone) {
        boolean first = slots.first[slot] == versionCount;
        int before = slots.latest[slot];
        add(slot, first ? BELOW : versions.vectors[before], tombstone, first ? NO_FIELDS : versions.fields[before]);
    }

    RecentNorms norms() {
        return norms;
    }

    void scanned(long rows) {
        scanned.add(rows);
    }

    /** Keeps the memory until {@link #release}. */
    public void retain() {
        users.incrementAndGet();
    }

    public void release() {
        if (users.decrementAndGet() == 0) chunks.free();
    }

    private void add(int slot, int vector, boolean deleted, byte[] fields) {
        int version = versionCount;
        if (version == versions.vectors.length) versions = versions.grown();
        versions.vectors[version] = vector;
        versions.deleted[version] = deleted;
        versions.fields[version] = fields;
        versions.supersededBy[version] = NEVER;
        if (slots.first[slot] < version) versions.supersededBy[slots.latest[slot]] = version;
        slots.latest[slot] = version;
        versionCount++;
    }
}
