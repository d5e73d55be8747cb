package io.lynse.engine;

import com.google.protobuf.ByteString;
import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.index.hnsw.IndexFigures;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.log.Kept;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.search.ScanCost;
import io.lynse.engine.search.SegmentCopies;
import io.lynse.engine.space.DiskGuard;
import io.lynse.engine.space.DiskSpace;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionStats;
import io.lynse.model.Epoch;
import io.lynse.model.Hits;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.Query;
import io.lynse.model.RequestId;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Storage and search of one node. Safe for use by many threads, virtual ones included; blocking calls are marked.
 *
 * <p>A read sees every write whose future had completed when the read began.
 *
 * <p>The data directory: {@code node.id} and {@code lynse.lock}, {@code log/}, {@code catalog}, {@code collections/ID/} with
 * the Lucene files of each collection.
 */
public final class Engine implements AutoCloseable {

    private static final Duration QUARANTINE_RETRY_AFTER = Duration.ofMinutes(1); // a person has to do something

    private final DataDirectory directory;
    private final NodeCopy copy;

    private Engine(OpenedDirectory opened) {
        directory = opened.directory();
        copy = new NodeCopy(opened);
    }

    /**
     * Opens a data directory and brings it to the state of its last committed log entry: by the rule that it had, see {@link CommitRule}.
     * @return in {@linkplain #quarantine quarantine} if the log or the catalog is damaged; a damaged collection is unavailable by itself
     * @throws EngineOpenException if the directory is in use, not ours, not readable or writable, or written by a newer program
     */
    public static Engine open(EngineSettings settings) {
        return open(settings, FoldObserver.NONE);
    }

    /** @param observer holds folds up in a test */
    static Engine open(EngineSettings settings, FoldObserver observer) {
        return open(settings, LogSettings.DEFAULT, observer);
    }

    static Engine open(EngineSettings settings, LogSettings logSettings, FoldObserver observer) {
        return open(settings, logSettings, observer, DiskSpace.of(settings.directory()));
    }

    /** @param space a test fills the disk there */
    static Engine open(EngineSettings settings, LogSettings logSettings, FoldObserver observer, DiskSpace space) {
        return new Engine(OpenedDirectory.open(new OpenedDirectory.Ways(settings, logSettings, observer, space)));
    }

    /** Why this node's copy serves nothing, and what to do, for people; null: it is sound. Then every other call fails with Unavailable. */
    public @Nullable String quarantine() {
        return copy.opened().quarantine();
    }

    private Store store() {
        OpenedDirectory now = copy.opened();
        if (now.store() == null) throw new LynseException(unavailable(now));
        return now.store();
    }

    private @Nullable Store storeIfAny() {
        return copy.opened().store();
    }

    private static LynseError unavailable(OpenedDirectory now) {
        return new LynseError.Unavailable(String.valueOf(now.quarantine()), QUARANTINE_RETRY_AFTER);
    }

    public NodeId nodeId() {
        return directory.nodeId();
    }

    public Path directory() {
        return directory.path();
    }

    /**
     * Appends an entry to the log, forces it to disk together with its neighbours, and applies it. Waits a while for room when the
     * queue is full.
     *
     * @return completes when the entry is applied, on the thread that applies: hand longer work over. A request that came before, by
     *         its write id, gets what the first one got, and its LSN. Fails with LynseException:
     *         Overloaded, Unavailable, StaleEpoch (the log has a later one) or InvalidArgument (a payload that is no such message)
     *         KeyReused, or Conflict on a member of a shard group, when nothing was appended; OutcomeUnknown when it was appended and
     *         then the disk failed, or the entry was truncated
     */
    public CompletableFuture<Applied> submit(Epoch epoch, ParsedEntry entry) {
        OpenedDirectory now = copy.opened();
        if (now.store() == null) return CompletableFuture.failedFuture(new LynseException(unavailable(now)));
        return now.store().pipeline.submit(epoch, entry);
    }

    /** As above, of bytes that nobody has read yet. */
    public CompletableFuture<Applied> submit(Epoch epoch, int type, int version, ByteBuffer payload) {
        return submit(epoch, ParsedEntry.of(type, version, payload));
    }

    /** Whether a request with this write id came before and is remembered: {@link #submit} would then append nothing. */
    public boolean knows(RequestId request) {
        return store().pipeline.knows(WriteId.of(ByteString.copyFrom(request.writeId())));
    }

    /** What replication needs of the log. */
    public ReplicatedLog log() {
        return store().replicatedLog;
    }

    /** Of the last appended entry. */
    public Lsn lastLsn() {
        Store store = storeIfAny();
        return store == null ? Lsn.NONE : store.wal.lastLsn();
    }

