package io.lynse.shard.database;

import io.lynse.engine.Applied.CollectionChanged;
import io.lynse.engine.Catalog;
import io.lynse.engine.Engine;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.HybridClock;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.shard.entry.IndexWait;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.wire.IndexWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.DropCollection;
import io.lynse.wire.v1.DropDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.IndexSetting;
import io.lynse.wire.v1.UpdateCollection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's own databases. Reads go to the engine. Writes and schema changes become log entries, as long as the node is
 * its own authority; a member of a cluster refuses them and names its coordinator.
 */
public final class EngineDatabases implements Databases {

    private final Engine engine;
    private final OwnEntries entries;
    private final RowWrites rows;

    /** @param clock gives the order stamps of accepted rows; it is set ahead of every stored one here */
    public EngineDatabases(Engine engine, NodeMembership membership, HybridClock clock, CollectionLimits limits) {
        this.engine = engine;
        this.entries = new OwnEntries(engine, membership);
        this.rows = new RowWrites(engine, entries, clock, limits);
        clock.observe(engine.largestStamp());
    }

    @Override
    public List<String> databases() {
        return engine.catalog().databases();
    }

    @Override
    public boolean exists(String database) {
        return engine.catalog().hasDatabase(database);
    }

    @Override
    public void create(String database, boolean dropIfExists, Deadline deadline) {
        if (exists(database)) {
            if (!dropIfExists) return;
            drop(database, deadline);
        }
        entries.apply(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase(database).build(), deadline);
    }

    @Override
    public void drop(String database, Deadline deadline) {
        entries.requireAlone();
        if (!exists(database)) return;
        entries.apply(EntryType.DROP_DATABASE, DropDatabase.newBuilder().setDatabase(database).build(), deadline);
    }

    @Override
    public List<CollectionInfo> collections(String database) {
        Catalog catalog = engine.catalog();
        require(catalog, database);
        return catalog.collections(database);
    }

    @Override
    public boolean exists(CollectionName name) {
        Catalog catalog = engine.catalog();
        require(catalog, name.database());
        return catalog.find(name).isPresent();
    }

    @Override
    public CollectionInfo open(CollectionName name, CollectionSpec spec, boolean dropIfExists, Deadline deadline) {
        Catalog catalog = engine.catalog();
        CollectionInfo existing = catalog.find(name).orElse(null);
        if (existing == null || dropIfExists) entries.requireAlone();
        require(catalog, name.database());
        if (existing != null) {
            if (!dropIfExists) return opened(existing, spec);
            drop(name, deadline);
        }
        var create = CreateCollection.newBuilder()
                .setDatabase(name.database())
                .setCollection(name.collection())
                .setDimension(spec.dimension())
                .setElementType(Wire.elementType(spec.elementType()));
        if (spec.description() != null) create.setDescription(spec.description());
        try {
            return OwnEntries.expect(CollectionChanged.class, entries.apply(EntryType.CREATE_COLLECTION, create.build(), deadline)).info();
        } catch (LynseException raced) {
            // Another client was faster: what it created is opened.
            if (raced.error() instanceof LynseError.AlreadyExists) return opened(describe(name), spec);
            throw raced;
        }
    }

    private static CollectionInfo opened(CollectionInfo existing, CollectionSpec spec) {
        if (existing.elementType() == spec.elementType()) return existing;
        throw new LynseException(LynseError.invalid("dtypes", "Invalid argument: collection vector dtype "
                + existing.elementType().text() + " does not match requested dtype " + spec.elementType().text()));
    }

    @Override
    public CollectionInfo describe(CollectionName name) {
        Catalog catalog = engine.catalog();
        require(catalog, name.database());
        return catalog.find(name).orElseThrow(() -> new LynseException(new LynseError.NotFound("collection", name.collection())));
    }

    @Override
    public void drop(CollectionName name, Deadline deadline) {
        entries.requireAlone();
        Catalog catalog = engine.catalog();
        require(catalog, name.database());
        CollectionInfo existing = catalog.find(name).orElse(null);
        if (existing == null) return;
        entries.apply(EntryType.DROP_COLLECTION, DropCollection.newBuilder().setCollectionId(existing.id().value()).build(), deadline);
    }

    @Override
    public void updateDescription(CollectionName name, String description, Deadline deadline) {
        entries.requireAlone();
        var update = UpdateCollection.newBuilder().setCollectionId(id(name).value()).setDescription(description);
        entries.apply(EntryType.UPDATE_COLLECTION, update.build(), deadline);
    }

