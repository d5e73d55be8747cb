package io.lynse.tests.simulation;

import io.lynse.model.Lsn;
import io.lynse.shard.replication.MemberLog.Remembered;
import io.lynse.shard.replication.WriteId;
import java.util.LinkedHashMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Applied state: what an engine would hold, with the results that it remembers. */
final class Rows {

    private final TreeMap<Integer, Long> values = new TreeMap<>();
    private final LinkedHashMap<WriteId, Remembered> results = new LinkedHashMap<>();

    /** Conditions are decided here, from applied state alone; an entry whose write id was applied before changes nothing. */
    SimEntry.Done apply(long lsn, SimEntry entry) {
        Remembered before = results.get(entry.writeId());
        if (before != null) return (SimEntry.Done) before.outcome();
        SimEntry.Change change = entry.change();
        boolean exists = values.containsKey(change.key());
        boolean done = switch (change.kind()) {
            case ADD -> !exists;
            case PUT -> true;
            case DELETE -> exists;
        };
        if (done && change.kind() == SimEntry.Kind.DELETE) values.remove(change.key());
        else if (done) values.put(change.key(), change.value());
        var outcome = new SimEntry.Done(done);
        results.put(entry.writeId(), new Remembered(new Lsn(lsn), outcome));
        return outcome;
    }

    @Nullable Long value(int key) {
        return values.get(key);
    }

    LinkedHashMap<WriteId, Remembered> results() {
        return results;
    }

    Rows copy() {
        var copy = new Rows();
        copy.values.putAll(values);
        copy.results.putAll(results);
        return copy;
    }

    boolean sameValues(Rows other) {
        return values.equals(other.values);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
