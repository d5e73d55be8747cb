package io.lynse.shard.replication;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol knows of this node's log and of what was applied from it. Owned by one {@link MemberCore}. No bytes are here: the log
 * itself is lynse-engine's {@code ReplicatedLog}, on which {@link Effect}s are carried out.
 */
public final class MemberLog {

    private final int rememberedLsns;
    private final TreeMap<Lsn, WriteId> waiting = new TreeMap<>(); // by entry, those that are not applied
    private final Map<WriteId, Lsn> entries = new HashMap<>();
    private final LinkedHashMap<WriteId, Remembered> results = new LinkedHashMap<>(); // oldest first

    private Lsn first = Lsn.NONE;
    private EpochHistory history = EpochHistory.EMPTY;
    private Lsn durable = Lsn.NONE;
    private Lsn applied = Lsn.NONE;
    private Lsn ordered = Lsn.NONE; // was committed, and is applied or on its way into the rows

    /** What a write id came to. */
    public record Remembered(Lsn lsn, Outcome outcome) {}

    /**
     * What a node finds on its disk.
     *
     * @param first   the first entry that the log still has, or would have
     * @param history all of it is durable
     * @param applied everything up to here is applied, and so was committed
     * @param waiting write ids of the entries behind that
     * @param results remembered ones, oldest first
     */
    public record Found(Lsn first, EpochHistory history, Lsn applied, Map<Lsn, WriteId> waiting, Map<WriteId, Remembered> results) {
        public static final Found NOTHING = new Found(Lsn.NONE.next(), EpochHistory.EMPTY, Lsn.NONE, Map.of(), Map.of());
    }

    MemberLog(Found found, int rememberedLsns) {
        this.rememberedLsns = rememberedLsns;
        begin(found);
    }

    /** Everything here was replaced. */
    void replacedBy(Found found) {
        waiting.clear();
        entries.clear();
        results.clear();
        begin(found);
    }

    private void begin(Found found) {
        this.first = found.first();
        this.history = found.history();
        this.durable = found.history().last();
        this.applied = found.applied();
        this.ordered = found.applied();
        found.waiting().forEach(this::waits);
        results.putAll(found.results());
    }

    /** The first entry that the log still has, or would have. */
    Lsn first() {
        return first;
    }

    void trimmedTo(Lsn lsn) {
        first = EpochHistory.later(first, lsn);
    }

    EpochHistory history() {
        return history;
    }

    Lsn last() {
        return history.last();
    }

    Lsn durable() {
        return durable;
    }

    Lsn applied() {
        return applied;
    }

    /** Up to here the shell was told to apply: nothing of that can be cut any more, though it may not be applied yet. */
    Lsn ordered() {
        return ordered;
    }

    /** @return whether that is more than before */
    boolean order(Lsn upTo) {
        if (upTo.compareTo(ordered) <= 0) return false;
        ordered = upTo;
        return true;
    }

    /** The entry that carries this write id and is not applied yet; null: there is none. */
    @Nullable Lsn entryOf(WriteId id) {
        return entries.get(id);
    }

    @Nullable Remembered resultOf(WriteId id) {
        return results.get(id);
    }

    void append(Epoch epoch, Lsn lsn, @Nullable WriteId id) {
        history = history.with(epoch, lsn);
        if (id != null) waits(lsn, id);
    }

    void forced(Lsn upTo) {
        // A force that was asked for before a cut speaks of entries that are gone.
        durable = EpochHistory.later(durable, EpochHistory.earlier(upTo, last()));
    }

    /** @throws IllegalStateException if an entry would go that is applied, or about to be: it was committed */
    void cutTo(Lsn keep) {
        if (keep.compareTo(ordered) < 0) throw new IllegalStateException("a cut to " + keep + " would undo what is applied up to " + ordered);
        history = history.cutTo(keep);
        durable = EpochHistory.earlier(durable, keep);
        var gone = waiting.tailMap(keep, false);
        gone.values().forEach(entries::remove);
        gone.clear();
    }

    void applied(Lsn lsn, @Nullable WriteId id, Outcome outcome) {
        applied = EpochHistory.later(applied, lsn);
        if (id == null) return;
        waiting.remove(lsn);
        entries.remove(id, lsn);
        if (outcome.isRemembered()) results.putIfAbsent(id, new Remembered(lsn, outcome));
        while (!results.isEmpty() && results.firstEntry().getValue().lsn().value() + rememberedLsns <= lsn.value()) results.pollFirstEntry();
    }

    private void waits(Lsn lsn, WriteId id) {
        waiting.put(lsn, id);
        entries.putIfAbsent(id, lsn); // the first of two decides, the second will be answered by its result
    }
}
