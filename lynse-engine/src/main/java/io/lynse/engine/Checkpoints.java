package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.engine.log.LogFailedException;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the applied state into files, so that the log before it may go. Order matters, because a crash may come between any two:
 * <ol>
 *   <li>every changed collection folds and forces its files, which do not count yet;
 *   <li>the catalog is taken at one LSN, at least that of every such collection, and written;
 *   <li>folders of dropped collections are deleted: no file speaks of them any more;
 *   <li>the collections' commits are finished, so none ever is ahead of the catalog;
 *   <li>the log lets go of what every collection and the catalog have, and nobody else needs ({@link io.lynse.engine.log.Retention}).
 * </ol>
 * Runs when enough was applied, when time has passed, when asked, and (without commits) soon after a drop, for the space. One that
 * was asked for by a person is also pinned, between the commits and the log ({@link PinnedCheckpoint}); so is one that another node copies
 * ({@link GivenCheckpoint}).
 */
final class Checkpoints implements ApplyThread.Listener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private enum Wanted { NOTHING, TRIM, CATALOG, ALL }

    private final CatalogFile file;
    private final PinnedCheckpoint pinned;
    private final OpenCollections collections;
    private final WriteAheadLog wal;
    private final WriteMemory memory;
    private final Supplier<Lsn> appliedLsn;
    private final Duration interval;
    private final long logBytesMax;
    private final RetentionLimits retention;
    private final ReentrantLock running = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Wanted wanted = Wanted.NOTHING;
    private long appliedBytes;
    private boolean stopped;
    private volatile BooleanSupplier noRoom = () -> false;
    private volatile BooleanSupplier lowRoom = () -> false;
    private volatile boolean unpinWanted;
    private volatile boolean logKept;
    private final Set<GivenCheckpoint> given = ConcurrentHashMap.newKeySet();
    private Lsn covered = Lsn.NONE; // by the last checkpoint; guarded by running

    private final Thread thread;
    private Source source = () -> Applier.Image.EMPTY;

    /** Gives what is applied between two entries. */
    interface Source {
        Applier.Image capture();
    }

    /** @param appliedLsn every entry up to here is applied */
    Checkpoints(
            CatalogFile file, PinnedCheckpoint pinned, OpenCollections collections, WriteAheadLog wal, WriteMemory memory, Supplier<Lsn> appliedLsn,
            EngineSettings settings) {
        this.file = file;
        this.pinned = pinned;
        this.collections = collections;
        this.wal = wal;
        this.memory = memory;
        this.appliedLsn = appliedLsn;
        this.interval = settings.checkpointInterval();
        this.logBytesMax = settings.checkpointLogBytes();
        this.retention = settings.retention();
        thread = Thread.ofPlatform().daemon().name("lynse-checkpoint").unstarted(this::run);
    }

    void start(Source applied) {
        source = applied;
        thread.start();
    }

    @Override
    public void applied(Entry entry, long payloadBytes) {
        lock.lock();
        try {
            boolean dropped = entry instanceof Entry.DropCollection || entry instanceof Entry.DropDatabase;
            appliedBytes += payloadBytes;
            if (appliedBytes >= logBytesMax) want(Wanted.ALL);
            else if (dropped) want(Wanted.CATALOG);
        } finally {
            lock.unlock();
        }
    }

    /** None is taken in the background while this says so; pins lapse and the log is trimmed all the same. */
    void holdBackWhile(BooleanSupplier full) {
        noRoom = full;
    }

    /** Followers keep nothing of the log while this says so. */
    void leaveFollowersBehindWhile(BooleanSupplier low) {
        lowRoom = low;
    }

    /** From now on the log is not trimmed. */
    void keepLog() {
        logKept = true;
    }

    /** Asks for a checkpoint, whatever was applied. Does not wait. */
    void soon() {
        lock.lock();
        try {
            want(Wanted.ALL);
        } finally {
            lock.unlock();
        }
    }

    /** Space is wanted: lets go of what is kept for copies, and asks for a checkpoint if there is room for one. Does not wait. */
    void makeRoom() {
        unpinWanted = true;
        soon();
    }

    /**
     * Takes a checkpoint and pins it, see {@link PinnedCheckpoint}.
     * @return the last LSN that every healthy collection's files and the catalog hold
     */
    Lsn pinned() {
        return checkpoint(source, pinned::take);
    }

    /**
     * Takes a checkpoint and holds it for another node.
     *
     * @param owner that node, for people
     * @throws LynseException Unavailable: there is no room for one, or a collection is unavailable, so that a copy would lack it
     */
    GivenCheckpoint give(DataDirectory directory, String owner) {
        if (noRoom.getAsBoolean()) throw cannotGive("the disk is full");
        var taken = new AtomicReference<@Nullable GivenCheckpoint>();
        checkpoint(source, image -> hold(directory, owner, image, taken));
        GivenCheckpoint checkpoint = Objects.requireNonNull(taken.get());
        try {
            checkpoint.list(wal);
            return checkpoint;
        } catch (RuntimeException failed) {
            checkpoint.close();
            throw failed;
        }
    }

    private boolean hold(DataDirectory directory, String owner, Applier.Image image, AtomicReference<@Nullable GivenCheckpoint> taken) {
        HeldCheckpoint held = HeldCheckpoint.take(image, collections, wal, owner, "copies a checkpoint", () -> lapse(taken.get()));
        if (held == null) return false;
        var checkpoint = new GivenCheckpoint(directory, held, given::remove);
        taken.set(checkpoint);
        given.add(checkpoint);
        for (CollectionRecord record : image.state().catalog().records()) {
            String trouble = collections.trouble(record.info().id());
            if (trouble == null) continue;
            checkpoint.close();
            throw cannotGive(trouble);
        }
        return true;
    }

    private static void lapse(@Nullable GivenCheckpoint checkpoint) {
        if (checkpoint != null) checkpoint.lapse();
    }

    private static LynseException cannotGive(String reason) {
        return new LynseException(new LynseError.Unavailable("this node cannot give its files: " + reason, RETRY_AFTER));
    }

    /** Takes a checkpoint, pins nothing and lets go of what was pinned: the last one. */
    Lsn last(Source applied) {
        unpin();
        return checkpoint(applied, _ -> true);
    }

    /** Lets go of what is kept for copies, and of what other nodes copy. */
    void unpin() {
        running.lock();
        try {
            pinned.release();
            given.forEach(GivenCheckpoint::end);
        } finally {
            running.unlock();
        }
    }

    /** @param hold what was committed, if that is wanted; false: one of its collections was dropped */
    private Lsn checkpoint(Source applied, Predicate<Applier.Image> hold) {
        running.lock();
        try {
            forgetBytes();
            Written written = commit(applied);
            while (!hold.test(written.image)) written = commit(applied); // one was dropped: soon none will be
            collections.deleteDropped(written.image.state().lsn(), held());
            covered = collections.foldedByAll(written.image.state(), written.folded);
            trim();
            memory.forgetRepeats(covered);
            return covered;
        } finally {
            running.unlock();
        }
    }

    /** Lets go of the log that nobody needs: neither a restart from this checkpoint, nor a follower, nor a pin. */
    private void trim() {
        if (logKept) return;
        wal.retention().trimTo(covered.next(), lowRoom.getAsBoolean() ? retention.withoutFollowers() : retention);
    }

    private Written commit(Source applied) {
        Lsn upTo = appliedLsn.get();
        for (Collection collection : collections.all()) collection.prepareCommit(upTo);
        Written written = writeCatalog(applied);
        for (Collection collection : collections.all()) collection.finishCommit();
        return written;
    }

    /** Ends the background work; a last checkpoint is the caller's. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param folded per collection, as the catalog on disk says: what is known only here must not move the log */
    private record Written(Applier.Image image, Map<CollectionId, Lsn> folded) {}

    private Written writeCatalog(Source applied) {
        Applier.Image image = applied.capture();
        AppliedState state = image.state();
        var folded = new HashMap<CollectionId, Lsn>();
        for (CollectionRecord record : state.catalog().records()) folded.put(record.info().id(), collections.foldedUpTo(record, state.lsn()));
        file.write(image, record -> folded.getOrDefault(record.info().id(), Lsn.NONE));
        collections.deleteDropped(state.lsn(), held());
        return new Written(image, folded);
    }

    /** LSNs of the checkpoints whose files are kept. */
    private List<Lsn> held() {
        return Stream.concat(Stream.of(pinned.lsn()), given.stream().map(GivenCheckpoint::lsn)).toList();
    }

    private void run() {
        while (true) {
            Wanted now = await();
            if (now == Wanted.NOTHING) return;
            running.lock();
            try {
                if (unpinWanted) {
                    unpinWanted = false;
                    wal.retention().lapsePins();
                }
                // Neither this nor a trim takes room. What does can wait: the log has everything, and the next interval tries again.
                switch (noRoom.getAsBoolean() ? Wanted.TRIM : now) {
                    case ALL -> checkpoint(source, _ -> true);
                    case CATALOG -> writeCatalog(source);
                    case TRIM -> trim();
                    case NOTHING -> throw new IllegalStateException("answered above");
                }
            } catch (LogFailedException told) {
                // Whoever writes is told, and the log has said it once.
            } catch (RuntimeException failed) {
                // The log still has everything; the next one tries again.
                log.atWarn().setCause(failed).log("checkpoint failed");
            } finally {
                running.unlock();
            }
        }
    }

    /** @return what to do next; NOTHING: stop */
    private Wanted await() {
        lock.lock();
        try {
            long left = interval.toNanos();
            while (!stopped && wanted == Wanted.NOTHING) {
                if (left <= 0) {
                    wanted = appliedBytes > 0 ? Wanted.ALL : Wanted.TRIM; // followers went on, pins lapsed
                    left = interval.toNanos();
                } else {
                    left = changed.awaitNanos(left);
                }
            }
            Wanted now = stopped ? Wanted.NOTHING : wanted;
            wanted = Wanted.NOTHING;
            return now;
        } catch (InterruptedException interrupted) {
            return Wanted.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    private void want(Wanted more) {
        if (more.compareTo(wanted) > 0) wanted = more;
        changed.signalAll();
    }

    private void forgetBytes() {
        lock.lock();
        try {
            appliedBytes = 0;
        } finally {
            lock.unlock();
        }
    }
}
