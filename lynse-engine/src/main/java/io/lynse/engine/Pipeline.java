package io.lynse.engine;

import io.lynse.engine.log.LogFailedException;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.engine.space.DiskGuard;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way of an entry: parsed by whoever submits it, appended to the log, forced to disk together with those beside it, and
 * applied when it is committed ({@link ApplyThread}). While one group is applied the log forces the next.
 *
 * <p>A request that comes again, by its write id, is not appended again: it waits for the first, or is answered by what that did.
 *
 * <p>What waits is bounded in bytes. When the disk fails nothing more is taken: entries that may or may not be on it are
 * answered as unknown.
 */
final class Pipeline implements AutoCloseable {

    private static final String MEMBER = "this node is a member of a shard group: its primary orders all writes";
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int ENTRY_BYTES = 1024; // of the objects around an entry, about

    private final WriteAheadLog wal;
    private final Applier applier;
    private final ApplyThread applying;
    private final OpenCollections collections;
    private final QueueBudget budget;
    private final Duration queueWait;
    private final DiskGuard disk;
    private final ReentrantLock order = new ReentrantLock(); // what waits to be applied has the log's order; nobody appends while the log is cut
    private boolean stopped;

    Pipeline(WriteAheadLog wal, Applier applier, ApplyThread applying, OpenCollections collections, QueueBudget budget, Duration queueWait,
            DiskGuard disk) {
        this.wal = wal;
        this.applier = applier;
        this.applying = applying;
        this.collections = collections;
        this.budget = budget;
        this.queueWait = queueWait;
        this.disk = disk;
    }

    CompletableFuture<Applied> submit(Epoch epoch, ParsedEntry entry) {
        Admitted admitted;
        try {
            admitted = admit(entry);
        } catch (LynseException notAppended) {
            return CompletableFuture.failedFuture(notAppended);
        }
        var appended = new CompletableFuture<Applied>();
        CompletableFuture<Applied> result = append(epoch, entry, admitted.bytes(), appended);
        if (result != appended) admitted.close();
        return result;
    }

    /** Waits a while for room. @throws LynseException as {@link Engine#submit}; nothing was appended */
    Admitted admit(ParsedEntry entry) {
        if (entry.decoded().entry() instanceof Entry.Malformed(var error)) throw new LynseException(error);
        if (wal.isStalled()) throw new LynseException(stalled()); // also below; here so that nobody queues behind one who waits for the log
        long bytes = entry.payload().remaining() + (long) ENTRY_BYTES;
        try {
            if (!budget.acquire(bytes, queueWait)) throw new LynseException(new LynseError.Overloaded("too many writes are waiting", RETRY_AFTER));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LynseException(unavailable("the write was interrupted before it was appended"), interrupted);
        }
        return new Admitted(entry, bytes, budget);
    }

    /**
     * Appends an entry at its place, whether or not its request came before: that is decided when it is applied.
     *
     * @return completes when it is applied; fails with OutcomeUnknown when nobody can know
     * @throws IllegalStateException if another entry stands there
     * @throws LogFailedException    if the log takes nothing any more
     */
    CompletableFuture<Applied> append(Lsn lsn, Epoch epoch, Admitted admitted) {
        ParsedEntry entry = admitted.entry();
        var result = new CompletableFuture<Applied>();
        order.lock();
        try {
            if (stopped) throw new IllegalStateException("the node is stopping");
            if (!wal.lastLsn().next().equals(lsn)) throw new IllegalStateException("entry " + lsn + " does not follow the log, which ends at " + wal.lastLsn());
            append(epoch, entry);
            admitted.passOn();
            applying.add(new Submitted(lsn, entry.decoded(), admitted.bytes(), result));
            return result;
        } finally {
            order.unlock();
        }
    }

    /** Why an entry should not be appended now; null: nothing speaks against it. */
    @Nullable LynseError refusal(ParsedEntry entry) {
        String broken = applying.failure();
        if (broken == null) broken = trouble(entry.decoded().entry());
        return broken != null ? unavailable(broken) : noRoom(entry.decoded().entry(), entry.payload().remaining());
    }

    /** Whether a request with this write id is in the log, and remembered. */
    boolean knows(WriteId id) {
        return applying.inFlight(id) != null || applier.memory().find(id, wal.lastLsn().next()) != null;
    }