    @Override
    public CollectionStats stats(CollectionName name, boolean withFieldNames, Reading reading, Deadline deadline) {
        return engine.stats(id(name), withFieldNames);
    }

    /** A node must not have the key: with it the client would take the node for a cluster. */
    @Override
    public IntegerRouting integerRouting(CollectionName name, Deadline deadline) {
        return IntegerRouting.ABSENT;
    }

    @Override
    public Map<String, Object> extraConfig(CollectionName name) {
        return Map.of();
    }

    @Override
    public Ids write(CollectionName name, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Deadline deadline) {
        entries.requireAlone();
        return rows.write(describe(name), batch, key, memory, deadline);
    }

    @Override
    public void mark(CollectionName name, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        entries.requireAlone();
        rows.mark(id(name), ids, deleted, key, deadline);
    }

    @Override
    public long compact(CollectionName name, Deadline deadline) {
        entries.requireAlone();
        return rows.compact(id(name), deadline);
    }

    @Override
    public SearchAnswer search(CollectionName name, Query query, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionId collection = id(name);
        return new SearchAnswer(engine.search(collection, query, memory), engine.stats(collection, false).holdsTextIds());
    }

    @Override
    public BatchAnswer batchSearch(CollectionName name, Vectors queries, Query.Options options, RequestMemory memory, Reading reading, Deadline deadline) {
        CollectionId collection = id(name);
        return new BatchAnswer(engine.batchSearch(collection, queries, options, memory), engine.stats(collection, false).holdsTextIds());
    }

    @Override
    public Rows read(CollectionName name, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline) {
        Rows rows = engine.read(id(name), selection, withVectors, withFields, memory);
        if (selection instanceof RowSelection.ById(Ids wanted)) requireAll(wanted, rows);
        return rows;
    }

    /** The engine leaves out what it does not have; a client that names a row wants to hear of it. */
    private static void requireAll(Ids wanted, Rows rows) {
        if (rows.size() == wanted.size()) return;
        var found = new HashSet<>(rows.ids().toList());
        for (RowId id : wanted.toList()) {
            if (!found.contains(id)) throw new LynseException(LynseError.invalid("ids", "Invalid argument: external id " + id + " does not exist"));
        }
    }

    @Override
    public boolean hasRow(CollectionName name, Ids id, Reading reading, Deadline deadline) {
        return engine.hasRow(id(name), id.get(0));
    }

    /**
     * The wish is recorded in the log, and carried out in the background. Searches are exact until it is.
     * @throws LynseException OutcomeUnknown: the build goes on; Conflict: this node cannot build it
     */
    @Override
    public void setIndex(CollectionName name, @Nullable IndexMode mode, IndexParameters parameters, Deadline deadline) {
        entries.requireAlone();
        CollectionId collection = id(name);
        var setting = IndexSetting.newBuilder();
        if (mode != null) {
            if (mode.approximate() && engine.stats(collection, false).rows() == 0) {
                throw new LynseException(new LynseError.EmptyCollection(name.collection()));
            }
            setting.setMode(mode.text()).setParameters(IndexWire.message(parameters));
        }
        entries.apply(EntryType.UPDATE_COLLECTION, UpdateCollection.newBuilder().setCollectionId(collection.value()).setIndex(setting).build(), deadline);
        IndexState state = IndexWait.until(engine.indexBuilt(collection), deadline).orElseThrow(() -> new LynseException(
                new LynseError.OutcomeUnknown("the index " + (mode == null ? "" : mode.text() + " ") + "is not built yet ("
                        + engine.indexState(collection).text() + "); the build goes on")));
        IndexState.Problem problem = state.problem();
        if (state.phase() == IndexState.Phase.FAILED && problem != null) throw new LynseException(new LynseError.Conflict("no index is built, searches stay exact: " + problem.text()));
    }

    /** What was acknowledged is in the forced log already; only a checkpoint has something left to do. */
    @Override
    public void settle(CollectionName name, Durability durability, Deadline deadline) {
        describe(name);
        if (durability == Durability.CHECKPOINT) engine.checkpoint();
    }

    @Override
    public StoragePath path(CollectionName name, Deadline deadline) {
        return new StoragePath(stats(name, false, Reading.usual(), deadline).path(), List.of());
    }

    private CollectionId id(CollectionName name) {
        return describe(name).id();
    }

    private static void require(Catalog catalog, String database) {
        if (!catalog.hasDatabase(database)) throw new LynseException(new LynseError.NotFound("database", database));
    }
}
