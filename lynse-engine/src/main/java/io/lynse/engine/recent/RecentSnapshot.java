package io.lynse.engine.recent;

import io.lynse.engine.row.RowKey;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.BytesRef;

/** A {@link RecentTable} as of one moment. It never changes. Safe for several threads, while its view is retained. */
public final class RecentSnapshot {

    public static final int ABSENT = SlotMap.ABSENT;

    private final RecentTable table;
    private final SlotMap.Reader map;
    private final RecentTable.Slots slots;
    private final RecentTable.Versions versions;
    private final MemorySegment[] chunks;
    private final ElementType elements;
    private final int rowsPerChunk;
    private final int slotCount;
    private final int versionCount;
    private final int vectorCount;

    RecentSnapshot(
            RecentTable table,
            SlotMap.Reader map,
            RecentTable.Slots slots,
            RecentTable.Versions versions,
            MemorySegment[] chunks,
            ElementType elements,
            int rowsPerChunk,
            int slotCount,
            int versionCount,
            int vectorCount) {
        this.table = table;
        this.map = map;
        this.slots = slots;
        this.versions = versions;
        this.chunks = chunks;
        this.elements = elements;
        this.rowsPerChunk = rowsPerChunk;
        this.slotCount = slotCount;
        this.versionCount = versionCount;
        this.vectorCount = vectorCount;
    }

    /** Ids that have a slot: those from 0 up to here. */
    public int slots() {
        return slotCount;
    }

    /** Vectors of all versions, current or not. */
    int vectors() {
        return vectorCount;
    }

    public int find(Ids ids, int row) {
        return known(map.find(ids, row));
    }

    int find(RowId id) {
        return known(map.find(id));
    }

    /** Whether the row was below when the slot was opened. */
    public boolean isBelow(int slot) {
        return slots.below()[slot];
    }

    public boolean isText(int slot) {
        return slots.texts()[slot] != null;
    }

    /** Of a slot that {@link #isText} denies. */
    public long intId(int slot) {
        return slots.ints()[slot];
    }

    public BytesRef key(int slot) {
        String text = slots.texts()[slot];
        return text == null ? RowKey.of(RowId.of(slots.ints()[slot])) : RowKey.ofText(text);
    }

    public long clock(int slot) {
        return slots.clocks()[slot];
    }

    public int place(int slot) {
        return slots.places()[slot];
    }

    /** The slot's version that holds as of this snapshot. */
    public int current(int slot) {
        // Most often nothing came after the snapshot. If something did, the way leads from the oldest version.
        int latest = slots.latest()[slot];
        if (latest < versionCount) return latest;
        int version = slots.first()[slot];
        for (int next = versions.supersededBy()[version]; next < versionCount; next = versions.supersededBy()[version]) version = next;
        return version;
    }

    public boolean isDeleted(int version) {
        return versions.deleted()[version];
    }

    /** Whether the version only sets or lifts a tombstone: vector and fields are those of the row below. */
    public boolean leavesRow(int version) {
        return versions.vectors()[version] == RecentTable.BELOW;
    }

    /** Number of the version's vector; {@link #leavesRow}: none. */
    int vector(int version) {
        return versions.vectors()[version];
    }

    /** LDBF1 object, of a version that has its own. */
    public byte[] fields(int version) {
        return versions.fields()[version];
    }

    /** Of a version that has its own vector. @param target as long as the dimension */
    public void copyVector(int version, float[] target) {
        copyRow(versions.vectors()[version], target);
    }

    /** The slot that a vector was written for. */
    int owner(int vector) {
        return versions.owners()[vector];
    }

    void copyRow(int vector, float[] target) {
        VectorChunks.copyRow(chunks, elements, rowsPerChunk, vector, target);
    }

    /** How the components of its vectors are stored. */
    ElementType elements() {
        return elements;
    }

    List<Part.Piece> pieces() {
        var pieces = new ArrayList<Part.Piece>();
        for (int from = 0; from < vectorCount; from += rowsPerChunk) {
            pieces.add(new Part.Piece(chunks[from / rowsPerChunk], from, Math.min(rowsPerChunk, vectorCount - from)));
        }
        return pieces;
    }

    /** Memory of the table, about. */
    public long bytes() {
        return table.bytes();
    }

    RecentTable table() {
        return table;
    }

    /** What a row below is, given that it would be {@code otherwise} without this table. @param slot that speaks for it, if any */
    RowState below(int slot, RowState otherwise) {
        if (slot == Overlay.NONE || slot >= slotCount) return otherwise;
        int version = current(slot);
        if (!leavesRow(version)) return RowState.GONE;
        return isDeleted(version) ? RowState.TOMBSTONED : RowState.LIVE;
    }

    private int known(int slot) {
        return slot < slotCount ? slot : ABSENT;
    }
}