    /** Of the last applied entry. */
    public Lsn appliedLsn() {
        Store store = storeIfAny();
        return store == null ? Lsn.NONE : store.applier.state().lsn();
    }

    /** Clock of the largest order stamp ever applied; a hybrid clock must be ahead of it. 0: none. */
    public long largestStamp() {
        Store store = storeIfAny();
        return store == null ? 0 : store.applier.state().largestStamp();
    }

    /** Why nothing is written any more, for people; null: all is well. */
    public @Nullable String trouble() {
        Store store = storeIfAny();
        return store == null ? quarantine() : store.applying.failure();
    }

    /** Whether code is being compiled in spare time, or waits for some; see {@link EngineSettings#warmUp}. */
    public boolean isWarmingUp() {
        Store store = storeIfAny();
        return store != null && (store.warmUp.isRunning() || store.copies.isWarmingUp());
    }

    /** How much room the disk has, and whether writes are refused for it. */
    public DiskGuard disk() {
        return store().disk;
    }

    /** Whether the log waits for room on a full disk. */
    public boolean isStalled() {
        Store store = storeIfAny();
        return store != null && store.wal.isStalled();
    }

    /** How much log there is, and for whom. */
    public Kept keptLog() {
        return store().wal.retention().kept();
    }

    /**
     * Collections whose files are still being looked at, because they were too large to be looked at before the start. They answer:
     * what is returned with its vector is held against its hash, but a search may pass over a row whose vector is damaged. When damage
     * is found, the collection answers nothing more.
     */
    public List<CollectionId> verifying() {
        Store store = storeIfAny();
        return store == null ? List.of() : store.collections.verifying();
    }

    /** How much was read again in the background, see {@link EngineSettings#scrubBytesPerSecond}. */
    public Scrubbed scrubbed() {
        Store store = storeIfAny();
        return store == null ? Scrubbed.NOTHING : store.scrubber.scrubbed();
    }

    /**
     * Why collections answer nothing, and take no writes, while the others do: their files are damaged or failed. By their names, in their
     * order; a collection that waits for room on the disk is among them, too.
     */
    public SortedMap<CollectionName, String> unavailableCollections() {
        return reasons(OpenCollections::trouble);
    }

    /** Those among them whose files are damaged, or failed otherwise than for want of room: this copy lacks them for good. */
    public SortedMap<CollectionName, String> damagedCollections() {
        return reasons(OpenCollections::damage);
    }

    private SortedMap<CollectionName, String> reasons(BiFunction<OpenCollections, CollectionId, @Nullable String> ofOne) {
        var reasons = new TreeMap<CollectionName, String>(Comparator.comparing(CollectionName::toString));
        Store store = storeIfAny();
        if (store == null) return reasons;
        for (CollectionInfo info : store.applier.state().catalog().collections()) {
            String reason = ofOne.apply(store.collections, info.id());
            if (reason != null) reasons.put(info.name(), reason);
        }
        return reasons;
    }

    /** Of the collections here; 0: there are none, or this copy is lost. */
    public long largestCollectionId() {
        Store store = storeIfAny();
        return store == null ? 0 : store.applier.state().catalog().collections().stream().mapToLong(info -> info.id().value()).max().orElse(0);
    }

    public Catalog catalog() {
        return store().applier.state().catalog();
    }

    /**
     * The best hits of one query. Blocks.
     * @throws LynseException NotFound; InvalidArgument (dimension); Overloaded; Unavailable (this collection's files)
     */
    public Hits search(CollectionId id, Query query) {
        return search(id, query, RequestMemory.unbounded());
    }

    /** @param memory counts what the answer takes */
    public Hits search(CollectionId id, Query query, RequestMemory memory) {
        return store().reads.search(id, query, memory);
    }

    /** As below, within no bounds. */
    public List<Hits> batchSearch(CollectionId id, Vectors queries, Query.Options options) {
        return batchSearch(id, queries, options, RequestMemory.unbounded());
    }

    /**
     * One answer per query, in the order of the queries, all from one state; errors as {@link #search}. Blocks.
     *
     * @param memory counts what the answers take
     * @throws LynseException also PayloadTooLarge, Overloaded when they do not fit into it: before anything is searched, but for fields
     */
    public List<Hits> batchSearch(CollectionId id, Vectors queries, Query.Options options, RequestMemory memory) {
        return store().reads.batchSearch(id, queries, options, memory);
    }

    /**
     * Stored rows. Ids that do not exist are left out. Blocks.
     * @throws LynseException NotFound; Unavailable; PayloadTooLarge when the vectors would not fit into 2 GiB
     */
    public Rows read(CollectionId id, RowSelection selection, boolean withVectors, boolean withFields) {
        return read(id, selection, withVectors, withFields, RequestMemory.unbounded());
    }

