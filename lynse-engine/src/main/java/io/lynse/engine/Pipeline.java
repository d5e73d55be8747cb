package io.lynse.engine;

import io.lynse.engine.collection.CollectionUnavailableException;
import io.lynse.engine.log.LogFailedException;
import io.lynse.engine.log.WriteAheadLog;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of an entry: decoded by whoever submits it, appended to the log, forced to disk together with those beside it, and
 * only then applied, by one thread, in LSN order. While one group is applied the log forces the next.
 *
 * <p>What waits is bounded in bytes. When the disk fails nothing more is taken or applied: entries that may or may not be on
 * it are answered as unknown, and reads go on.
 */
final class Pipeline implements AutoCloseable {

    /** Told of every applied entry, on the applying thread. */
    interface Listener {
        void applied(Entry entry, long payloadBytes);
    }

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int ENTRY_BYTES = 1024; // of the objects around an entry, about

    private sealed interface Work {}

    private record Write(Lsn lsn, Entry entry, long bytes, CompletableFuture<Lsn> durable, CompletableFuture<Applied> result) implements Work {}

    private record Between(Runnable task) implements Work {}

    private record Stop() implements Work {}

    private final WriteAheadLog wal;
    private final Applier applier;
    private final OpenCollections collections;
    private final Listener listener;
    private final QueueBudget budget;
    private final Duration queueWait;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock order = new ReentrantLock(); // the queue has the log's order
    private final Thread thread;
    private Epoch lastEpoch;
    private boolean stopped;
    private volatile @Nullable String failure;

    /** @param lastEpoch of the last entry in the log */
    Pipeline(WriteAheadLog wal, Applier applier, OpenCollections collections, Listener listener, EngineSettings settings, Epoch lastEpoch) {
        this.wal = wal;
        this.applier = applier;
        this.collections = collections;
        this.listener = listener;
        this.budget = new QueueBudget(settings.queueBytesMax());
        this.queueWait = settings.queueWait();
        this.lastEpoch = lastEpoch;
        thread = Thread.ofPlatform().name("lynse-apply").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Applied> submit(Epoch epoch, int type, int version, ByteBuffer payload) {
        Entry entry = EntryDecoder.decode(type, version, payload);
        LynseError refusal = entry instanceof Entry.Malformed(var error) ? error : trouble(entry);
        if (refusal != null) return refused(refusal);
        long bytes = payload.remaining() + (long) ENTRY_BYTES;
        try {
            if (!budget.acquire(bytes, queueWait)) return refused(new LynseError.Overloaded("too many writes are waiting", RETRY_AFTER));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return refused(unavailable("the write was interrupted before it was appended"));
        }
        var result = new CompletableFuture<Applied>();
        refusal = append(epoch, type, version, payload, entry, bytes, result);
        if (refusal == null) return result;
        budget.release(bytes);
        return refused(refusal);
    }

    /** Runs a task on the applying thread, after everything submitted so far and before anything later, and waits for it. */
    void between(Runnable task) {
        var done = new CompletableFuture<@Nullable Void>();
        order.lock();
        try {
            if (stopped) throw new LynseException(unavailable("the node is stopping"));
            queue.add(new Between(() -> {
                try {
                    task.run();
                    done.complete(null);
                } catch (Throwable failed) {
                    done.completeExceptionally(failed);
                }
            }));
        } finally {
            order.unlock();
        }
        done.join();
    }

    /** Applies what was appended and takes nothing more. */
    @Override
    public void close() {
        order.lock();
        try {
            if (stopped) return;
            stopped = true;
            queue.add(new Stop());
        } finally {
            order.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why nothing is written any more; null: all is well. */
    @Nullable String failure() {
        return failure;
    }

    private @Nullable LynseError append(
            Epoch epoch, int type, int version, ByteBuffer payload, Entry entry, long bytes, CompletableFuture<Applied> result) {
        order.lock();
        try {
            if (stopped) return unavailable("the node is stopping");
            String broken = failure;
            if (broken != null) return unavailable(broken);
            if (epoch.compareTo(lastEpoch) < 0) return new LynseError.StaleEpoch(epoch, lastEpoch);
            Lsn lsn = wal.append(epoch, type, version, payload);
            lastEpoch = epoch;
            // From here on the entry may be on disk: whatever fails now is told by the future, as an unknown outcome.
            queue.add(new Write(lsn, entry, bytes, wal.sync(lsn), result));
            return null;
        } catch (LogFailedException failed) {
            return unavailable(fail(failed));
        } finally {
            order.unlock();
        }
    }

    private void run() {
        while (true) {
            try {
                switch (queue.take()) {
                    case Stop() -> {
                        return;
                    }
                    case Between(var task) -> task.run();
                    case Write write -> apply(write);
                }
            } catch (InterruptedException ignored) {
                // Nobody has a reason to interrupt this thread, and an entry left out would be a hole in the state.
            }
        }
    }

    private void apply(Write write) {
        try {
            write.durable.join();
            if (failure != null) throw new CancellationException("an entry before it was not applied");
            Applied.Result result = applier.apply(write.lsn, write.entry);
            listener.applied(write.entry, write.bytes);
            write.result.complete(new Applied(write.lsn, result));
        } catch (CollectionUnavailableException unavailable) {
            // It is in the log, and applied when the collection is opened again.
            write.result.completeExceptionally(unknown(String.valueOf(unavailable.getMessage()), unavailable));
        } catch (Throwable failed) {
            String reason = fail(failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed);
            write.result.completeExceptionally(unknown(reason, failed));
        } finally {
            budget.release(write.bytes);
        }
    }

    private String fail(Throwable cause) {
        String known = failure;
        if (known != null) return known;
        String reason = "this node writes nothing any more: " + cause.getMessage() + "; restart it when the cause is gone";
        failure = reason;
        log.atError().setCause(cause).log("writing stopped");
        return reason;
    }

    private @Nullable LynseError trouble(Entry entry) {
        CollectionId id = switch (entry) {
            case Entry.WriteRows rows -> rows.id();
            case Entry.MarkRows rows -> rows.id();
            case Entry.Compact compact -> compact.id();
            default -> null;
        };
        String trouble = id == null ? null : collections.trouble(id);
        return trouble == null ? null : unavailable(trouble);
    }

    private static LynseError unavailable(String reason) {
        return new LynseError.Unavailable(reason, RETRY_AFTER);
    }

    private static LynseException unknown(String reason, Throwable cause) {
        return new LynseException(new LynseError.OutcomeUnknown(reason), cause);
    }

    private static CompletableFuture<Applied> refused(LynseError error) {
        return CompletableFuture.failedFuture(new LynseException(error));
    }
}
