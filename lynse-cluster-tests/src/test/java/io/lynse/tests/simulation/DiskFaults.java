package io.lynse.tests.simulation;

import io.lynse.model.NodeId;
import io.lynse.shard.membership.Standing;
import java.util.List;

/** What happens to disks. Never destroys the last one that has everything: nobody promises anything about that. */
final class DiskFaults {

    private final Simulation simulation;
    private final Faults faults;
    private final List<SimNode> nodes;

    DiskFaults(Simulation simulation, Faults faults, List<SimNode> nodes) {
        this.simulation = simulation;
        this.faults = faults;
        this.nodes = nodes;
    }

    void slow(SimNode node, long lasts) {
        node.slowDisk(true);
        faults.mend(lasts, () -> node.slowDisk(false));
    }

    /** A force fails: what is on disk beyond the one before is unknown, and somebody restarts the process in time. */
    void fail(SimNode node, long lasts) {
        if (!node.isUp()) return;
        node.failDisk();
        faults.mend(lasts, () -> faults.crash(node));
    }

    /** The disk is replaced by an empty one. */
    void wipe(SimNode node) {
        if (!node.group.spares(node)) return;
        node.crash();
        node.wipe();
        faults.restartLater(node);
    }

    /**
     * The node starts on an older copy of its own disk. One of an earlier epoch has forgotten its fence, and nobody can know: that must not be done
     * (docs/replication.md), and is not done here.
     */
    void restore(SimNode node, long lasts) {
        if (node.disk.givenUp() != null) return;
        SimDisk copy = node.disk.copy();
        faults.mend(lasts, () -> {
            boolean older = copy.node.equals(node.disk.node) && copy.standing.seen().equals(node.disk.standing.seen()) && copy.standing.led().equals(node.disk.standing.led());
            if (!older || !node.group.spares(node)) return;
            node.crash();
            node.replaceDisk(copy, true);
            simulation.world.counts.copiedDisks++;
            faults.restartLater(node);
        });
    }

    /** The node starts on a copy of another one's disk, and so under its identity. An operator looks into it after a while. */
    void copy(SimNode node, SimNode from, long lasts) {
        // Where that identity has already taken this place, another disk of it is an older copy, without its fence.
        if (node == from || from.disk.node.equals(node.disk.node) || !from.hasOwnDisk() || from.disk.givenUp() != null || !node.group.spares(node)) return;
        NodeId next = node.nextId();
        node.crash();
        node.replaceDisk(from.disk.copy(), false);
        simulation.world.counts.copiedDisks++;
        faults.restartLater(node);
        faults.mend(World.SECOND + lasts, () -> {
            if (node.hasOwnDisk()) return; // wiped meanwhile
            Standing.Place place = node.disk.standing.place();
            boolean ofThisGroup = place != null && place.view().group().equals(node.group.id); // as it is now: it may be another copy
            node.crash();
            if (ofThisGroup) node.adoptCopy(next);
            else node.wipe();
            faults.restartLater(node);
        });
    }
}
