package io.lynse.shard.ship;

import io.lynse.engine.log.LogDamagedException;
import io.lynse.engine.log.LogFrame;
import io.lynse.engine.log.LogReader;
import io.lynse.engine.log.LogTrimmedException;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.ReplicationMessage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to one other member: messages, and the log. A thread of its own connects when there is something to say, reads the log and
 * sends what the connection takes, so that a slow member or disk holds up nobody else. What finds no room is lost; the protocol sends
 * what matters again.
 */
final class Outgoing implements AutoCloseable {

    /** What an outgoing needs of the node. */
    interface Node {
        LogReader read(Lsn from);

        /** How far the log is committed, as far as is known. */
        Lsn committed();

        void refused(MemberImage by);

        /** What was to be read is no longer in the log. */
        void trimmed();

        /** The log cannot be read. */
        void damaged(String reason);
    }

    /** @param number the same part may be asked for again, and then goes out again */
    private record Cargo(long number, Fence fence, long stream, Lsn from) {}

    private static final Logger log = LoggerFactory.getLogger(Outgoing.class);
    private static final int WAITING_MAX = 1024;
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos(); // between two attempts to connect

    private final MemberImage to;
    private final Peers peers;
    private final Peers.Introduction introduction;
    private final Node node;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<ReplicationMessage> waiting = new ArrayDeque<>();
    private @Nullable Cargo cargo;
    private long cargoes;
    private long growth; // of the log, counted
    private long readAt = -1; // the growth after which the log had no more
    private Peers.@Nullable Line line;
    private long attempt;
    private long endedAttempt;
    private long openedAt;
    private String lastFailure = "";
    private boolean closed;

    private @Nullable LogReader reader; // of the thread alone, as is what it reads for
    private @Nullable Cargo reading;

    Outgoing(MemberImage to, Peers peers, Peers.Introduction introduction, Node node) {
        this.to = to;
        this.peers = peers;
        this.introduction = introduction;
        this.node = node;
        this.openedAt = System.nanoTime() - PAUSE_NANOS;
        this.thread = Thread.ofPlatform().daemon().name("lynse-to-" + to.uri()).start(this::run);
    }

    void send(ReplicationMessage message) {
        lock.lock();
        try {
            if (waiting.size() >= WAITING_MAX) return;
            waiting.add(message);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Sends the log from there on, and goes on as it grows. Replaces what was shipped before. */
    void ship(Fence fence, long stream, Lsn from) {
        lock.lock();
        try {
            cargo = new Cargo(++cargoes, fence, stream, from);
            readAt = -1;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    void stopShipping() {
        lock.lock();
        try {
            cargo = null;
        } finally {
            lock.unlock();
        }
    }

    /** There is more in the log. */
    void grown() {
        lock.lock();
        try {
            growth++;
            if (cargo != null) work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    void join() throws InterruptedException {
        thread.join(Duration.ofSeconds(5));
    }

    private void run() {
        try {
            while (step()) {}
        } finally {
            stopReading();
        }
    }

    private boolean step() {
        ReplicationMessage message;
        Peers.Line open;
        Cargo shipped;
        long grown;
        lock.lock();
        try {
            while (!closed && !hasWork()) await();
            open = line;
            if (closed) {
                if (open != null) open.close();
                return false;
            }
            message = waiting.poll();
            shipped = cargo;
            grown = growth;
        } finally {
            lock.unlock();
        }
        if (open == null) return true;
        if (message != null) open.tell(MessageWire.message(message));
        else if (shipped != null) ship(shipped, grown, open);
        return true;
    }

    /** With the lock. Opens a line when there is something to say; the log alone is no reason, as its stream begins with messages. */
    private boolean hasWork() {
        if (line == null && !waiting.isEmpty() && System.nanoTime() - openedAt >= PAUSE_NANOS) open();
        return line != null && line.isReady() && (!waiting.isEmpty() || cargo != null && readAt < growth);
    }

    private void await() {
        try {
            if (line == null && !waiting.isEmpty()) work.awaitNanos(Math.max(1, PAUSE_NANOS - (System.nanoTime() - openedAt)));
            else work.await();
        } catch (InterruptedException stray) {
            // Nobody has a reason to interrupt this thread.
        }
    }

    private void open() {
        openedAt = System.nanoTime();
        long number = ++attempt;
        Peers.Line opened = peers.open(introduction, to, new Peers.Events() {
            @Override
            public void ready() {
                signal();
            }

            @Override
            public void ended(boolean refused, String reason) {
                Outgoing.this.ended(number, refused, reason);
            }
        });
        line = endedAttempt == number ? null : opened;
    }

    private void signal() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void ended(long number, boolean refused, String reason) {
        boolean news;
        lock.lock();
        try {
            if (closed || number != attempt) return;
            endedAttempt = number;
            line = null;
            waiting.clear(); // what waited for this connection is late by the time of the next
            news = !reason.equals(lastFailure);
            lastFailure = reason;
            work.signal();
        } finally {
            lock.unlock();
        }
        if (news) log.atInfo().addKeyValue("member", to).addKeyValue("reason", reason).log("connection to a member ended");
        if (refused) node.refused(to);
    }

    private void ship(Cargo shipped, long grown, Peers.Line open) {
        try {
            if (!shipped.equals(reading) || reader == null) {
                stopReading();
                reader = node.read(shipped.from());
                reading = shipped;
            }
            LogFrame frame = reader.nextFrame();
            if (frame != null) open.tell(MessageWire.message(message(shipped, frame)));
            else atEnd(shipped, grown);
        } catch (LogTrimmedException gone) {
            over(shipped);
            node.trimmed();
        } catch (LogDamagedException | UncheckedIOException unreadable) {
            over(shipped);
            node.damaged(String.valueOf(unreadable.getMessage()));
        } catch (IllegalStateException truncated) {
            over(shipped); // this node leads no more
        }
    }

    private ReplicationMessage.Frame message(Cargo shipped, LogFrame frame) {
        // Without its write id: a repeat of it is decided when it is applied, also where nobody knew that it was one.
        return new ReplicationMessage.Frame(
                shipped.fence(), shipped.stream(), frame.lsn(), frame.epoch(), frame.index(), frame.last(), null,
                new EntryPart(frame.type(), frame.version(), frame.entryBytes(), frame.payload()), node.committed());
    }

    private void atEnd(Cargo shipped, long grown) {
        lock.lock();
        try {
            if (shipped.equals(cargo)) readAt = grown;
        } finally {
            lock.unlock();
        }
    }

    private void over(Cargo shipped) {
        stopReading();
        lock.lock();
        try {
            if (shipped.equals(cargo)) cargo = null;
        } finally {
            lock.unlock();
        }
    }

    private void stopReading() {
        if (reader != null) reader.close();
        reader = null;
        reading = null;
    }
}
