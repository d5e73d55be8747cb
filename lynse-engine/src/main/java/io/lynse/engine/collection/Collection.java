package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.index.hnsw.VectorsFormat;
import io.lynse.engine.recent.Fold;
import io.lynse.engine.recent.RecentRows;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.engine.row.RowDocument;
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
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection of this node. Entries are applied to it by one thread in LSN order; each is applied once, because an entry
 * that it already holds is left out. Reads run beside that, each on one {@link View}.
 *
 * <p>What is applied goes into the {@linkplain RecentRows recent rows} first, and a <em>fold</em> moves it to Lucene: when
 * enough has gathered, at a checkpoint, and (for now) when a read comes, so that a view is Lucene alone.
 *
 * <p>When Lucene or the disk fails, memory and files may disagree. The collection then answers nothing more and says why; its
 * committed files and the log still have everything, so opening it again repairs what can be repaired.
 */
public final class Collection implements AutoCloseable {

    /** Longest vector. */
    public static final int DIMENSION_MAX = VectorsFormat.DIMENSION_MAX;

    /** When recent rows are folded without being asked for. */
    public record FoldLimits(int rows, long bytes) {}

    private static final Logger log = LoggerFactory.getLogger(Collection.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final CollectionId id;
    private final ElementType elementType;
    private final FoldLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final CollectionFiles files;
    private final Commits commits;
    private final CollectionIndex index;
    private final Indexing indexing;

    private int dimension;
    private @Nullable RowTable table; // from the first row on
    private @Nullable RowDocument document;
    private boolean closed;
    private volatile View view;
    private volatile Lsn applied;
    private volatile @Nullable CollectionUnavailableException failure;

    private Collection(
            CollectionId id, ElementType elementType, FoldLimits limits, CollectionFiles files, CollectionIndex index, Indexing indexing,
            View view) {
        this.id = id;
        this.elementType = elementType;
        this.limits = limits;
        this.files = files;
        this.commits = new Commits(files, view.lsn());
        this.index = index;
        this.indexing = indexing;
        this.applied = view.lsn();
        this.view = view;
        fixDimension(view.dimension());
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
            Path path, CollectionId id, int dimension, ElementType elementType, Lsn created, Lsn folded, FoldLimits limits,
            @Nullable HnswIndex wanted, Indexing indexing) {
        CollectionFiles files = null;
        var opened = new AtomicReference<@Nullable Collection>();
        try {
            if (!folded.equals(Lsn.NONE) && !CollectionFiles.hasCommit(path)) throw new IOException("they are missing");
            files = CollectionFiles.open(path, indexing.builds(), () -> indexing.followUp(() -> merged(opened)));
            Lsn from = Collections.max(List.of(files.found().folded(), created, folded));
            View view = View.of(files.read(), null, files.found().counts(), from, dimension);
            check(path, view);
            var index = new CollectionIndex(files.merges(), wanted, view.reader());
            var collection = new Collection(id, elementType, limits, files, index, indexing, view);
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
        return lsn.compareTo(applied) <= 0;
    }

    /** The last entry whose effect is here. */
    public Lsn applied() {
        return applied;
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
        return apply(lsn, () -> {
            if (batch.count() == 0) return batch.ids() == null ? Ids.NONE : batch.ids();
            RowTable rows = table != null ? table : new RowTable(batch.vectors().dimension(), elementType, view);
            Ids ids = rows.write(batch, clock);
            if (table == null) {
                table = rows;
                fixDimension(batch.vectors().dimension());
            }
            if (rows.recent().size() >= limits.rows() || rows.recent().bytes() >= limits.bytes()) fold(lsn);
            return ids;
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
            if (table == null) return 0L;
            fold(lsn);
            long removed = Compaction.deleteTombstoned(files.writer(), view);
            table.compacted(removed);
            if (removed > 0) publish(lsn, table.counts());
            return removed;
        });
    }

    /**
     * Wants another index, or none. Searches stay exact until it is built, which {@link #indexBuilt} tells.
     * Nothing happens when the files failed: the index is asked for again when they are opened.
     */
    public void want(@Nullable HnswIndex wanted) {
        run(() -> {
            if (wanted != null) fold(applied); // so that the build begins with all rows
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
        if (collection != null) collection.run(collection::showMerged);
    }

    private void showMerged() throws IOException {
        if (publish(view.lsn(), view.counts())) {
            commits.rebuilt();
            indexing.built();
        }
        files.writer().maybeMerge();
    }

    /** Counts as of the last applied entry. For the applying thread. */
    public RowCounts counts() {
        return table == null ? view.counts() : table.counts();
    }

    /**
     * The state of the last applied entry, or a newer one, retained for the caller, who closes it. May fold, which takes long.
     * @throws LynseException Unavailable: the files failed
     */
    public View view() {
        while (true) {
            View current = currentView();
            if (current != null) return current;
            settle();
        }
    }

    /** As {@link #view}, but null when a fold must come first. */
    public @Nullable View currentView() {
        while (true) {
            CollectionUnavailableException broken = failure;
            if (broken != null) throw unavailable(broken);
            View current = view;
            if (applied.compareTo(current.lsn()) > 0) return null;
            if (current.retain()) return current;
        }
    }

    /**
     * Folds everything and forces it to disk without making it the files that count; {@link #finishCommit} does. Nothing to
     * do when the last commit has everything.
     */
    public void prepareCommit() {
        forceAhead();
        run(() -> {
            if (!commits.wanted(applied)) return;
            fold(applied);
            commits.prepare(applied, counts());
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
            return failure == null && commits.hold(applied) ? upTo : commits.held();
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
            view.close();
            files.close();
        } catch (IOException broken) {
            log.atWarn().addKeyValue("collection", id).setCause(broken).log("collection not closed cleanly");
        } finally {
            lock.unlock();
        }
    }

    /** Most of a commit's work, outside the lock: under it writes would wait for the disk. */
    private void forceAhead() {
        var ahead = new AtomicReference<@Nullable View>();
        run(() -> {
            if (!commits.wanted(applied)) return;
            fold(applied);
            if (view.retain()) ahead.set(view);
        });
        View written = ahead.get();
        if (written == null) return;
        try (written) {
            files.force(written.reader());
        } catch (IOException | RuntimeException broken) {
            run(() -> {
                throw broken; // unless the collection was closed meanwhile
            });
        }
    }

    private void settle() {
        lock.lock();
        try {
            // Another reader may have folded while this one waited.
            if (failure == null && applied.compareTo(view.lsn()) > 0) fold(applied);
        } catch (IOException | RuntimeException broken) {
            throw unavailable(fail(broken));
        } finally {
            lock.unlock();
        }
    }

    /** Moves the recent rows to Lucene and shows everything up to {@code lsn}. */
    private void fold(Lsn lsn) throws IOException {
        RowTable rows = table;
        if (rows == null || rows.recent().size() == 0) {
            if (lsn.compareTo(view.lsn()) > 0) publish(lsn, counts());
            return;
        }
        if (document == null) document = new RowDocument(dimension);
        Fold.into(files.writer(), rows.recent(), document);
        boolean bulk = rows.recent().size() >= limits.rows() / 2;
        publish(lsn, rows.counts());
        rows.folded(bulk);
    }

    /** @return whether it brought a graph, or one with more rows */
    private boolean publish(Lsn lsn, RowCounts counts) throws IOException {
        View before = view;
        DirectoryReader changed = DirectoryReader.openIfChanged(before.reader(), files.writer(), true);
        if (changed == null) {
            changed = before.reader();
            changed.incRef();
        }
        try {
            view = View.of(changed, before, counts, lsn, dimension);
        } catch (IOException | RuntimeException failed) {
            changed.decRef();
            throw failed;
        }
        if (table != null) table.reads(view);
        before.close();
        return index.shows(changed);
    }

    private void fixDimension(int given) {
        dimension = given;
        if (given > 0 && table == null) table = new RowTable(given, elementType, view);
    }

    private interface Change<T> {
        T run() throws IOException;
    }

    private <T> T apply(Lsn lsn, Change<T> change) {
        lock.lock();
        try {
            if (failure != null) throw failure;
            T result = change.run();
            applied = lsn;
            return result;
        } catch (LynseException refused) {
            applied = lsn;
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

    private CollectionUnavailableException fail(Exception broken) {
        if (broken instanceof CollectionUnavailableException known) return known;
        var reason = new CollectionUnavailableException(
                "collection " + id + " is unavailable on this node, because its files in " + path() + " failed: " + broken.getMessage()
                        + "; restart the node to read them again", broken);
        failure = reason;
        log.atError().addKeyValue("collection", id).addKeyValue("path", path()).setCause(broken).log("collection unavailable");
        return reason;
    }

    private static LynseException unavailable(CollectionUnavailableException broken) {
        return new LynseException(new LynseError.Unavailable(String.valueOf(broken.getMessage()), RETRY_AFTER), broken);
    }

    private static void check(Path path, View view) throws IOException {
        long tombstones = view.segments().stream().mapToLong(SegmentView::tombstoneCount).sum();
        if (view.reader().numDocs() != view.counts().rows() || tombstones != view.counts().tombstones()) {
            throw new CorruptIndexException(
                    "the files hold " + view.reader().numDocs() + " rows and " + tombstones + " tombstones, the commit says "
                            + view.counts().rows() + " and " + view.counts().tombstones(), path.toString());
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
}
