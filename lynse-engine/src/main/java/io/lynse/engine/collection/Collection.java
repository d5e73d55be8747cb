package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.IndexState;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

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

    private final CollectionState state;
    private final CollectionFiles files;
    private final CommitCycle commits;
    private final CollectionIndex index;
    private final Verification verification;

    private Collection(CollectionState state, CollectionFiles files, CommitCycle commits, CollectionIndex index, Verification verification) {
        this.state = state;
        this.files = files;
        this.commits = commits;
        this.index = index;
        this.verification = verification;
    }

    /**
     * Opens the files, or begins empty ones.
     *
     * @param dimension 0: no row was ever inserted
     * @param created   the entry that created the collection
     * @param folded    the entries up to here are in the files, as the catalog knows it, and the files may hold more;
     *                  {@link Lsn#NONE}: there may be no files yet
     * @param wanted    index that its merges build; null: none
     * @param verifyAtOnceBytes checksums of so many bytes are looked at now; with more, {@link #verify} is to be called
     * @throws CollectionUnavailableException if the files are damaged or missing
     */
    public static Collection open(
            Path path, CollectionId id, int dimension, ElementType elementType, Lsn created, Lsn folded, Folds folds,
            @Nullable HnswIndex wanted, Indexing indexing, long verifyAtOnceBytes) {
        CollectionFiles files = null;
        var opened = new AtomicReference<@Nullable Collection>();
        try {
            if (!folded.equals(Lsn.NONE) && !CollectionFiles.hasCommit(path)) throw new IOException("they are missing");
            files = CollectionFiles.open(path, elementType, indexing.builds(), indexing.following(() -> merged(opened)));
            Lsn applied = Collections.max(List.of(files.found().folded(), created, folded));
            DirectoryReader reader = files.read();
            boolean atOnce = files.bytes(reader) <= verifyAtOnceBytes;
            if (atOnce) Integrity.check(reader, () -> false);
            SegmentSet stored = SegmentSet.of(reader, dimension, elementType);
            Integrity.check(path, stored, files.found().counts());
            var index = new CollectionIndex(files.merges(), wanted, stored.reader());
            var commits = new Commits(files, applied);
            var state = new CollectionState(id, elementType, folds, files, commits, index, indexing, stored, applied, dimension);
            var collection = new Collection(state, files, new CommitCycle(state, files, commits), index, new Verification(state, atOnce));
            opened.set(collection);
            return collection;
        } catch (IOException | RuntimeException broken) {
            closeQuietly(files, broken);
            throw new CollectionUnavailableException("the files in " + path + " cannot be used: " + broken.getMessage(), broken);
        }
    }

    /**
     * Whether the checksums of the files it was opened from are still being looked at. It answers meanwhile: rows that are returned with
     * their vectors are held against their hashes, but a search may pass over a row whose vector is damaged.
     */
    public boolean isVerifying() {
        return !verification.isDone();
    }

    /** Looks at the checksums that were too many to look at when it was opened. On damage the collection answers nothing more. Takes long. */
    public void verify() {
        verification.run();
    }

    /**
     * Reads again, at a pace, what is in Lucene by now: files and rows. On damage the collection answers nothing more.
     * @return false: it was given up, or there was damage
     */
    public boolean scrub(ScrubPace pace) {
        return state.scrub(new Scrub(pace));
    }

    /** A read found what cannot be: the collection answers nothing more. @return what to tell the reader */
    public LynseException damaged(CorruptIndexException found) {
        return state.damaged(found);
    }

    /** Removes the folder of a collection that is closed. @throws java.io.UncheckedIOException if the disk refuses */
    public static void delete(Path path) {
        CollectionFiles.delete(path);
    }

    /**
     * Goes back to an earlier commit of a collection that is not open, for good.
     *
     * @param generation of a {@link CommitPin}
     * @throws java.io.UncheckedIOException if the disk refuses
     */
    public static void goBack(Path path, long generation) {
        try {
            CollectionFiles.keepOnly(path, generation);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot go back to commit " + generation + " in " + path + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Reads all files and all rows of a collection that is not open, and changes nothing.
     *
     * @param dimension 0: no row was ever inserted
     * @param folded    {@link Lsn#NONE}: there may be no files
     * @param givenUp   ends it
     * @throws IOException or RuntimeException if it could not be opened, or not all of it is what was written
     */
    public static void check(Path path, int dimension, ElementType elementType, Lsn folded, BooleanSupplier givenUp) throws IOException {
        if (CollectionFiles.hasCommit(path)) CollectionFiles.check(path, dimension, elementType, givenUp);
        else if (!folded.equals(Lsn.NONE)) throw new IOException("they are missing");
    }

    public CollectionId id() {
        return state.id();
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
        return state.applied();
    }

    /** Why the collection answers nothing; null: it does. */
    public @Nullable CollectionUnavailableException failure() {
        return state.failure();
    }

    /**
     * Writes a batch whose dimension fits the collection's, or is the first.
     *
     * @return the ids of the rows, in row order
     * @throws LynseException                 InvalidArgument: refused, nothing was changed
     * @throws CollectionUnavailableException if it is, or becomes so now
     */
    public Ids write(Lsn lsn, RowBatch batch, long clock) {
        return state.write(lsn, batch, clock);
    }

    /** Sets or lifts tombstones; unknown ids are ignored. Throws as {@link #write}. */
    public void mark(Lsn lsn, Ids ids, boolean tombstone) {
        state.apply(lsn, () -> {
            RowTable rows = state.rows();
            if (rows != null) rows.mark(ids, tombstone);
            return true;
        });
    }

    /** Forgets the tombstoned rows for good. Throws as {@link #write}. @return how many */
    public long compact(Lsn lsn) {
        return state.apply(lsn, () -> {
            RowTable rows = state.settled();
            if (rows == null) return 0L;
            long removed = Compaction.deleteTombstoned(files.writer(), rows.segments());
            rows.compacted(removed);
            if (removed > 0) state.segments().reopen(rows);
            return removed;
        });
    }

    /**
     * Wants another index, or none. Searches stay exact until it is built, which {@link #indexBuilt} tells.
     * Nothing happens when the files failed: the index is asked for again when they are opened.
     */
    public void want(@Nullable HnswIndex wanted) {
        state.run(() -> {
            if (wanted != null) state.settled(); // so that the build begins with all rows
            state.folds().graph(wanted != null);
            index.want(wanted, state.latest().reader());
            files.writer().maybeMerge();
        });
    }

    /** Goes on with a build that a stop cut short. To be called once, when everything is applied. */
    public void resumeIndex() {
        state.run(files.writer()::maybeMerge);
    }

    /** The index that is wanted; null: none, or one that is answered exactly. */
    public @Nullable HnswIndex index() {
        return index.wanted();
    }

    public IndexState indexState() {
        return index.state();
    }

    /** Since this was opened. */
    public GraphTally.Counts indexBuilds() {
        return index.builds();
    }

    /** Completes when searches are answered by the wanted index, or never will be. Also when the collection is closed. */
    public CompletableFuture<IndexState> indexBuilt() {
        return index.built();
    }

    /** After a merge: shows its result, and begins the next one if that is due now. */
    private static void merged(AtomicReference<@Nullable Collection> opened) {
        Collection collection = opened.get();
        if (collection == null) return;
        collection.state.folds().refresh();
        collection.state.run(() -> {
            collection.index.shows(collection.state.latest().reader()); // a merge that failed changes the state, too
            collection.files.writer().maybeMerge();
        });
    }

    /** Counts as of the last applied entry. For the applying thread. */
    public RowCounts counts() {
        return state.counts();
    }

    /**
     * The state of the last applied entry, or a newer one, retained for the caller, who closes it. Does not wait.
     * @throws LynseException Unavailable: the files failed
     */
    public View view() {
        return state.view();
    }

    /** Brings every row to Lucene that is applied by now. Others go on meanwhile. */
    public void fold() {
        state.folds().run();
    }

    /** Asks for a fold in the background. */
    public void foldSoon() {
        state.folds().foldSoon();
    }

    /**
     * Folds everything and forces it to disk without making it the files that count; {@link #finishCommit} does. Nothing to
     * do when the last commit has everything.
     *
     * @param upTo every entry up to here is applied, here or to another collection: the commit is good up to there
     */
    public void prepareCommit(Lsn upTo) {
        commits.prepare(upTo);
    }

    public void finishCommit() {
        commits.finish();
    }

    /** Keeps the files of the last commit, whatever is committed or merged later; null: there is none, or the files failed. */
    public @Nullable CommitPin pinCommit() {
        return commits.pin();
    }

    /**
     * The last entry whose effect the committed files hold, {@link Lsn#NONE} when there are none: opening needs the log from
     * the next one on.
     *
     * @param upTo every entry up to here is applied
     */
    public Lsn foldedUpTo(Lsn upTo) {
        return commits.foldedUpTo(upTo);
    }

    /** LSN of the commit that a restart would find; {@link Lsn#NONE}: there is none. */
    public Lsn committed() {
        return commits.held();
    }

    /** Closes without a commit. Reads under way keep what they use until they end. */
    @Override
    public void close() {
        state.close();
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