    /**
     * @param memory where the rows lie
     * @throws LynseException as above; PayloadTooLarge, Overloaded when they do not fit into it
     */
    public Rows read(CollectionId id, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory) {
        return store().reads.read(id, selection, withVectors, withFields, memory);
    }

    /** Whether the collection has the row, tombstoned or not. Blocks. */
    public boolean hasRow(CollectionId id, RowId row) {
        return store().reads.hasRow(id, row);
    }

    /** Counts; {@code withFieldNames} reads every row. Blocks. */
    public CollectionStats stats(CollectionId id, boolean withFieldNames) {
        return store().reads.stats(id, withFieldNames);
    }

    /** What the next exact search of the collection reads. Asks for the copies that it would use. Blocks. */
    public ScanCost scanCost(CollectionId id) {
        return store().reads.scanCost(id);
    }

    /** Memory outside the heap that one-byte copies of segments take. */
    public long copyBytes() {
        Store store = storeIfAny();
        return store == null ? 0 : store.copies.bytes();
    }

    /**
     * How the collection's searches are answered now.
     * @throws LynseException NotFound; Unavailable
     */
    public IndexState indexState(CollectionId id) {
        return store().collections.get(id).indexState();
    }

    /**
     * The wanted index of a collection, as of the last applied entry.
     * @return completes when searches are answered by it, or never will be: see the state's phase. Also when the collection is dropped
     * @throws LynseException NotFound; Unavailable
     */
    public CompletableFuture<IndexState> indexBuilt(CollectionId id) {
        return store().collections.get(id).indexBuilt();
    }

    /**
     * The index of a collection in figures. Does not wait.
     * @throws LynseException NotFound; Unavailable
     */
    public IndexFigures indexFigures(CollectionId id) {
        return store().reads.indexFigures(id);
    }

    /** What was built on this node since its start, and how far the build is that runs. */
    public GraphTally.Counts indexBuilds() {
        return store().builds.counts();
    }

    /** Bytes of heap that the build of one graph may take. */
    public long indexHeapMax() {
        return store().builds.heapMax();
    }

    /**
     * Puts everything applied into files that a plain copy of the directory finds complete, and drops the log that they replace. Blocks.
     * @return the last LSN that is covered
     */
    public Lsn checkpoint() {
        return store().checkpoints.pinned();
    }

    /**
     * Takes a checkpoint that another node copies while this one goes on. It is kept until it is closed, lapses by its age
     * ({@link io.lynse.engine.log.RetentionLimits#pinAgeMax}) or for want of space, or this engine is closed. Blocks, for as long as
     * it takes to write what is not in files yet.
     *
     * @param taker whose copy it will be, for people
     * @throws LynseException Unavailable: a collection is unavailable here, so that a copy would lack it, or there is no room
     */
    public GivenCheckpoint give(NodeId taker) {
        return copy.give(taker);
    }

    /**
     * The place for a copy of another member's checkpoint, which this node goes on without meanwhile.
     * @throws LynseException Conflict: another copy is on its way
     */
    public IncomingCopy incoming() {
        return copy.incoming();
    }

    /** Why this node does not count on its copy any more; null: it does. Kept over restarts, until {@link #install}. */
    public @Nullable GivenUp givenUp() {
        return copy.opened().givenUp();
    }

    /** Keeps that in mind, durably when it returns. What is here stays as it is, is served as before, and its log is not trimmed. */
    public void giveUp(GivenUp why) {
        copy.giveUp(why);
    }

    /**
     * Replaces the whole copy by the one that was fetched and verified, and goes on with that: as a member, whatever it was before. Node id and
     * membership stay. A crash leaves the one or the other.
     *
     * <p>While it lasts everything answers Unavailable. Reads under way end with what they use, or with Unavailable. {@link #log} is another one
     * afterwards: who listened to the old one, or registered with it, does so again.
     *
     * @throws IllegalStateException         if it was not verified
     * @throws java.io.UncheckedIOException  if the disk refuses: before the decision nothing is changed, else this is quarantined until a restart goes on
     */
    public void install(IncomingCopy fetched) {
        copy.install(fetched);
    }

    /** Applies what was submitted, takes a checkpoint and closes every file. Reads under way keep what they use until they end. */
    @Override
    public void close() {
        copy.close();
    }

    /** Brings every row to Lucene that is applied by now, without forcing anything to disk. */
    void fold() {
        store().collections.all().forEach(Collection::fold);
    }

    /** Asks for a fold in the background. */
    void foldSoon(CollectionId id) {
        store().collections.get(id).foldSoon();
    }

    SegmentCopies copies() {
        return store().copies;
    }
}
