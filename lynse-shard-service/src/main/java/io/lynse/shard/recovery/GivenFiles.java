package io.lynse.shard.recovery;

import io.lynse.engine.GivenCheckpoint;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints that this node holds for others, one each. A taker that comes again gets the one that is held for it, so that it goes on where
 * it was; one that asks for nothing for a while is forgotten. Safe for use by several threads.
 */
public final class GivenFiles implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GivenFiles.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final int LOOKS_PER_PATIENCE = 8;

    private final Function<NodeId, GivenCheckpoint> give;
    private final CatchUpSettings settings;
    private final LongSupplier nanos;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final ReentrantLock taking = new ReentrantLock(); // one checkpoint at a time
    private volatile boolean closed;

    /** A checkpoint that is held. */
    public static final class Held {
        private final String id = UUID.randomUUID().toString();
        private final NodeId taker;
        private final GivenCheckpoint checkpoint;
        private volatile long usedAt;

        private Held(NodeId taker, GivenCheckpoint checkpoint) {
            this.taker = taker;
            this.checkpoint = checkpoint;
        }

        public String id() {
            return id;
        }

        public GivenCheckpoint checkpoint() {
            return checkpoint;
        }
    }

    /**
     * @param give  takes a checkpoint for a node, see {@link io.lynse.engine.Engine#give}
     * @param nanos a monotonic clock
     */
    public GivenFiles(Function<NodeId, GivenCheckpoint> give, CatchUpSettings settings, LongSupplier nanos) {
        this.give = give;
        this.settings = settings;
        this.nanos = nanos;
        Thread.ofVirtual().name("given-files").start(this::lapseFromTimeToTime);
    }

    /**
     * What is held for a taker; if there is nothing, or it wants another, a checkpoint is taken. Waits.
     * @throws LynseException Overloaded: too many are held for others; as {@link io.lynse.engine.Engine#give}
     */
    public Held hold(NodeId taker, boolean anew) {
        taking.lock();
        try {
            if (closed) throw new LynseException(new LynseError.Unavailable("this node stops", RETRY_AFTER));
            for (Held each : held.values()) {
                if (!each.taker.equals(taker)) continue;
                if (!anew && !each.checkpoint.isLost()) return used(each);
                drop(each);
            }
            if (held.size() >= settings.takersMax()) {
                throw new LynseException(new LynseError.Overloaded("this node gives its files to " + held.size() + " others already", RETRY_AFTER));
            }
            var made = new Held(taker, give.apply(taker));
            held.put(made.id, used(made));
            log.atInfo().addKeyValue("taker", taker).addKeyValue("lsn", made.checkpoint.lsn()).addKeyValue("bytes", made.checkpoint.list().bytes())
                    .log("checkpoint held for another node");
            return made;
        } finally {
            taking.unlock();
        }
    }

    /** @throws LynseException NotFound: it is not held, or no longer */
    public Held find(String id) {
        Held found = held.get(id);
        if (found == null) throw new LynseException(new LynseError.NotFound("checkpoint", id));
        return used(found);
    }

    public void release(String id) {
        Held found = held.get(id);
        if (found != null) drop(found);
    }

    /** How many are held. */
    public int count() {
        return held.size();
    }

    /** Forgets takers that were not heard of for too long. */
    void lapse() {
        long now = nanos.getAsLong();
        for (Held each : held.values()) {
            if (each.checkpoint.isLost() || now - each.usedAt > settings.patience().toNanos()) drop(each);
        }
    }

    private Held used(Held one) {
        one.usedAt = nanos.getAsLong();
        return one;
    }

    private void drop(Held one) {
        if (held.remove(one.id) == null) return;
        one.checkpoint.close();
        log.atInfo().addKeyValue("taker", one.taker).addKeyValue("lsn", one.checkpoint.lsn()).log("checkpoint for another node released");
    }

    private void lapseFromTimeToTime() {
        try {
            while (!closed) {
                Thread.sleep(settings.patience().dividedBy(LOOKS_PER_PATIENCE));
                lapse();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Releases all, and holds nothing more. */
    @Override
    public void close() {
        taking.lock();
        try {
            closed = true;
            held.values().forEach(this::drop);
        } finally {
            taking.unlock();
        }
    }
}
