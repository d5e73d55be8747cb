package io.lynse.http;

import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
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
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Lynse service can do, whether one node or a cluster stands behind it. The HTTP layer checks shapes, limits and
 * names; implementations check against what is stored (dimensions, existence) and never trust a batch.
 *
 * <p>Every method blocks until it is done or the deadline has passed; callers run on virtual threads. Failures are
 * {@link LynseException}. A write that returns is durable and seen by every later read, unless the read's {@link Reading} says why not.
 */
public interface Databases {

    /** Sorted. */
    List<String> databases();

    boolean exists(String database);

    /** Creates a database; one that exists stays as it is, unless it is to be dropped first. */
    void create(String database, boolean dropIfExists, Deadline deadline);

    /** Drops a database with all it holds; one that does not exist is no error. */
    void drop(String database, Deadline deadline);

    /** Sorted by name. @throws LynseException NotFound if the database does not exist */
    List<CollectionInfo> collections(String database);

    boolean exists(CollectionName name);

    /**
     * Opens or creates. For an existing collection the stored dimension and description win.
     * @throws LynseException NotFound if the database does not exist; InvalidArgument if the element type differs from the stored one
     */
    CollectionInfo open(CollectionName name, CollectionSpec spec, boolean dropIfExists, Deadline deadline);

    /** @throws LynseException NotFound if the database or the collection does not exist */
    CollectionInfo describe(CollectionName name);

    /** Drops a collection; one that does not exist is no error. @throws LynseException NotFound if the database does not exist */
    void drop(CollectionName name, Deadline deadline);

    void updateDescription(CollectionName name, String description, Deadline deadline);

    /** Counts a collection. @param withFieldNames whether to collect the names of all fields, which reads every row */
    CollectionStats stats(CollectionName name, boolean withFieldNames, Reading reading, Deadline deadline);

    /**
     * Whether a public id routes as the client should know it (wire contract 6.4): {@code "internal"}, {@code "external"} or null,
     * or empty on a service whose configuration must not have the key at all (one node).
     */
    IntegerRouting integerRouting(CollectionName name, Deadline deadline);

    /** The value of {@code integer_id_routing} in a collection's configuration, or that the key is absent. */
    record IntegerRouting(boolean present, @Nullable String value) {
        public static final IntegerRouting ABSENT = new IntegerRouting(false, null);
    }

    /** What the collection's configuration holds besides the common keys (a cluster: its routing table). */
    Map<String, Object> extraConfig(CollectionName name);

    /**
     * Writes a batch.
     * @param key    the client's name for the request: one that comes again is answered by what the first came to, generated ids included,
     *               and not done again; null: it has none
     * @param memory in which the batch lies: retained by whoever needs it longer than this call takes
     * @return the ids of the rows, in row order
     * @throws LynseException InvalidArgument when refused as a whole; PartialWrite when some groups took their part and others did not;
     *         KeyReused when the key names another request
     */
    Ids write(CollectionName name, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Deadline deadline);

    /** Sets or lifts tombstones; unknown ids are ignored. @param key as above */
    void mark(CollectionName name, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline);

    /** Forgets tombstoned rows for good. @return how many */
    long compact(CollectionName name, Deadline deadline);

    /** @param memory counts what the answer takes */
    SearchAnswer search(CollectionName name, Query query, RequestMemory memory, Reading reading, Deadline deadline);

    /**
     * @param queries float32, one per row
     * @param memory  counts what the answer takes
     */
    BatchAnswer batchSearch(CollectionName name, Vectors queries, Query.Options options, RequestMemory memory, Reading reading, Deadline deadline);

    /** @param holdsTextIds whether the collection ever stored a text id, which the binary answers cannot name */
    record SearchAnswer(Hits hits, boolean holdsTextIds) {}

    /** One list of hits per query, in the order of the queries. */
    record BatchAnswer(List<Hits> results, boolean holdsTextIds) {}

    /**
     * Reads stored rows, tombstoned ones included.
     * @param memory where the answer lies: not to be read when the request's memory is free
     * @throws LynseException InvalidArgument {@code external id X does not exist} when an id that was named is missing
     */
    Rows read(
            CollectionName name, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline);

    /** Whether a row has this id, tombstoned or not. */
    boolean hasRow(CollectionName name, Ids id, Reading reading, Deadline deadline);

    /**
     * Records the wanted index and waits until searches are answered by it; null removes it.
     * @param parameters of the mode
     */
    void setIndex(CollectionName name, @Nullable IndexMode mode, IndexParameters parameters, Deadline deadline);

    /** How far a durability call goes. Every acknowledged write is durable already: these move it into segments. */
    enum Durability { COMMIT, FLUSH, CHECKPOINT, CLOSE }

    void settle(CollectionName name, Durability durability, Deadline deadline);

    /** Where the collection lies on disk. On a cluster the path is null and every group names its own. */
    StoragePath path(CollectionName name, Deadline deadline);

    record StoragePath(@Nullable String path, List<GroupPath> groups) {}

    record GroupPath(String group, String uri, String path) {}
}
