package io.lynse.coordinator.database;

import io.lynse.coordinator.collection.Catalog;
import io.lynse.coordinator.collection.CollectionService;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.search.ReadService;
import io.lynse.coordinator.search.SearchService;
import io.lynse.coordinator.write.WriteService;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@link Databases} over the cluster: looks the name up, and hands on to the feature that does it. */
public final class ClusterDatabases implements Databases {

    /** What a row of a batch takes on the heap beside its vector and fields: ids, places and bounds, in the request and in what is sent. */
    private static final long ROW_BYTES = 128;

    /** The same for a row of a batch in which there are text ids. */
    private static final long TEXT_ROW_BYTES = 384;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final MetadataAuthority authority;
    private final Catalog catalog;
    private final CollectionService collections;
    private final WriteService writes;
    private final SearchService searches;
    private final ReadService reads;

    public ClusterDatabases(
            MetadataAuthority authority,
            Catalog catalog,
            CollectionService collections,
            WriteService writes,
            SearchService searches,
            ReadService reads) {
        this.authority = authority;
        this.catalog = catalog;
        this.collections = collections;
        this.writes = writes;
        this.searches = searches;
        this.reads = reads;
    }

    @Override
    public List<String> databases() {
        return List.copyOf(authority.image().databases());
    }

    @Override
    public boolean exists(String database) {
        return catalog.hasDatabase(database);
    }

    @Override
    public void create(String database, boolean dropIfExists, Deadline deadline) {
        collections.createDatabase(database, dropIfExists, deadline);
    }

    @Override
    public void drop(String database, Deadline deadline) {
        collections.dropDatabase(database, deadline);
    }

    /** Of a database that does not exist: none, as a coordinator always answered (wire contract 10.1). */
    @Override
    public List<CollectionInfo> collections(String database) {
        return authority.image().collectionsOf(database).stream().map(CollectionImage::info).toList();
    }

    @Override
    public boolean exists(CollectionName name) {
        return catalog.find(name).isPresent();
    }

    @Override
    public CollectionInfo open(CollectionName name, CollectionSpec spec, boolean dropIfExists, Deadline deadline) {
        return collections.open(name, spec, dropIfExists, deadline).info();
    }

    @Override
    public CollectionInfo describe(CollectionName name) {
        return catalog.require(name).info();
    }

    @Override
    public void drop(CollectionName name, Deadline deadline) {
        collections.drop(name, deadline);
    }

    @Override
    public void updateDescription(CollectionName name, String description, Deadline deadline) {
        collections.updateDescription(catalog.require(name), description, deadline);
    }

    @Override
    public CollectionStats stats(CollectionName name, boolean withFieldNames, Reading reading, Deadline deadline) {
        return reads.stats(catalog.require(name), withFieldNames, reading, deadline);
    }

    /** Every integer routes alike here, so there is no lock-in to report: only whether binary answers can name all rows (wire contract 6.4). */
    @Override
    public IntegerRouting integerRouting(CollectionName name, Deadline deadline) {
        CollectionStats stats = stats(name, false, Reading.usual(), deadline);
        if (stats.rowsEver() == 0) return new IntegerRouting(true, null);
        return new IntegerRouting(true, stats.holdsTextIds() ? "external" : "internal");
    }

    @Override
    public Map<String, Object> extraConfig(CollectionName name) {
        CollectionImage collection = catalog.require(name);
        var extra = new HashMap<String, Object>();
        extra.put("next_id", collection.nextId());
        extra.put("bucket_count", collection.table().bucketCount());
        extra.put("bucket_to_group", collection.table().names());
        return extra;
    }

    @Override
    public Ids write(CollectionName name, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Deadline deadline) {
        CollectionImage collection = catalog.require(name);
        memory.countHeap(batch.count() * (batch.ids() instanceof Ids.Mixed ? TEXT_ROW_BYTES : ROW_BYTES));
        return writes.write(collection, batch, key, memory, () -> reads.stats(collection, false, Reading.usual(), deadline).maxId() + 1, deadline);
    }

    @Override
    public void mark(CollectionName name, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        writes.mark(catalog.require(name), ids, deleted, key, deadline);
    }

    @Override
    public long compact(CollectionName name, Deadline deadline) {
        return collections.compact(catalog.require(name), deadline);
    }

    @Override
    public SearchAnswer search(CollectionName name, Query query, RequestMemory memory, Reading reading, Deadline deadline) {
        var found = searches.search(catalog.require(name), query, memory, reading, deadline);
        return new SearchAnswer(found.results().getFirst(), found.holdsTextIds());
    }

    @Override
    public BatchAnswer batchSearch(CollectionName name, Vectors queries, Query.Options options, RequestMemory memory, Reading reading, Deadline deadline) {
        var found = searches.batchSearch(catalog.require(name), queries, options, memory, reading, deadline);
        return new BatchAnswer(found.results(), found.holdsTextIds());
    }

    @Override
    public Rows read(CollectionName name, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline) {
        return reads.read(catalog.require(name), selection, withVectors, withFields, memory, reading, deadline);
    }

    @Override
    public boolean hasRow(CollectionName name, Ids id, Reading reading, Deadline deadline) {
        return reads.hasRow(catalog.require(name), id, reading, deadline);
    }

    @Override
    public void setIndex(CollectionName name, @Nullable IndexMode mode, IndexParameters parameters, Deadline deadline) {
        CollectionImage collection = catalog.require(name);
        // An empty group is no obstacle, an empty collection is.
        if (mode != null && mode.approximate() && reads.stats(collection, false, Reading.usual(), deadline).rows() == 0) {
            throw new LynseException(new LynseError.EmptyCollection(name.collection()));
        }
        collections.setIndex(collection, mode, JSON.writeValueAsString(parameters.byName()), deadline);
    }

    /** Every acknowledged write is in a forced log already; only a checkpoint has something left to do. */
    @Override
    public void settle(CollectionName name, Durability durability, Deadline deadline) {
        CollectionImage collection = catalog.require(name);
        if (durability == Durability.CHECKPOINT) collections.checkpoint(collection, deadline);
    }

    @Override
    public StoragePath path(CollectionName name, Deadline deadline) {
        CollectionImage collection = catalog.require(name);
        List<CollectionStats> stats = reads.perGroup(collection, false, Reading.usual(), deadline);
        var paths = new ArrayList<GroupPath>();
        for (int i = 0; i < stats.size(); i++) {
            ShardGroupId group = collection.table().groups().get(i);
            paths.add(new GroupPath(group.value(), authority.image().group(group).primary().uri(), stats.get(i).path()));
        }
        return new StoragePath(null, paths);
    }
}
