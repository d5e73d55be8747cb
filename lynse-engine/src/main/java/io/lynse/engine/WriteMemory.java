package io.lynse.engine;

import io.lynse.model.Lsn;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the last entries with a write id did, so that a request that comes again is answered and not done again. Part of the
 * applied state: it depends on the log alone, is saved with the catalog, and is equal on every member.
 *
 * <p>An entry's result is remembered while the log goes on for {@link #LSNS} entries. The window counts LSNs and nothing else, so
 * that every member forgets at the same entry; what one result takes is bounded ({@link Remembered}), so all of them are.
 *
 * <p>An entry that repeats another changes nothing. Which ones did is noted by LSN ({@link #isRepeat}), because a replay from
 * before the catalog's LSN could not tell it any more: the window of that time is gone.
 *
 * <p>Written by the applying thread, read by all.
 */
final class WriteMemory {

    /** Entries after which a result is forgotten. Every member must have the same number, so it is no setting. */
    static final int LSNS = 65_536;

    /** @param remembered oldest first; @param repeats LSNs of entries that changed nothing */
    record Image(List<Remembered> remembered, List<Lsn> repeats) {
        static final Image EMPTY = new Image(List.of(), List.of());
    }

    private final int lsns;
    private final LinkedHashMap<WriteId, Remembered> byId = new LinkedHashMap<>();
    private final TreeSet<Lsn> repeats = new TreeSet<>();

    WriteMemory(Image image) {
        this(image, LSNS);
    }

    WriteMemory(Image image, int lsns) {
        this.lsns = lsns;
        image.remembered().forEach(each -> byId.put(each.writeId(), each));
        repeats.addAll(image.repeats());
    }

    /** What an entry with this id did, for an entry at {@code at} or a request that would get that LSN; null: there was none, or it is forgotten. */
    synchronized @Nullable Remembered find(WriteId id, Lsn at) {
        if (id.equals(WriteId.NONE)) return null;
        Remembered found = byId.get(id);
        return found != null && at.value() - found.lsn().value() <= lsns ? found : null;
    }

    /** Counts an entry that was applied, or is in the log and will be. */
    synchronized void remember(Remembered done) {
        forget(done.lsn());
        if (done.writeId().equals(WriteId.NONE) || done.cameTooEarly()) return;
        byId.remove(done.writeId()); // one that is forgotten may still be here: the new one goes to the end
        byId.put(done.writeId(), done);
    }

    /** Takes the result of an entry that could not be applied when its turn was. */
    synchronized void resolve(Remembered done) {
        Remembered before = byId.get(done.writeId());
        if (before != null && before.isUnresolved() && before.lsn().equals(done.lsn())) byId.replace(done.writeId(), done);
    }

    /** Counts an entry that changed nothing because an earlier one had its id. */
    synchronized void repeated(Lsn lsn) {
        repeats.add(lsn);
    }

    synchronized boolean isRepeat(Lsn lsn) {
        return repeats.contains(lsn);
    }

    /** The entries up to here are never replayed again. */
    synchronized void forgetRepeats(Lsn upTo) {
        repeats.headSet(upTo, true).clear();
    }

    synchronized Image image() {
        return new Image(List.copyOf(byId.values()), List.copyOf(repeats));
    }

    private void forget(Lsn now) {
        Collection<Remembered> all = byId.values();
        for (var oldest = all.iterator(); oldest.hasNext(); ) {
            if (now.value() - oldest.next().lsn().value() < lsns) return;
            oldest.remove();
        }
    }
}
