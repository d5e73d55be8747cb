package io.lynse.shard.ship;

import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.DurabilityListener;
import io.lynse.engine.log.LogFailedException;
import io.lynse.model.Lsn;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.Outcome;
import io.lynse.shard.replication.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * The copy that is this node's now, and what its log tells the core. Files may put another one in its place: what is still told of the old
 * one, and waits in the queue, is dropped then. For the driver's thread, where nothing else is said.
 */
final class LiveCopy {

    /** What the protocol remembers of an applied entry: the result itself is the engine's to know. */
    private record Done(boolean isRemembered) implements Outcome {}

    private final MemberLoop loop;
    private long cuts; // a force from before a cut says nothing of what came behind it
    private volatile long cutsSeen; // the same, for the log's thread
    private Lsn first = Lsn.NONE;
    private volatile @Nullable OwnCopy copy; // null: this node's copy is lost
    private volatile Lsn committed = Lsn.NONE;

    /** @param found null: this node's copy is lost */
    LiveCopy(MemberLoop loop, @Nullable ReplicatedLog found) {
        this.loop = loop;
        if (found != null) become(found);
    }

    /** That log is this node's from now on. */
    void become(ReplicatedLog log) {
        OwnCopy now = OwnCopy.of(log);
        copy = now;
        committed = log.appliedLsn();
        first = log.firstLsn();
        log.listen(new DurabilityListener() {
            @Override
            public void durable(Lsn upTo) {
                long seen = cutsSeen;
                loop.later(() -> {
                    if (now == copy && seen == cuts) loop.now(new Event.Forced(upTo));
                });
            }

            @Override
            public void failed(LogFailedException cause) {
                tell(now, new Event.DiskFailed(String.valueOf(cause.getMessage())));
            }
        });
        log.listenApplied((lsn, id, remembered) -> {
            WriteId known = id.equals(io.lynse.engine.WriteId.NONE) ? null : new WriteId(id.high(), id.low());
            tell(now, new Event.Applied(lsn, known, new Done(remembered)));
        });
    }

    private void tell(OwnCopy of, Event news) {
        loop.later(() -> {
            if (of == copy) loop.now(news);
        });
    }

    /** Its log ends, and files take its place: what it says of that is no news. */
    void end() {
        dropHalfEntry();
        copy = null;
    }

    /** Null: it is lost. Safe for use by several threads. */
    @Nullable OwnCopy now() {
        return copy;
    }

    /** @throws IllegalStateException if it is lost */
    OwnCopy require() {
        OwnCopy now = copy;
        if (now == null) throw new IllegalStateException("this node's copy is lost");
        return now;
    }

    ReplicatedLog log() {
        return require().log();
    }

    boolean isOf(OwnWrite write) {
        OwnCopy now = copy;
        return now != null && write.isFor(now.log());
    }

    /** How far its log is committed, as far as is known. Safe for use by several threads. */
    Lsn committed() {
        return committed;
    }

    void commit(Lsn upTo) {
        log().commitUpTo(upTo);
        committed = upTo;
    }

    void truncate(Lsn from) {
        dropHalfEntry();
        log().truncateFrom(from);
        // What the log's thread said of forces until now waits in the queue, and concerns entries that may be gone.
        cuts++;
        cutsSeen = cuts;
    }

    void dropHalfEntry() {
        OwnCopy now = copy;
        if (now != null) now.open().drop();
    }

    /** Where the log begins, if it let go of entries since this was asked last; null: it did not. */
    @Nullable Lsn trimmed() {
        OwnCopy now = copy;
        if (now == null || now.log().firstLsn().equals(first)) return null;
        first = now.log().firstLsn();
        return first;
    }
}
