package io.lynse.http;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.Hits;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.RequestDigest;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Databases} as simple as they can be: maps under one lock, exact search over all rows. It keeps the promises of the
 * interface, so that tests of the HTTP layer see a service that behaves.
 */
public final class InMemoryDatabases implements Databases {

    private final Map<String, TreeMap<String, InMemoryCollection>> databases = new TreeMap<>();
    private record Keyed(long digest, Ids ids) {}

    private final Map<List<Object>, Keyed> keyed = new HashMap<>(); // by collection id and key
    private final boolean cluster;
    private long collectionIds;
    private @Nullable String doubt;
    private @Nullable Reading asked;

    /** @param cluster whether configurations carry {@code integer_id_routing} */
    public InMemoryDatabases(boolean cluster) {
        this.cluster = cluster;
    }

    /** From now on no answer is confirmed; null: each is. */
    synchronized void doubt(@Nullable String why) {
        doubt = why;
    }

    /** How the last read was to be. */
    synchronized @Nullable Reading asked() {
        return asked;
    }

    private synchronized void asked(Reading reading) {
        asked = reading;
        if (doubt != null) reading.unconfirmed(doubt);
    }

    boolean cluster() {
        return cluster;
    }

    @Override
    public synchronized List<String> databases() {
        return List.copyOf(databases.keySet());
    }

    @Override
    public synchronized boolean exists(String database) {
        return databases.containsKey(database);
    }

    @Override
    public synchronized void create(String database, boolean dropIfExists, Deadline deadline) {
        if (dropIfExists) databases.remove(database);
        databases.putIfAbsent(database, new TreeMap<>());
    }

    @Override
    public synchronized void drop(String database, Deadline deadline) {
        databases.remove(database);
    }

    @Override
    public synchronized List<CollectionInfo> collections(String database) {
        return in(database).values().stream().map(InMemoryCollection::info).toList();
    }

    @Override
    public synchronized boolean exists(CollectionName name) {
        return databases.containsKey(name.database()) && in(name.database()).containsKey(name.collection());
    }

    @Override
    public synchronized CollectionInfo open(CollectionName name, CollectionSpec spec, boolean dropIfExists, Deadline deadline) {
        var all = in(name.database());
        if (dropIfExists) all.remove(name.collection());
        InMemoryCollection there = all.get(name.collection());
        if (there == null) {
            there = new InMemoryCollection(new CollectionInfo(new CollectionId(++collectionIds), name, spec.dimension(), spec.elementType(), spec.description(), null));
            all.put(name.collection(), there);
        } else if (there.info().elementType() != spec.elementType()) {
            throw invalid("dtypes", "Invalid argument: collection vector dtype " + there.info().elementType().text()
                    + " does not match requested dtype " + spec.elementType().text());
        }
        return there.info();
    }

    @Override
    public synchronized CollectionInfo describe(CollectionName name) {
        return find(name).info();
    }

    @Override
    public synchronized void drop(CollectionName name, Deadline deadline) {
        in(name.database()).remove(name.collection());
    }

    @Override
    public synchronized void updateDescription(CollectionName name, String description, Deadline deadline) {
        find(name).describe(description);
    }

    @Override
    public synchronized CollectionStats stats(CollectionName name, boolean withFieldNames, Reading reading, Deadline deadline) {
        asked(reading);
        return find(name).stats();
    }

    @Override
    public synchronized IntegerRouting integerRouting(CollectionName name, Deadline deadline) {
        if (!cluster) return IntegerRouting.ABSENT;
        CollectionStats stats = find(name).stats();
        return new IntegerRouting(true, stats.rowsEver() == 0 ? null : stats.holdsTextIds() ? "external" : "internal");
    }

    @Override
    public Map<String, Object> extraConfig(CollectionName name) {
        return cluster ? Map.of("bucket_count", 4096) : Map.of();
    }

    @Override
    public synchronized Ids write(CollectionName name, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Deadline deadline) {
        return once(name, key, RequestDigest.of(batch), () -> find(name).write(batch));
    }

    @Override
    public synchronized void mark(CollectionName name, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        once(name, key, RequestDigest.of(ids, deleted), () -> {
            find(name).mark(ids, deleted);
            return ids;
        });
    }

    private Ids once(CollectionName name, @Nullable IdempotencyKey key, long digest, Supplier<Ids> write) {
        if (key == null) return write.get();
        Keyed first = keyed.get(List.of(find(name).info().id(), key));
        if (first == null) keyed.put(List.of(find(name).info().id(), key), first = new Keyed(digest, write.get()));
        if (first.digest() != digest) throw new LynseException(new LynseError.KeyReused());
        return first.ids();
    }

    @Override
    public synchronized long compact(CollectionName name, Deadline deadline) {
        return find(name).compact();
    }

    @Override
    public synchronized SearchAnswer search(CollectionName name, Query query, RequestMemory memory, Reading reading, Deadline deadline) {
        asked(reading);
        InMemoryCollection collection = find(name);
        return new SearchAnswer(collection.search(query.vector(), query.options()), collection.stats().holdsTextIds());
    }

    @Override
    public synchronized BatchAnswer batchSearch(CollectionName name, Vectors queries, Query.Options options, RequestMemory memory, Reading reading, Deadline deadline) {
        asked(reading);
        InMemoryCollection collection = find(name);
        List<Hits> results = new ArrayList<>();
        for (int row = 0; row < queries.count(); row++) results.add(collection.search(queries.row(row), options));
        return new BatchAnswer(results, collection.stats().holdsTextIds());
    }

    @Override
    public synchronized Rows read(CollectionName name, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline) {
        asked(reading);
        return find(name).read(selection, withVectors, withFields);
    }

    @Override
    public synchronized boolean hasRow(CollectionName name, Ids id, Reading reading, Deadline deadline) {
        asked(reading);
        return find(name).has(id.get(0));
    }

    @Override
    public synchronized void setIndex(CollectionName name, @Nullable IndexMode mode, IndexParameters parameters, Deadline deadline) {
        InMemoryCollection collection = find(name);
        if (mode != null && mode.approximate() && collection.stats().live() == 0) throw new LynseException(new LynseError.EmptyCollection(name.collection()));
        collection.index(mode);
    }

    @Override
    public synchronized void settle(CollectionName name, Durability durability, Deadline deadline) {
        find(name);
    }

    @Override
    public synchronized StoragePath path(CollectionName name, Deadline deadline) {
        find(name);
        return cluster ? new StoragePath(null, List.of(new GroupPath("sg0", "http://a:1", "/data/" + name))) : new StoragePath("/data/" + name, List.of());
    }

    private TreeMap<String, InMemoryCollection> in(String database) {
        var all = databases.get(database);
        if (all == null) throw new LynseException(new LynseError.NotFound("database", database));
        return all;
    }

    private InMemoryCollection find(CollectionName name) {
        InMemoryCollection collection = in(name.database()).get(name.collection());
        if (collection == null) throw new LynseException(new LynseError.NotFound("collection", name.collection()));
        return collection;
    }

    static LynseException invalid(String field, String reason) {
        return new LynseException(new LynseError.InvalidArgument(field, reason));
    }

    static RowId missing(RowId id) {
        throw invalid("ids", "Invalid argument: external id " + id + " does not exist");
    }
}
