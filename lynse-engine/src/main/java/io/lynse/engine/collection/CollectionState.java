package io.lynse.engine.collection;

import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.recent.Layers;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.BatchRules;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a collection is at the moment: its rows, the view that shows them, and whether it answers at all. Everything changes under one
 * lock; the view and the reason of a failure are read without it.
 */
final class CollectionState implements FoldCycle.Owner {

    private static final Logger log = LoggerFactory.getLogger(CollectionState.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final CollectionId id;
    private final ElementType elementType;
    private final Folds shared;
    private final ReentrantLock lock = new ReentrantLock();
    private final CollectionFiles files;
    private final Commits commits;
    private final SegmentWriter segments;
    private final FoldCycle folds;
    private final CollectionIndex index;
    private final Indexing indexing;

    private int dimension;
    private Layers published;
    private @Nullable RowTable table; // from the first row on
    private boolean closed;
    private volatile View view;
    private volatile @Nullable CollectionUnavailableException failure;

    CollectionState(
            CollectionId id, ElementType elementType, Folds shared, CollectionFiles files, Commits commits, CollectionIndex index,
            Indexing indexing, SegmentSet stored, Lsn applied, int dimension) {
        this.id = id;
        this.elementType = elementType;
        this.shared = shared;
        this.files = files;
        this.commits = commits;
        this.index = index;
        this.indexing = indexing;
        segments = new SegmentWriter(files, shared.limits());
        folds = new FoldCycle(this, lock, segments, shared);
        folds.graph(index.wanted() != null);
        published = Layers.of(stored);
        view = new View(published, files.found().counts(), applied, dimension);
        this.dimension = dimension;
        if (dimension > 0) {
            table = new RowTable(dimension, elementType, shared.chunks(), published, view.counts());
            publish(applied);
        }
    }

    CollectionId id() {
        return id;
    }

    FoldCycle folds() {
        return folds;
    }

    SegmentWriter segments() {
        return segments;
    }

    /** The last entry whose effect is shown. */
    Lsn applied() {
        return view.lsn();
    }

    @Nullable CollectionUnavailableException failure() {
        return failure;
    }

    RowCounts counts() {
        return table == null ? view.counts() : table.counts();
    }

    /** The current view, not retained. */
    View latest() {
        return view;
    }

    /** The current view, retained for the caller. @throws LynseException Unavailable */
    View view() {
        while (true) {
            CollectionUnavailableException broken = failure;
            if (broken != null) throw unavailable(broken);
            View current = view;
            if (current.retain()) return current; // if not, another was published meanwhile
        }
    }

    /** See {@link Collection#write}. */
    Ids write(Lsn lsn, RowBatch batch, long clock) {
        long bytes = RowTable.bytesOf(batch, elementType);
        boolean isHuge = bytes > shared.budget().bytesMax();
        shared.budget().awaitRoom(bytes);
        return apply(lsn, () -> {
            if (batch.count() == 0) return batch.ids() == null ? Ids.NONE : batch.ids();
            BatchRules.check(batch, elementType);
            if (table == null) {
                dimension = batch.vectors().dimension();
                table = new RowTable(dimension, elementType, shared.chunks(), published, view.counts());
                publish(); // its layers
            }
            return isHuge ? segments.writeThrough(settled(table), batch, clock) : table.write(batch, clock);
        });
    }

    interface Change<T> {
        T run() throws IOException;
    }

    /** Applies one entry and shows what it did. @throws LynseException refused; @throws CollectionUnavailableException */
    <T> T apply(Lsn lsn, Change<T> change) {
        lock.lock();
        try {
            folds.awaitRoom();
            if (failure != null) throw failure;
            T result = change.run();
            publish(lsn);
            folds.applied();
            return result;
        } catch (LynseException refused) {
            publish(lsn);
            throw refused;
        } catch (IOException | RuntimeException broken) {
            throw failed(broken);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Collection#scrub}. Without the lock, and without a view, which would keep memory. */
    boolean scrub(Scrub scrub) {
        DirectoryReader reader;
        int rowDimension;
        try (View now = view()) {
            reader = now.reader();
            rowDimension = now.dimension();
            reader.incRef();
        } catch (LynseException | IOException answersNothing) {
            return false;
        }
        try {
            return scrub.run(reader, rowDimension, elementType);
        } catch (CorruptIndexException damage) {
            run(() -> {
                throw damage;
            });
            return false;
        } catch (IOException | AlreadyClosedException unreadable) {
            if (failure == null) log.atWarn().addKeyValue("collection", id).setCause(unreadable).log("files not read again to the end, the next pass tries again");
            return false;
        } catch (InternalError unreadable) { // how the JVM tells that the disk did not give a page of a mapped file
            run(() -> {
                throw new IOException("the disk does not give a part of the collection's files", unreadable);
            });
            return false;
        } catch (RuntimeException misread) { // what is no longer what was written may fit no format
            run(() -> {
                throw misread;
            });
            return false;
        } finally {
            letGo(reader);
        }
    }

    private void letGo(DirectoryReader reader) {
        try {
            reader.decRef();
        } catch (IOException broken) {
            failed(broken);
        }
    }

    interface Step {
        void run() throws IOException;
    }

    /** Does something with the lock; nothing when the collection failed or is closed. */
    void run(Step step) {
        lock.lock();
        try {
            if (failure == null) step.run();
        } catch (IOException | RuntimeException broken) {
            failed(broken);
        } finally {
            lock.unlock();
        }
    }

    <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock: everything applied is in Lucene when this returns. */
    @Nullable RowTable settled() {
        folds.run();
        if (failure != null) throw failure;
        return table;
    }

    private RowTable settled(RowTable rows) {
        settled();
        return rows;
    }

    void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            if (failure == null) failure = new CollectionUnavailableException("the collection is closed", new IllegalStateException("closed"));
            index.close();
            folds.end();
            published.release();
            files.close();
        } catch (IOException broken) {
            log.atWarn().addKeyValue("collection", id).setCause(broken).log("collection not closed cleanly");
        } finally {
            lock.unlock();
        }
    }

    /** A read found what cannot be. @return what to tell the reader */
    LynseException damaged(IOException found) {
        lock.lock();
        try {
            CollectionUnavailableException known = failure;
            return unavailable(known != null ? known : failed(found));
        } finally {
            lock.unlock();
        }
    }

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
        publish(applied());
    }

    @Override
    public void fail(Throwable broken) {
        failed(broken);
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
            failed(broken);
        }
    }

    private CollectionUnavailableException failed(Throwable broken) {
        if (broken instanceof CollectionUnavailableException known) return known;
        var reason = new CollectionUnavailableException(
                "collection " + id + " is unavailable on this node, because its files in " + files.path() + " failed: " + broken.getMessage()
                        + "; restart the node to read them again", broken);
        failure = reason;
        folds.forget();
        log.atError().addKeyValue("collection", id).addKeyValue("path", files.path()).setCause(broken).log("collection unavailable");
        return reason;
    }

    private static LynseException unavailable(CollectionUnavailableException broken) {
        return new LynseException(new LynseError.Unavailable(String.valueOf(broken.getMessage()), RETRY_AFTER), broken);
    }
}