    /** Runs a task while nothing is appended by {@link #submit}. */
    void exclusively(Runnable task) {
        order.lock();
        try {
            if (stopped) throw new LynseException(unavailable("the node is stopping"));
            task.run();
        } finally {
            order.unlock();
        }
    }

    /** Applies what is committed of what was appended, and takes nothing more. */
    @Override
    public void close() {
        order.lock();
        try {
            if (stopped) return;
            stopped = true;
        } finally {
            order.unlock();
        }
        applying.stop(wal.lastLsn());
    }

    /** @param appended what is returned if the entry was appended now */
    private CompletableFuture<Applied> append(Epoch epoch, ParsedEntry entry, long bytes, CompletableFuture<Applied> appended) {
        Decoded decoded = entry.decoded();
        order.lock();
        try {
            if (stopped) return refused(unavailable("the node is stopping"));
            if (applying.rule() instanceof CommitRule.WhenTold) return refused(new LynseError.Conflict(MEMBER));
            Epoch last = wal.lastEpoch();
            if (epoch.compareTo(last) < 0) return refused(new LynseError.StaleEpoch(epoch, last));
            CompletableFuture<Applied> known = known(decoded);
            if (known != null) return known;
            LynseError refusal = refusal(entry);
            if (refusal != null) return refused(refusal);
            Lsn lsn = append(epoch, entry);
            // From here on the entry may be on disk: whatever fails now is told by the future, as an unknown outcome.
            applying.add(new Submitted(lsn, decoded, bytes, appended));
            wal.requestSync();
            return appended;
        } catch (LogFailedException failed) {
            applying.failed(failed);
            return refused(unavailable(String.valueOf(applying.failure())));
        } finally {
            order.unlock();
        }
    }

    private Lsn append(Epoch epoch, ParsedEntry entry) {
        applying.appendingBehind(wal.lastLsn());
        try {
            return wal.append(epoch, entry.type(), entry.version(), entry.payload());
        } catch (RuntimeException failed) {
            applying.notAppended();
            throw failed;
        }
    }

    /** What a request that came before gets; null: it comes for the first time. */
    @Nullable CompletableFuture<Applied> known(Decoded decoded) {
        // In this order: an entry is remembered before it is in flight no more.
        Submitted first = applying.inFlight(decoded.writeId());
        if (first != null) return first.decoded().digest() == decoded.digest() ? first.result() : refused(new LynseError.KeyReused());
        Remembered done = applier.memory().find(decoded.writeId(), wal.lastLsn().next());
        if (done == null) return null;
        if (done.isUnresolved()) {
            return refused(new LynseError.OutcomeUnknown("the write is in the log and not applied: " + trouble(decoded.entry())));
        }
        return CompletableFuture.completedFuture(done.answer(decoded, applier.state().catalog()));
    }

    private static LynseError stalled() {
        return unavailable("the disk of this node is full: the log has no room; it goes on by itself when space is freed");
    }

    private @Nullable LynseError noRoom(Entry entry, int bytes) {
        if (wal.isStalled()) return stalled();
        return switch (entry) {
            case Entry.WriteRows rows -> disk.refusal(bytes);
            case Entry.CreateDatabase create -> disk.refusal(bytes);
            case Entry.CreateCollection create -> disk.refusal(bytes);
            case Entry.UpdateCollection update -> update.index() != null && update.index().mode() != null ? disk.refusal(bytes) : null;
            // They free space, now or later.
            case Entry.MarkRows mark -> null;
            case Entry.Compact compact -> null;
            case Entry.DropCollection drop -> null;
            case Entry.DropDatabase drop -> null;
            // It goes before a write, which is asked for itself.
            case Entry.ClaimKey claim -> null;
            case Entry.Malformed malformed -> null;
        };
    }

    private @Nullable String trouble(Entry entry) {
        CollectionId id = switch (entry) {
            case Entry.WriteRows rows -> rows.id();
            case Entry.MarkRows rows -> rows.id();
            case Entry.Compact compact -> compact.id();
            default -> null;
        };
        return id == null ? null : collections.trouble(id);
    }

    private static LynseError unavailable(String reason) {
        return new LynseError.Unavailable(reason, RETRY_AFTER);
    }

    private static CompletableFuture<Applied> refused(LynseError error) {
        return CompletableFuture.failedFuture(new LynseException(error));
    }
}
