package io.lynse.shard.membership;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.MembershipPolicy.FenceDecision;
import io.lynse.shard.membership.MembershipPolicy.Purpose;
import io.lynse.shard.membership.MembershipPolicy.Report;
import io.lynse.shard.membership.MembershipPolicy.ViewDecision;
import io.lynse.shard.membership.Standing.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell of {@link MembershipPolicy}: one file, and two locks. Changes are made one at a time. An append holds the shared
 * side of the second lock and a change of the epoch that this node leads the exclusive side, so no entry is appended under
 * an epoch that was given up in the meantime; other changes (a newer meta epoch, which probes bring often) pass appends by,
 * because an append may wait for room. Safe for use by several threads.
 */
public final class NodeMembership {

    private static final Logger log = LoggerFactory.getLogger(NodeMembership.class);

    private final ReentrantLock changes = new ReentrantLock();
    private final ReentrantReadWriteLock appends = new ReentrantReadWriteLock();
    private final StandingFile file;
    private final BooleanSupplier holdsCollections;
    private volatile Situation now;

    private NodeMembership(StandingFile file, Situation started, BooleanSupplier holdsCollections) {
        this.file = file;
        this.now = started;
        this.holdsCollections = holdsCollections;
    }

    /**
     * @param directory        the data directory, locked by the caller
     * @param logHasEntries    whether anything was ever written here: then the file must be there
     * @param holdsCollections whether there is data that a cluster may not know of; asked when the first view comes
     * @throws IOException naming the file, if it is missing or damaged
     */
    public static NodeMembership open(Path directory, NodeId self, boolean logHasEntries, BooleanSupplier holdsCollections) throws IOException {
        var file = new StandingFile(directory);
        Optional<Standing> stored = file.read();
        if (stored.isEmpty() && logHasEntries) {
            throw new IOException(directory.resolve("membership") + " is missing although the log has entries: restore the file,"
                    + " or move the data directory away and let the node be refilled");
        }
        return new NodeMembership(file, Situation.started(self, stored.orElse(Standing.NEW)), holdsCollections);
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
     * Takes a view if it is newer than the one known.
     * @return why it was refused; empty if it was taken or brought nothing new
     */
    public Optional<String> see(GroupView view, String uri) {
        changes.lock();
        try {
            return switch (MembershipPolicy.onView(now, view, uri, holdsCollections.getAsBoolean())) {
                case ViewDecision.Adopt(var next) -> {
                    become(next);
                    yield Optional.empty();
                }
                case ViewDecision.Keep() -> Optional.empty();
                case ViewDecision.Refuse(var reason) -> {
                    log.atWarn().addKeyValue("cluster", view.clusterId()).addKeyValue("group", view.group()).log("view refused: {}", reason);
                    yield Optional.of(reason);
                }
            };
        } finally {
            changes.unlock();
        }
    }

    /**
     * Appends under the epoch of the fence, if this node leads it. {@code append} must not wait for its outcome: while it
     * runs, this node cannot step down.
     * @throws LynseException StaleEpoch or NotPrimary; nothing was appended
     */
    public <T> T leading(Fence fence, Function<Epoch, T> append) {
        FenceDecision decision;
        Lock shared = appends.readLock();
        shared.lock();
        try {
            decision = MembershipPolicy.onFence(now, fence, Purpose.WRITE);
            if (decision instanceof FenceDecision.Serve(var epoch)) return append.apply(epoch);
        } finally {
            shared.unlock();
        }
        throw refused(decision, fence, Purpose.WRITE);
    }

    /** Whether a read with this fence may be answered here. @throws LynseException StaleEpoch or NotPrimary */
    public void reading(Fence fence) {
        FenceDecision decision = MembershipPolicy.onFence(now, fence, Purpose.READ);
        if (!(decision instanceof FenceDecision.Serve)) throw refused(decision, fence, Purpose.READ);
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

    private void claim() {
        changes.lock();
        try {
            requireAlone();
            if (now.leading().equals(Epoch.NONE)) become(MembershipPolicy.claim(now));
        } finally {
            changes.unlock();
        }
    }

    private void requireAlone() {
        Place place = now.standing().place();
        if (place == null) return;
        String door = place.view().coordinatorUri();
        throw new LynseException(new LynseError.Conflict("this node is a member of shard group " + place.view().group()
                + " of a cluster: write through its coordinator" + (door.isEmpty() ? "" : " at " + door)));
    }

    /** The error for a request that is not served, after what it taught this node is on disk. */
    private LynseException refused(FenceDecision first, Fence fence, Purpose purpose) {
        FenceDecision decision = first;
        if (first instanceof FenceDecision.StepDown) {
            changes.lock();
            try {
                // Decided again: the view may have come in between.
                decision = MembershipPolicy.onFence(now, fence, purpose);
                if (decision instanceof FenceDecision.StepDown(var next, _)) become(next);
            } finally {
                changes.unlock();
            }
        }
        return new LynseException(switch (decision) {
            case FenceDecision.StepDown(_, var error) -> error;
            case FenceDecision.Refuse(var error) -> error;
            case FenceDecision.Serve _ -> new LynseError.Unavailable("a newer view was adopted just now", Duration.ZERO);
        });
    }

    private void become(Situation next) {
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
