package io.lynse.tests.simulation;

import io.lynse.model.Lsn;
import io.lynse.shard.replication.Checksum;
import io.lynse.shard.replication.MemberLog.Remembered;
import io.lynse.shard.replication.WriteId;
import java.util.LinkedHashMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Applied state: what an engine would hold, with the results that it remembers, and what is wrong with it. */
final class Rows {

    /** @param evident whether the row's own hash tells that it is not what was written */
    private record Wrong(long value, boolean evident) {}

    /** @param value sum over all rows of a hash of each */
    record Sum(long value) implements Checksum {}

    private final TreeMap<Integer, Long> values = new TreeMap<>();
    private final TreeMap<Integer, Wrong> wrong = new TreeMap<>(); // what these rows are here, until they are written anew
    private final LinkedHashMap<WriteId, Remembered> results = new LinkedHashMap<>();

    /** Conditions are decided here, from applied state alone; an entry whose write id was applied before changes nothing. */
    SimEntry.Done apply(long lsn, SimEntry entry) {
        if (entry.isChecksum()) return new SimEntry.Done(true);
        Remembered before = results.get(entry.writeId());
        if (before != null) return (SimEntry.Done) before.outcome();
        SimEntry.Change change = entry.change();
        boolean exists = values.containsKey(change.key());
        boolean done = switch (change.kind()) {
            case ADD -> !exists;
            case PUT -> true;
            case DELETE -> exists;
            case CHECKSUM -> throw new IllegalArgumentException("a checksum entry changes nothing");
        };
        if (done) wrong.remove(change.key());
        if (done && change.kind() == SimEntry.Kind.DELETE) values.remove(change.key());
        else if (done) values.put(change.key(), change.value());
        var outcome = new SimEntry.Done(done);
        results.put(entry.writeId(), new Remembered(new Lsn(lsn), outcome));
        return outcome;
    }

    /** The value that was written last, whatever is here now. */
    @Nullable Long value(int key) {
        return values.get(key);
    }

    LinkedHashMap<WriteId, Remembered> results() {
        return results;
    }

    TreeMap<Integer, Long> values() {
        return values;
    }

    Rows copy() {
        var copy = new Rows();
        copy.values.putAll(values);
        copy.wrong.putAll(wrong);
        copy.results.putAll(results);
        return copy;
    }

    boolean sameValues(Rows other) {
        return values.equals(other.values);
    }

    // ---- damage

    /** @param instead what is there now, which nobody wrote */
    void alter(int key, long instead, boolean evident) {
        wrong.put(key, new Wrong(instead, evident));
    }

    boolean isWrong(int key) {
        return wrong.containsKey(key);
    }

    boolean isEvident(int key) {
        Wrong here = wrong.get(key);
        return here != null && here.evident;
    }

    boolean isRight() {
        return wrong.isEmpty();
    }

    /** Whether reading everything again shows damage. */
    boolean showsDamage() {
        return wrong.values().stream().anyMatch(Wrong::evident);
    }

    boolean sameDamage(Rows other) {
        return wrong.equals(other.wrong);
    }

    Sum sum() {
        long sum = 0;
        for (var row : values.entrySet()) {
            Wrong here = wrong.get(row.getKey());
            sum += hash(row.getKey(), here == null ? row.getValue() : here.value);
        }
        return new Sum(sum);
    }

    private static long hash(long key, long value) {
        long mixed = (key * 0x9e3779b97f4a7c15L) ^ value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public String toString() {
        return values + (wrong.isEmpty() ? "" : " but " + wrong);
    }
}
