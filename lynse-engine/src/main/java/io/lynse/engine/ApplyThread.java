package io.lynse.engine;

import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.engine.log.DurabilityListener;
import io.lynse.engine.log.LogFailedException;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that applies entries, in LSN order, as soon as they are committed ({@link Commitment}). Entries that were submitted
 * here are applied as they were decoded then; all others (of another origin, or in the log since before the start) are read from the log.
 *
 * <p>When the disk or an entry fails, nothing more is applied: what waits is answered as unknown, and reads go on.
 */
final class ApplyThread implements DurabilityListener {

    /** Told of every applied entry, on this thread. */
    interface Listener {
        void applied(Entry entry, long payloadBytes);
    }

    private static final Logger log = LoggerFactory.getLogger(ApplyThread.class);

    private static final Lsn UNBOUNDED = new Lsn(Long.MAX_VALUE);

    private final Applier applier;
    private final LoggedEntries logged;
    private final Listener listener;
    private final SubmittedEntries submitted;
    private final Commitment commitment;
    private volatile AppliedListener told = (_, _, _) -> {};
    private final Thread thread = Thread.ofPlatform().name("lynse-apply").unstarted(this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Lsn admitted = UNBOUNDED; // entries behind this one wait for the one that is just being appended
    private boolean stopping;
    private volatile @Nullable String failure;

    ApplyThread(Applier applier, LoggedEntries logged, Listener listener, QueueBudget budget, Commitment commitment) {
        this.applier = applier;
        this.logged = logged;
        this.listener = listener;
        submitted = new SubmittedEntries(budget);
        this.commitment = commitment;
    }

    void start() {
        thread.start();
    }

    /** From now on it is told of every entry that is applied. */
    void tell(AppliedListener member) {
        told = member;
    }

    /** Why nothing is applied any more; null: all is well. */
    @Nullable String failure() {
        return failure;
    }

    /** The entry with this id that is in the log and not applied yet; null: there is none that was submitted here. */
    @Nullable Submitted inFlight(WriteId id) {
        return submitted.inFlight(id);
    }

    /**
     * An entry is about to be appended behind {@code last}, and {@link #add} or {@link #notAppended} will follow. Until then nothing
     * behind {@code last} is applied: the log may make the entry durable before it is known here who waits for its answer.
     */
    void appendingBehind(Lsn last) {
        lock.lock();
        try {
            admitted = last;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing came of it. */
    void notAppended() {
        change(() -> admitted = UNBOUNDED);
    }

    /** Takes an entry that was appended behind all others. */
    void add(Submitted entry) {
        lock.lock();
        try {
            admitted = UNBOUNDED;
            work.signal();
            if (failure == null) {
                submitted.add(entry);
                return;
            }
        } finally {
            lock.unlock();
        }
        submitted.failed(entry, unknown(String.valueOf(failure), null));
    }

    /** What a change of the commitment does; the thread then looks what it may apply. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    CommitRule rule() {
        return look(commitment::rule);
    }

    /** Reads what this thread's lock guards. */
    <T> T look(Supplier<T> at) {
        lock.lock();
        try {
            return at.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void durable(Lsn upTo) {
        change(() -> commitment.durable(upTo));
    }

    @Override
    public void failed(LogFailedException cause) {
        fail(cause);
    }

    /** The entries from {@code lsn} on were removed from the log; none of them was committed. */
    void truncated(Lsn lsn) {
        List<Submitted> gone;
        lock.lock();
        try {
            gone = submitted.takeFrom(lsn);
            commitment.truncated(lsn);
        } finally {
            lock.unlock();
        }
        for (Submitted entry : gone) submitted.failed(entry, unknown("the entry was replaced by those of another primary", null));
    }

    /** Runs a task on the thread between two entries, and waits for it. */
    void between(Runnable task) {
        var done = new CompletableFuture<@Nullable Void>();
        change(() -> {
            if (stopping) throw new LynseException(new LynseError.Unavailable("the node is stopping", Pipeline.RETRY_AFTER));
            tasks.add(() -> {
                try {
                    task.run();
                    done.complete(null);
                } catch (Throwable failed) {
                    done.completeExceptionally(failed);
                }
            });
        });
        done.join();
    }

    /** Applies what is committed, then ends. What is not is answered as unknown. @param last everything up to here will be durable */
    void stop(Lsn last) {
        change(() -> {
            stopping = true;
            commitment.stopAt(last);
        });
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        fail(new IllegalStateException("the node stopped before the entry was committed"), false);
        logged.close();
    }

    private void run() {
        while (true) {
            Runnable task;
            Lsn upTo;
            lock.lock();
            try {
                while (tasks.isEmpty() && !mayApply() && !mayStop()) work.awaitUninterruptibly();
                task = tasks.poll();
                upTo = mayApplyUpTo();
                if (task == null && !mayApply()) return;
            } finally {
                lock.unlock();
            }
            if (task != null) task.run();
            else applyUpTo(upTo);
        }
    }

    private boolean mayApply() {
        return failure == null && mayApplyUpTo().compareTo(applier.state().lsn()) > 0;
    }

    private Lsn mayApplyUpTo() {
        return Collections.min(List.of(commitment.committed(), admitted));
    }

    private boolean mayStop() {
        return stopping && (failure != null || commitment.isComplete());
    }

    private void applyUpTo(Lsn committed) {
        try {
            commitment.persist(committed);
        } catch (IOException refused) {
            fail(refused);
        }
        while (failure == null && applier.state().lsn().compareTo(committed) < 0) {
            Lsn next = applier.state().lsn().next();
            Submitted known = look(() -> submitted.take(next));
            try {
                if (known != null) apply(known);
                else apply(next);
            } catch (Throwable failed) { // whatever it is, an entry left out would be a hole in the state
                String reason = fail(failed);
                if (known != null) submitted.failed(known, unknown(reason, failed));
            }
        }
    }

    private void apply(Submitted entry) {
        try {
            Applied applied = applier.apply(entry.lsn(), entry.decoded());
            listener.applied(entry.decoded().entry(), entry.bytes());
            submitted.applied(entry, applied);
            told.applied(entry.lsn(), entry.decoded().writeId(), !Remembered.cameTooEarly(applied.result()));
        } catch (CollectionUnavailableException unavailable) {
            // It is in the log, and applied when the collection is opened again.
            submitted.failed(entry, unknown(String.valueOf(unavailable.getMessage()), unavailable));
            told.applied(entry.lsn(), entry.decoded().writeId(), true);
        }
    }

    private void apply(Lsn lsn) {
        try (LoggedEntries.Read read = logged.at(lsn)) {
            boolean remembered = true;
            try {
                remembered = !Remembered.cameTooEarly(applier.apply(lsn, read.decoded()).result());
            } catch (CollectionUnavailableException unavailable) {
                // Named where it happened; the entry waits in the log.
            }
            listener.applied(read.decoded().entry(), read.payloadBytes());
            told.applied(lsn, read.decoded().writeId(), remembered);
        }
    }

    private String fail(Throwable cause) {
        return fail(cause, true);
    }

    private String fail(Throwable cause, boolean news) {
        String reason;
        List<Submitted> waiting;
        lock.lock();
        try {
            String known = failure;
            reason = known != null
                    ? known
                    : "this node writes nothing any more: " + cause.getMessage() + "; restart it when the cause is gone";
            failure = reason;
            if (known != null) news = false;
            waiting = submitted.takeFrom(Lsn.NONE);
            work.signal();
        } finally {
            lock.unlock();
        }
        if (news) log.atError().setCause(cause).log("writing stopped");
        for (Submitted entry : waiting) submitted.failed(entry, unknown(reason, cause));
        return reason;
    }

    private static LynseException unknown(String reason, @Nullable Throwable cause) {
        var error = new LynseError.OutcomeUnknown(reason);
        return cause == null ? new LynseException(error) : new LynseException(error, cause);
    }
}
