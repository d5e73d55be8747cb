package io.lynse.shard.membership;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.MembershipPolicy.Report;
import io.lynse.shard.membership.Standing.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node is, and the file that keeps it. A member becomes what the replication protocol decides. A node of its own appends under an
 * epoch that it claims; such an append holds the shared side of a lock, and joining a cluster the exclusive side, so nothing is appended
 * alone by a node that is being shown its first view. Safe for use by several threads.
 */
public final class NodeMembership {

    private static final Logger log = LoggerFactory.getLogger(NodeMembership.class);

    private final ReentrantLock changes = new ReentrantLock();
    private final ReentrantReadWriteLock appends = new ReentrantReadWriteLock();
    private final StandingFile file;
    private volatile Situation now;
    private volatile boolean joining;

    private NodeMembership(StandingFile file, Situation started) {
        this.file = file;
        this.now = started;
    }

    /**
     * @param directory     the data directory, locked by the caller
     * @param logHasEntries whether anything was ever written here: then the file must be there
     * @throws IOException naming the file, if it is missing or damaged
     */
    public static NodeMembership open(Path directory, NodeId self, boolean logHasEntries) throws IOException {
        var file = new StandingFile(directory);
        Optional<Standing> stored = file.read();
        if (stored.isEmpty() && logHasEntries) {
            throw new IOException(directory.resolve("membership") + " is missing although the log has entries: restore the file,"
                    + " or move the data directory away and let the node be refilled");
        }
        return new NodeMembership(file, Situation.started(self, stored.orElse(Standing.NEW)));
    }

    public NodeId self() {
        return now.self();
    }

    /** What this node is, right now. */
    public Situation situation() {
        return now;
    }

    public Report report() {
        return MembershipPolicy.report(now);
    }

    /**
     * Appends as its own authority. {@code append} must not wait for its outcome.
     * @throws LynseException Conflict if this node is a member of a cluster: its coordinator decides
     */
    public <T> T alone(Function<Epoch, T> append) {
        if (now.leading().equals(Epoch.NONE)) claim();
        Lock shared = appends.readLock();
        shared.lock();
        try {
            requireAlone();
            return append.apply(now.leading());
        } finally {
            shared.unlock();
        }
    }

    /**
     * Ends what this node appends as its own authority, so that it can be shown its first view: behind this call no such append is under way,
     * and none is begun until the node has restarted.
     */
    public void beginJoining() {
        Lock exclusive = appends.writeLock();
        exclusive.lock();
        joining = true;
        exclusive.unlock();
    }

    /** The node cannot join as it is: it goes on alone. */
    public void giveUpJoining() {
        joining = false;
    }

    /** What the replication protocol made of this node; on disk when it returns. @throws LynseException Internal: it is not */
    public void become(Situation next) {
        changes.lock();
        try {
            adopt(next);
        } finally {
            changes.unlock();
        }
    }

    private void claim() {
        changes.lock();
        try {
            requireAlone();
            if (now.leading().equals(Epoch.NONE)) adopt(MembershipPolicy.claim(now));
        } finally {
            changes.unlock();
        }
    }

    /**
     * Whatever a client wants to change here, it hears this first.
     * @throws LynseException Conflict if this node is a member of a cluster, naming a coordinator; Unavailable while it becomes one
     */
    public void requireAlone() {
        Place place = now.standing().place();
        if (place == null && joining) throw new LynseException(new LynseError.Unavailable("this node is joining a cluster", Duration.ofSeconds(1)));
        if (place == null) return;
        String door = place.view().coordinatorUri();
        throw new LynseException(new LynseError.Conflict("this node is a member of shard group " + place.view().group()
                + " of a cluster: write through its coordinator" + (door.isEmpty() ? "" : " at " + door)));
    }

    private void adopt(Situation next) {
        if (now.leading().equals(next.leading())) {
            keep(next);
            return;
        }
        Lock exclusive = appends.writeLock();
        exclusive.lock();
        try {
            keep(next);
        } finally {
            exclusive.unlock();
        }
    }

    private void keep(Situation next) {
        try {
            file.write(next.standing());
        } catch (UncheckedIOException failed) {
            // Disk may hold the new standing and memory the old one: that is safe, the old one promises less.
            log.atError().setCause(failed).log("membership not kept");
            throw new LynseException(new LynseError.Internal(String.valueOf(failed.getMessage())), failed);
        }
        Situation before = now;
        now = next;
        if (before.leading().equals(next.leading()) && MembershipPolicy.role(before) == MembershipPolicy.role(next)) return;
        log.atInfo()
                .addKeyValue("role", MembershipPolicy.role(next).text())
                .addKeyValue("role_before", MembershipPolicy.role(before).text())
                .addKeyValue("epoch_seen", next.standing().seen())
                .addKeyValue("epoch_leading", next.leading())
                .log("membership changed");
    }
}
