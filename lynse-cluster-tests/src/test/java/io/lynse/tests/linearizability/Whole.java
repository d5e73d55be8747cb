package io.lynse.tests.linearizability;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.CollectionId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * All that a history is about.
 *
 * @param counters the collections of {@link #COUNTERS}, which are never dropped, by their id
 */
record Whole(Control control, Map<Long, Counter> counters) {

    static final String COUNTERS = "counters";

    Whole {
        counters = Map.copyOf(counters);
    }

    static Whole of(ClusterImage image) {
        var databases = new TreeSet<>(image.databases());
        databases.remove(COUNTERS);
        var collections = new TreeMap<String, Long>();
        var counters = new TreeMap<Long, Counter>();
        image.collections().values().forEach(collection -> {
            if (collection.name().database().equals(COUNTERS)) counters.put(collection.id().value(), new Counter(collection.nextId(), collection.dimension()));
            else collections.put(collection.name().toString(), collection.id().value());
        });
        return new Whole(new Control(image.lease(), databases, collections, image.nextCollectionId()), counters);
    }

    /** The collection that a call is about; empty: it is about lease or names. */
    static Optional<Long> counterOf(Command command) {
        return switch (command) {
            case Command.AllocateIds(CollectionId id, _, _) -> Optional.of(id.value());
            case Command.FixDimension(CollectionId id, _) -> Optional.of(id.value());
            default -> Optional.empty();
        };
    }

    static Answer answer(List<MetadataRecord> records) {
        if (records.isEmpty()) return Answer.UNCHANGED;
        if (records.size() > 1) throw new IllegalArgumentException("one call, more than one change: " + records);
        return new Answer.Changed(switch (records.getFirst()) {
            case MetadataRecord.DatabaseCreated(String name) -> name;
            case MetadataRecord.DatabaseDropped(String name) -> name;
            case MetadataRecord.CollectionDeclared(var collection) -> collection.id().value();
            case MetadataRecord.CollectionDropped(CollectionId id) -> id.value();
            case MetadataRecord.DimensionFixed(_, int dimension) -> dimension;
            case MetadataRecord.IdsAllocated(_, long first, _) -> first;
            case MetadataRecord.LeaseChanged(var lease) -> lease;
            default -> throw new IllegalArgumentException("no client asks for it: " + records);
        });
    }

    Counter counter(long id) {
        return Objects.requireNonNull(counters.get(id), () -> "no counter " + id);
    }

    /** Of each part a number that only ever grows. */
    long[] ages() {
        var lease = control.lease();
        return LongStream.concat(
                LongStream.of(lease.epoch().value() << 32 | lease.renewals(), control.nextCollection()),
                counters.keySet().stream().sorted().flatMapToLong(id -> LongStream.of(counter(id).nextId(), counter(id).dimension()))).toArray();
    }

    Whole with(Control next) {
        return new Whole(next, counters);
    }

    Whole with(long id, Counter next) {
        var changed = new TreeMap<>(counters);
        changed.put(id, next);
        return new Whole(control, changed);
    }
}
