package io.lynse.engine.log;

import io.lynse.engine.log.Kept.Hold;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who needs the log, and its trimming by what {@link RetentionPolicy} says. Nothing here outlives a restart: followers are registered again
 * right after the start, before the first checkpoint trims. Safe for use by several threads.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final LogImage image;
    private final LogThread thread;
    private final LogEnds ends;
    private final ReentrantLock lock;
    private final Map<NodeId, Lsn> followers = new HashMap<>(); // the last entry that each has confirmed
    private final Set<NodeId> leftBehind = new HashSet<>();
    private final Set<LogPin> pins = new HashSet<>();
    private Lsn needed = Lsn.NONE.next(); // by the checkpoint
    private RetentionLimits limits = RetentionLimits.DEFAULT;

    Retention(LogImage image, LogThread thread, LogEnds ends, ReentrantLock lock) {
        this.image = image;
        this.thread = thread;
        this.ends = ends;
        this.lock = lock;
    }

    /** From now on the log is kept for this follower. Until it confirms anything: all that there is now. Nothing changes when it was registered. */
    public void register(NodeId member) {
        lock.lock();
        try {
            followers.putIfAbsent(member, new Lsn(image.firstLsn() - 1));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The follower has everything up to here on disk, in the history of this log.
     *
     * @param upTo less than before, if it had to cut its log
     */
    public void confirmed(NodeId member, Lsn upTo) {
        lock.lock();
        try {
            followers.computeIfPresent(member, (same, before) -> upTo); // a late word does not bring a forgotten one back
        } finally {
            lock.unlock();
        }
    }

    /** The log is kept for this follower no more. */
    public void forget(NodeId member) {
        lock.lock();
        try {
            followers.remove(member);
            leftBehind.remove(member);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps the entries from {@code from} on until the pin is closed, or lapses by its age.
     *
     * @param owner  who wants them, for people
     * @param reason what for, for people
     * @param lapse  closes the pin, and gives up what relies on it; run before any entry goes, by whoever trims
     * @throws LogTrimmedException if the entry is no longer here
     */
    public LogPin pin(Lsn from, String owner, String reason, Runnable lapse) {
        lock.lock();
        try {
            if (from.value() < image.firstLsn()) throw new LogTrimmedException(from, new Lsn(image.firstLsn()));
            var pin = new LogPin(this, from, owner, reason, lapse, System.nanoTime());
            pins.add(pin);
            return pin;
        } finally {
            lock.unlock();
        }
    }

    void unpin(LogPin pin) {
        lock.lock();
        try {
            pins.remove(pin);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops the entries that nobody needs any more; whole segments are dropped, so some may stay. Waits for the disk,
     * but not for room on it.
     *
     * @param checkpoint the first entry that the files of the last checkpoint lack
     * @throws RuntimeException if a pin cannot be given up; nothing is dropped then
     */
    public void trimTo(Lsn checkpoint, RetentionLimits within) {
        Kept kept;
        List<LogPin> expired;
        lock.lock();
        try {
            thread.checkRunning();
            needed = checkpoint;
            limits = within;
            long now = System.nanoTime();
            kept = decide(now);
            expired = pins.stream().filter(pin -> kept.lapsed().stream().anyMatch(hold -> hold.claim().equals(pin.claim(now)))).toList();
            tellLeftBehind(kept);
        } finally {
            lock.unlock();
        }
        for (LogPin pin : expired) lapse(pin);
        lock.lock();
        try {
            thread.trim(() -> ends.trim(() -> firstKept(kept)));
        } finally {
            lock.unlock();
        }
    }

    /** Ends all pins now, for want of space. Their entries go at the next trim. */
    public void lapsePins() {
        List<LogPin> all;
        lock.lock();
        try {
            all = List.copyOf(pins);
        } finally {
            lock.unlock();
        }
        all.forEach(this::lapse);
    }

    /** What is kept now, and for whom: by the checkpoint and the limits of the last trim. */
    public Kept kept() {
        lock.lock();
        try {
            return decide(System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private Kept decide(long now) {
        var claims = new ArrayList<Claim>();
        followers.forEach((member, confirmed) -> claims.add(new Claim.Follower(member, confirmed.next())));
        for (LogPin pin : pins) claims.add(pin.claim(now));
        return RetentionPolicy.decide(new Claim.Checkpoint(needed), claims, image.segmentBytes(), limits);
    }

    /** With the lock. A pin that was taken since, or could not be given up, holds whatever was decided. */
    private long firstKept(Kept kept) {
        return pins.stream().mapToLong(pin -> pin.from().value()).reduce(kept.from().value(), Math::min);
    }

    private void lapse(LogPin pin) {
        LOG.atWarn().addKeyValue("owner", pin.owner()).addKeyValue("reason", pin.reason()).addKeyValue("from", pin.from()).log("pin of the log lapsed");
        pin.lapse();
    }

    private void tellLeftBehind(Kept kept) {
        var behind = new HashSet<NodeId>();
        for (Hold hold : kept.lapsed()) {
            if (!(hold.claim() instanceof Claim.Follower(NodeId member, Lsn from))) continue;
            behind.add(member);
            if (leftBehind.add(member)) {
                LOG.atWarn().addKeyValue("member", member).addKeyValue("from", from).addKeyValue("bytes", hold.bytes()).log("follower too far behind for the log");
            }
        }
        leftBehind.retainAll(behind);
    }
}
