package io.lynse.tests.simulation;

import io.lynse.coordinator.collection.CatalogRepair;
import io.lynse.coordinator.shardclient.Holdings;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.ShardGroupId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A shard group as coordinators see it: one place that holds collections, away now and then. How it stays one place is another simulation's business. */
final class CatalogGroup {

    /** What an insert came to. */
    enum Insert { DONE, ID_TAKEN, NO_COLLECTION }

    private record Collection(CollectionInfo info, TreeMap<Long, Long> rows) {}

    final ShardGroupId id;
    final String address;
    private final Map<CollectionId, Collection> collections = new HashMap<>();
    private final TreeSet<String> databases = new TreeSet<>();
    private final Map<Long, Insert> results = new HashMap<>(); // by value, which stands for the write id
    private long epoch = 1;
    private boolean up = true;

    CatalogGroup(ShardGroupId id) {
        this.id = id;
        address = id.value();
    }

    boolean isUp() {
        return up;
    }

    long epoch() {
        return epoch;
    }

    void setUp(boolean up) {
        if (up && !this.up) epoch++;
        this.up = up;
    }

    void carryOut(CatalogRepair change) {
        switch (change) {
            case CatalogRepair.CreateDatabase(String database) -> databases.add(database);
            case CatalogRepair.DropDatabase(String database, _) -> databases.remove(database);
            case CatalogRepair.Create(CollectionImage declared) -> collections.putIfAbsent(declared.id(), new Collection(declared.info(), new TreeMap<>()));
            case CatalogRepair.Drop(CollectionId dropped) -> collections.remove(dropped);
            case CatalogRepair.SetIndex _, CatalogRepair.SetDescription _ -> {}
        }
    }

    /** @param value of one request: a retry brings the first result */
    Insert insert(CollectionId in, long row, long value) {
        Insert before = results.get(value);
        if (before != null) return before;
        Collection collection = collections.get(in);
        if (collection == null) return Insert.NO_COLLECTION; // refused before it is appended: nothing is remembered
        Insert result = collection.rows.putIfAbsent(row, value) == null ? Insert.DONE : Insert.ID_TAKEN;
        results.put(value, result);
        return result;
    }

    @Nullable Long read(CollectionId in, long row) {
        Collection collection = collections.get(in);
        return collection == null ? null : collection.rows.get(row);
    }

    /** The lowest id that no row of the collection reaches. */
    long floor(CollectionId in) {
        Collection collection = collections.get(in);
        return collection == null || collection.rows.isEmpty() ? 0 : collection.rows.lastKey() + 1;
    }

    Holdings holdings() {
        return new Holdings(databases.stream().toList(), collections.values().stream().map(Collection::info).toList(), Map.of());
    }
}
