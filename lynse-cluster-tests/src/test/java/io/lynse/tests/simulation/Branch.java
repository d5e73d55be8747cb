package io.lynse.tests.simulation;

import io.lynse.model.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One history of a group: what was committed, in order. There is one, until an operator promotes by force a member that lacks a part of it. */
final class Branch {

    private static final long DELETED = Long.MIN_VALUE;

    private final Epoch since;
    private final long inherited;
    private final List<SimEntry> committed = new ArrayList<>();
    private final Rows rows = new Rows();
    private final Map<Integer, TreeMap<Long, Long>> versions = new HashMap<>(); // key -> LSN -> value; DELETED: none
    private final Set<Long> written = new HashSet<>(); // values, each of one request

    /** @param since the epoch of the forced promotion that began it */
    Branch(Epoch since, List<SimEntry> inherited) {
        this.since = since;
        this.inherited = inherited.size();
        inherited.forEach(this::commit);
    }

    Epoch since() {
        return since;
    }

    /** What it shares with the branch before it, and was on disk when it began: nothing of that may be lost. */
    long inherited() {
        return inherited;
    }

    long size() {
        return committed.size();
    }

    Rows rows() {
        return rows;
    }

    SimEntry entry(long lsn) {
        return committed.get((int) lsn - 1);
    }

    boolean has(long lsn, SimEntry entry) {
        return lsn <= size() && entry(lsn).same(entry);
    }

    /** The beginning of what is on that disk that is committed here. */
    List<SimEntry> shared(SimDisk disk) {
        int shared = 0;
        while (shared < Math.min(size(), disk.durable()) && disk.entry(shared + 1).same(entry(shared + 1))) shared++;
        return committed.subList(0, shared);
    }

    void commit(SimEntry entry) {
        committed.add(entry);
        long lsn = size();
        if (entry.isChecksum()) return;
        SimEntry.Done outcome = rows.apply(lsn, entry);
        boolean wrote = outcome.done() && entry.change().kind() != SimEntry.Kind.DELETE && Objects.requireNonNull(rows.results().get(entry.writeId())).lsn().value() == lsn;
        if (wrote && !written.add(entry.change().value())) throw new Violation("nothing comes back", entry + " at " + lsn + " is written for the second time");
        Long value = rows.value(entry.change().key());
        versions.computeIfAbsent(entry.change().key(), _ -> new TreeMap<>()).put(lsn, value == null ? DELETED : value);
    }

    /** @return null: there was no such row */
    @Nullable Long value(int key, long lsn) {
        TreeMap<Long, Long> history = versions.get(key);
        Map.Entry<Long, Long> version = history == null ? null : history.floorEntry(lsn);
        return version == null || version.getValue() == DELETED ? null : version.getValue();
    }
}
