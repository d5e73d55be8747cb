package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.FoldObserver;
import io.lynse.engine.collection.Folds;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.index.kernels.ScanKernels;
import io.lynse.engine.log.LogDamagedException;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.engine.search.ComputePool;
import io.lynse.engine.search.Searcher;
import io.lynse.engine.search.SegmentCopies;
import io.lynse.engine.space.DiskGuard;
import io.lynse.engine.space.DiskLevel;
import io.lynse.engine.space.DiskSpace;
import io.lynse.model.Lsn;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that works behind an {@link Engine} whose copy is sound: log, collections, and the threads that carry entries from one to the other. */
final class Store implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Store.class);
    static final String LOG = "log";
    static final String CATALOG = "catalog";
    static final String COLLECTIONS = "collections";
    private static final int FOLD_THREADS = 2; // one that a huge fold keeps busy must not hold up all others

    final WriteAheadLog wal;
    final OpenCollections collections;
    final GraphBuilds builds;
    final Applier applier;
    final Checkpoints checkpoints;
    final ApplyThread applying;
    final DiskGuard disk;
    final Pipeline pipeline;
    final ReplicatedLog replicatedLog;
    final ComputePool pool;
    final SegmentCopies copies;
    final Reads reads;
    final StartWarmUp warmUp;
    final Scrubber scrubber;
    private final Folds folds;
    private final Commitment commitment;

    private Store(
            WriteAheadLog wal,
            OpenCollections collections,
            Folds folds,
            GraphBuilds builds,
            Applier applier,
            Commitment commitment,
            CatalogFile catalogFile,
            CatalogFile pinnedFile,
            DiskSpace space,
            EngineSettings settings) {
        this.wal = wal;
        this.collections = collections;
        this.folds = folds;
        this.builds = builds;
        this.applier = applier;
        this.commitment = commitment;
        checkpoints = new Checkpoints(
                catalogFile, new PinnedCheckpoint(pinnedFile, collections, wal), collections, wal, applier.memory(), () -> applier.state().lsn(), settings);
        disk = new DiskGuard(space, settings.watermarks(space), checkpoints::makeRoom, this::useRoom);
        folds.holdBackWhile(disk::isExhausted);
        checkpoints.holdBackWhile(disk::isExhausted);
        checkpoints.leaveFollowersBehindWhile(() -> disk.level() != DiskLevel.OK);
        var budget = new QueueBudget(settings.queueBytesMax());
        applying = new ApplyThread(applier, new LoggedEntries(wal), checkpoints, budget, commitment);
        pipeline = new Pipeline(wal, applier, applying, collections, budget, settings.queueWait(), disk);
        replicatedLog = new ReplicatedLog(wal, pipeline, applying, commitment, applier);
        pool = new ComputePool(settings.searchThreads(), settings.searchQueueMax());
        copies = new SegmentCopies(settings.kernels() ? settings.copies() : settings.copies().none());
        Lsn opened = wal.lastLsn();
        warmUp = new StartWarmUp(SpareTime.ofThisMachine(), () -> !wal.lastLsn().equals(opened), copies::warmUpSoon);
        scrubber = new Scrubber(collections::all, settings.scrubBytesPerSecond());
        var searcher = new Searcher(pool, settings.kernels() ? ScanKernels.best() : ScanKernels.STOCK, copies);
        reads = new Reads(applier, collections, searcher, copies, pool);
    }

    /**
     * Opens what a data directory holds and brings it to its last committed log entry.
     * @throws LogDamagedException  if the log is damaged
     * @throws DamagedCopyException if another part is on which all depend
     */
    static Store open(DataDirectory directory, EngineSettings settings, LogSettings logSettings, FoldObserver observer, DiskSpace space) {
        WriteAheadLog wal = null;
        OpenCollections collections = null;
        Folds folds = null;
        Commitment commitment = null;
        try {
            var catalogFile = new CatalogFile(directory.resolve(CATALOG));
            var pinnedFile = new CatalogFile(directory.resolve(PinnedCheckpoint.FILE));
            CopiedDirectory.restore(directory, logSettings, directory.resolve(LOG), directory.resolve(COLLECTIONS), catalogFile, pinnedFile);
            pinnedFile.delete(); // before its files go
            CatalogFile.Content found = catalogFile.read();
            wal = WriteAheadLog.open(directory.resolve(LOG), logSettings);
            Replay.check(wal, found.state()); // before strays are deleted: without its catalog every collection would be one
            folds = new Folds(settings.folds(), settings.recentBytesMax(), FOLD_THREADS, observer);
            var indexing = new Indexing(GraphBuilds.ofThisProcess());
            collections = new OpenCollections(directory.resolve(COLLECTIONS), folds, indexing, settings.verifyAtOnceBytes());
            collections.deleteStrays(found.state().catalog());
            for (CollectionRecord record : found.state().catalog().records()) {
                collections.open(record, found.folded().getOrDefault(record.info().id(), Lsn.NONE));
            }
            var applier = new Applier(collections, found.applied());
            commitment = Commitment.open(directory, found.state().lsn(), wal.durableLsn());
            Replay.run(wal, applier, collections, commitment.committed());
            var store = new Store(wal, collections, folds, indexing.builds(), applier, commitment, catalogFile, pinnedFile, space, settings);
            wal.listen(store.applying);
            store.applying.start();
            store.checkpoints.start(store::captureState);
            store.disk.start();
            indexing.onBuilt(store.checkpoints::soon);
            collections.all().forEach(Collection::resumeIndex);
            collections.verify();
            store.scrubber.start();
            if (settings.warmUp()) store.warmUp.start();
            log.atInfo().addKeyValue("directory", directory.path()).addKeyValue("node", directory.nodeId())
                    .addKeyValue("lsn", applier.state().lsn()).addKeyValue("collections", collections.all().size()).log("engine opened");
            return store;
        } catch (RuntimeException failure) {
            for (AutoCloseable opened : new @Nullable AutoCloseable[] {collections, folds, commitment, wal}) closeQuietly(opened, failure);
            throw failure;
        }
    }

    /** Applies what was submitted, takes a checkpoint and closes every file. */
    @Override
    public void close() {
        close(true);
    }

    /** Closes every file of a copy that is about to go. */
    void closeForGood() {
        close(false);
    }

    private void close(boolean checkpoint) {
        warmUp.close();
        scrubber.close();
        pool.close();
        copies.close();
        disk.close();
        checkpoints.close();
        wal.waitForRoomNoLonger();
        pipeline.close();
        try {
            if (checkpoint) checkpoints.last(applier::image);
            else checkpoints.unpin();
        } catch (RuntimeException failure) {
            log.atWarn().setCause(failure).log("no checkpoint at close, the next start replays the log");
        }
        collections.close();
        folds.close();
        commitment.close();
        wal.close();
    }

    private Applier.Image captureState() {
        var captured = new AtomicReference<>(Applier.Image.EMPTY);
        applying.between(() -> captured.set(applier.image()));
        return captured.get();
    }

    /** Collections whose files found the disk full are opened again now that it has room, and get from the log what they lack. */
    private void useRoom() {
        if (!collections.anyWantsRoom()) return;
        checkpoints.unpin(); // opening a collection again lets go of all commits but the last
        applying.between(() -> {
            AppliedState state = applier.state();
            collections.reopenForRoom(state);
            Replay.catchUp(wal, applier, collections, state.lsn());
            collections.caughtUp();
            collections.verify();
            collections.all().forEach(Collection::resumeIndex);
        });
    }

    private static void closeQuietly(@Nullable AutoCloseable opened, Exception because) {
        if (opened == null) return;
        try {
            opened.close();
        } catch (Exception failure) {
            because.addSuppressed(failure);
        }
    }
}
