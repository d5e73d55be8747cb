package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.index.hnsw.VectorsFormat;
import io.lynse.engine.recent.Layers;
import io.lynse.engine.recent.LuceneSegment;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.CorruptIndexException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection of this node. Entries are applied to it by one thread in LSN order; each is applied once, because an entry
 * that it already holds is left out. Reads run beside that, each on one {@link View}, and wait for nothing.
 *
 * <p>What is applied goes into the {@linkplain io.lynse.engine.recent.RecentTable recent rows}, and a view that shows it is published
 * with one write; {@link FoldCycle} brings it to Lucene behind everybody's back.
 *
 * <p>When Lucene or the disk fails, memory and files may disagree. The collection then answers nothing more and says why; its
 * committed files and the log still have everything, so opening it again repairs what can be repaired.
 */
public final class Collection implements AutoCloseable {

    /** Longest vector. */
    public static final int DIMENSION_MAX = VectorsFormat.DIMENSION_MAX;

    private static final Logger log = LoggerFactory.getLogger(Collection.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final CollectionId id;
    private final ElementType elementType;
    private final Folds folds;
    private final ReentrantLock lock = new ReentrantLock();
    private final CollectionFiles files;
    private final Commits commits;
    private final FoldCycle cycle;
    private final CollectionIndex index;
    private final Indexing indexing;

    private int dimension;
    private Layers published;
    private @Nullable RowTable table; // from the first row on
    private boolean closed;
    private volatile View view;
    private volatile @Nullable CollectionUnavailableException failure;

    private Collection(
            CollectionId id, ElementType elementType, Folds folds, CollectionFiles files, CollectionIndex index, Indexing indexing,
            SegmentSet stored, Lsn applied, int dimension) {
        this.id = id;
        this.elementType = elementType;
        this.folds = folds;
        this.files = files;
        this.index = index;
        this.indexing = indexing;
        commits = new Commits(files, applied);
        cycle = new FoldCycle(new FoldOwner(), lock, files, folds);
        cycle.graph(index.wanted() != null);
        published = Layers.of(stored);
        view = new View(published, files.found().counts(), applied, dimension);
        this.dimension = dimension;
        if (dimension > 0) {
            table = new RowTable(dimension, elementType, folds.chunks(), published, view.counts());
            publish(applied);
        }
    }

    /**
     * Opens the files, or begins empty ones.
     *
     * @param dimension 0: no row was ever inserted
     * @param created   the entry that created the collection
     * @param folded    the entries up to here are in the files, as the catalog knows it, and the files may hold more;
     *                  {@link Lsn#NONE}: there may be no files yet
     * @param wanted    index that its merges build; null: none
     * @throws CollectionUnavailableException if the files are damaged or missing
     */
    public static Collection open(
            Path path, CollectionId id, int dimension, ElementType elementType, Lsn created, Lsn folded, Folds folds,
            @Nullable HnswIndex wanted, Indexing indexing) {
        CollectionFiles files = null;
        var opened = new AtomicReference<@Nullable Collection>();
        try {
            if (!folded.equals(Lsn.NONE) && !CollectionFiles.hasCommit(path)) throw new IOException("they are missing");
            files = CollectionFiles.open(path, indexing.builds(), indexing.following(() -> merged(opened)));
            Lsn applied = Collections.max(List.of(files.found().folded(), created, folded));
            SegmentSet stored = SegmentSet.of(files.read(), dimension);
            check(path, stored, files.found().counts());
            var index = new CollectionIndex(files.merges(), wanted, stored.reader());
            var collection = new Collection(id, elementType, folds, files, index, indexing, stored, applied, dimension);
            opened.set(collection);
            return collection;
        } catch (IOException | RuntimeException broken) {
            closeQuietly(files, broken);
            throw new CollectionUnavailableException("the files in " + path + " cannot be used: " + broken.getMessage(), broken);
        }
    }

    /** Removes the folder of a collection that is closed. @throws java.io.UncheckedIOException if the disk refuses */
    public static void delete(Path path) {
        CollectionFiles.delete(path);
    }

    public CollectionId id() {
        return id;
    }

    public Path path() {
        return files.path();
    }

    /** Whether the entry's effect is here already. */
    public boolean holds(Lsn lsn) {
        return lsn.compareTo(applied()) <= 0;
    }

    /** The last entry whose effect is here. */
    public Lsn applied() {
        return view.lsn();
    }

    /** Why the collection answers nothing; null: it does. */
    public @Nullable CollectionUnavailableException failure() {
        return failure;
    }

    /**
     * Writes a batch whose dimension fits the collection's, or is the first.
     *
     * @return the ids of the rows, in row order
     * @throws LynseException                 InvalidArgument: refused, nothing was changed
     * @throws CollectionUnavailableException if it is, or becomes so now
     */
    public Ids write(Lsn lsn, RowBatch batch, long clock) {
        folds.budget().awaitRoom(RowTable.bytesOf(batch));
        return apply(lsn, () -> {
            if (batch.count() == 0) return batch.ids() == null ? Ids.NONE : batch.ids();
            BatchRules.check(batch, elementType);
            if (table == null) {
                dimension = batch.vectors().dimension();
                table = new RowTable(dimension, elementType, folds.chunks(), published, view.counts());
            }
            return table.write(batch, clock);
        });
    }

    /** Sets or lifts tombstones; unknown ids are ignored. Throws as {@link #write}. */
    public void mark(Lsn lsn, Ids ids, boolean tombstone) {
        apply(lsn, () -> {
            if (table != null) table.mark(ids, tombstone);
            return true;
        });
    }

    /** Forgets the tombstoned rows for good. Throws as {@link #write}. @return how many */
    public long compact(Lsn lsn) {
        return apply(lsn, () -> {
            RowTable rows = settled();
            if (rows == null) return 0L;
            long removed = Compaction.deleteTombstoned(files.writer(), rows.segments());
            rows.compacted(removed);
            if (removed > 0) cycle.reopen(rows);
            return removed;
        });
    }

    /**
     * Wants another index, or none. Searches stay exact until it is built, which {@link #indexBuilt} tells.
     * Nothing happens when the files failed: the index is asked for again when they are opened.
     */
    public void want(@Nullable HnswIndex wanted) {
        run(() -> {
            if (wanted != null) settled(); // so that the build begins with all rows
            cycle.graph(wanted != null);
            index.want(wanted, view.reader());
            files.writer().maybeMerge();
        });
    }

    /** Goes on with a build that a stop cut short. To be called once, when everything is applied. */
    public void resumeIndex() {
        run(files.writer()::maybeMerge);
    }

    /** The index that is wanted; null: none, or one that is answered exactly. */
    public @Nullable HnswIndex index() {
        return index.wanted();
    }

    public IndexState indexState() {
        return index.state();
    }

    /** Completes when searches are answered by the wanted index, or never will be. Also when the collection is closed. */
    public CompletableFuture<IndexState> indexBuilt() {
        return index.built();
    }

    /** After a merge: shows its result, and begins the next one if that is due now. */
    private static void merged(AtomicReference<@Nullable Collection> opened) {
        Collection collection = opened.get();
        if (collection == null) return;
        collection.cycle.refresh();
        collection.run(() -> {
            collection.index.shows(collection.view.reader()); // a merge that failed changes the state, too
            collection.files.writer().maybeMerge();
        });
    }

    /** Counts as of the last applied entry. For the applying thread. */
    public RowCounts counts() {
        return table == null ? view.counts() : table.counts();
    }

    /**
     * The state of the last applied entry, or a newer one, retained for the caller, who closes it. Does not wait.
     * @throws LynseException Unavailable: the files failed
     */
    public View view() {
        while (true) {
            CollectionUnavailableException broken = failure;
            if (broken != null) throw unavailable(broken);
            View current = view;
            if (current.retain()) return current; // if not, another was published meanwhile
        }
    }

    /** Brings every row to Lucene that is applied by now. Others go on meanwhile. */
    public void fold() {
        cycle.run();
    }

    /** Asks for a fold in the background. */
    public void foldSoon() {
        cycle.foldSoon();
    }

    /**
     * Folds everything and forces it to disk without making it the files that count; {@link #finishCommit} does. Nothing to
     * do when the last commit has everything.
     *
     * @param upTo every entry up to here is applied, here or to another collection: the commit is good up to there
     */
    public void prepareCommit(Lsn upTo) {
        forceAhead();
        run(() -> {
            if (!commits.wanted(applied())) return;
            settled();
            commits.prepare(upTo.compareTo(applied()) > 0 ? upTo : applied(), counts());
        });
    }

    public void finishCommit() {
        run(commits::finish);
    }

    /**
     * The last entry whose effect the committed files hold, {@link Lsn#NONE} when there are none: opening needs the log from
     * the next one on.
     *
     * @param upTo every entry up to here is applied
     */
    public Lsn foldedUpTo(Lsn upTo) {
        lock.lock();
        try {
            return failure == null && commits.hold(applied()) ? upTo : commits.held();
        } finally {
            lock.unlock();
        }
    }

    /** LSN of the commit that a restart would find; {@link Lsn#NONE}: there is none. */
    public Lsn committed() {
        lock.lock();
        try {
            return commits.held();
        } finally {
            lock.unlock();
        }
    }

    /** Closes without a commit. Reads under way keep what they use until they end. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            if (failure == null) failure = new CollectionUnavailableException("the collection is closed", new IllegalStateException("closed"));
            index.close();
            cycle.end();
            published.release();
            files.close();
        } catch (IOException broken) {
            log.atWarn().addKeyValue("collection", id).setCause(broken).log("collection not closed cleanly");
        } finally {
            lock.unlock();
        }
    }

    /** Most of a commit's work, outside the lock: under it writes would wait for the disk. */
    private void forceAhead() {
        if (failure != null || !commitWanted()) return;
        cycle.run();
        View written = view;
        if (failure != null || !written.retain()) return; // a later fold has come between, or the end: the commit does all by itself
        try (written) {
            files.force(written.reader());
        } catch (IOException | RuntimeException broken) {
            run(() -> {
                throw broken; // unless the collection was closed meanwhile
            });
        }
    }

    private boolean commitWanted() {
        lock.lock();
        try {
            return commits.wanted(applied());
        } finally {
            lock.unlock();
        }
    }

    /** With the lock: everything applied is in Lucene when this returns. */
    private @Nullable RowTable settled() {
        cycle.run();
        if (failure != null) throw failure;
        return table;
    }

    /** Shows what is applied, with one write. */
    private void publish(Lsn lsn) {
        Layers now = table == null ? published : table.layers();
        Layers before = published;
        view = new View(now, counts(), lsn, dimension);
        published = now;
        if (now == before) return;
        if (now.segments() != before.segments() && index.shows(now.segments().reader())) {
            commits.rebuilt();
            indexing.built();
        }
        release(before);
    }

    private void release(Layers layers) {
        try {
            layers.release();
        } catch (IOException broken) {
            fail(broken);
        }
    }

    private interface Change<T> {
        T run() throws IOException;
    }

    private <T> T apply(Lsn lsn, Change<T> change) {
        lock.lock();
        try {
            cycle.awaitRoom();
            if (failure != null) throw failure;
            T result = change.run();
            publish(lsn);
            cycle.applied();
            return result;
        } catch (LynseException refused) {
            publish(lsn);
            throw refused;
        } catch (IOException | RuntimeException broken) {
            throw fail(broken);
        } finally {
            lock.unlock();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void run(Step step) {
        lock.lock();
        try {
            if (failure == null) step.run();
        } catch (IOException | RuntimeException broken) {
            fail(broken);
        } finally {
            lock.unlock();
        }
    }

    private CollectionUnavailableException fail(Throwable broken) {
        if (broken instanceof CollectionUnavailableException known) return known;
        var reason = new CollectionUnavailableException(
                "collection " + id + " is unavailable on this node, because its files in " + path() + " failed: " + broken.getMessage()
                        + "; restart the node to read them again", broken);
        failure = reason;
        cycle.forget();
        log.atError().addKeyValue("collection", id).addKeyValue("path", path()).setCause(broken).log("collection unavailable");
        return reason;
    }

    private static LynseException unavailable(CollectionUnavailableException broken) {
        return new LynseException(new LynseError.Unavailable(String.valueOf(broken.getMessage()), RETRY_AFTER), broken);
    }

    private static void check(Path path, SegmentSet stored, RowCounts counts) throws IOException {
        long tombstones = stored.segments().stream().mapToLong(LuceneSegment::tombstoneCount).sum();
        if (stored.reader().numDocs() != counts.rows() || tombstones != counts.tombstones()) {
            throw new CorruptIndexException(
                    "the files hold " + stored.reader().numDocs() + " rows and " + tombstones + " tombstones, the commit says "
                            + counts.rows() + " and " + counts.tombstones(), path.toString());
        }
    }

    private static void closeQuietly(@Nullable CollectionFiles files, Exception because) {
        if (files == null) return;
        try {
            files.close();
        } catch (IOException failure) {
            because.addSuppressed(failure);
        }
    }

    private final class FoldOwner implements FoldCycle.Owner {

        @Override
        public @Nullable RowTable rows() {
            return table;
        }

        @Override
        public boolean isOpen() {
            return failure == null;
        }

        @Override
        public void publish() {
            Collection.this.publish(applied());
        }

        @Override
        public void fail(Throwable broken) {
            Collection.this.fail(broken);
        }
    }
}
