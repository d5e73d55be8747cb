package io.lynse.tests.linearizability;

import io.lynse.metadata.LeaseImage;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The lease and the names that it fences: one object, because whether a name may change hangs on the lease.
 *
 * @param collections    their ids by name
 * @param nextCollection the id that the next one gets
 */
record Control(LeaseImage lease, SortedSet<String> databases, SortedMap<String, Long> collections, long nextCollection) {

    Control {
        databases = Collections.unmodifiableSortedSet(new TreeSet<>(databases));
        collections = Collections.unmodifiableSortedMap(new TreeMap<>(collections));
    }

    Control with(LeaseImage next) {
        return new Control(next, databases, collections, nextCollection);
    }

    Control withDatabase(String name) {
        var more = new TreeSet<>(databases);
        more.add(name);
        return new Control(lease, more, collections, nextCollection);
    }

    Control withoutDatabase(String name) {
        var left = new TreeSet<>(databases);
        left.remove(name);
        var kept = new TreeMap<>(collections);
        kept.keySet().removeIf(collection -> collection.startsWith(name + "/"));
        return new Control(lease, left, kept, nextCollection);
    }

    Control withCollection(String name) {
        var more = new TreeMap<>(collections);
        more.put(name, nextCollection);
        return new Control(lease, databases, more, nextCollection + 1);
    }

    Control withoutCollection(String name) {
        var left = new TreeMap<>(collections);
        left.remove(name);
        return new Control(lease, databases, left, nextCollection);
    }
}
