package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import java.util.ArrayList;
import java.util.List;

/** Breaks things at random and mends them again. Every kind of fault has its own chance, so that a new kind does not change when the others come. */
final class Faults {

    /** What may go wrong, and how often beside the others. */
    private enum Kind {
        CRASH(2), CRASH_PRIMARY(1), CRASH_MANY(1), PAUSE(1), CUT_OFF(1), CUT_OFF_PRIMARY(1), CUT_BETWEEN(1), SPLIT(2), MEET_AGAIN(2),
        METADATA_DOWN(1), METADATA_SLOW(1), COORDINATOR(1), LONELY_LEADER(1), SLOW_DISK(1), FAILED_DISK(0.5), WIPE(1), OLD_DISK(0.5), COPIED_DISK(1), CLOCK(1), SUSPEND(0.5), FORCE(2);

        final double often;

        Kind(double often) {
            this.often = often;
        }
    }

    /** Each seed knows some kinds and not the others: they would hide what a few of them can do. */
    private static final double KNOWN = 0.75;

    /** Few operators take losses. */
    private static final double FORCES = 0.25;

    /** Between two faults of one kind of weight 1, on average. */
    private static final long GAP = 22 * World.SECOND;

    private final Simulation simulation;
    private final World world;
    private final List<SimNode> nodes;
    private final List<SimCoordinator> coordinators;
    private final Chance general;
    private final DiskFaults disks;
    private final LonelyLeader lonely;
    private boolean over;

    Faults(Simulation simulation, List<SimNode> nodes, List<SimCoordinator> coordinators) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.nodes = nodes;
        this.coordinators = coordinators;
        general = world.chance("faults");
        disks = new DiskFaults(simulation, this, nodes);
        lonely = new LonelyLeader(simulation, coordinators);
    }

    void begin() {
        if (general.of(0.5)) simulation.network.misbehave(general.fraction() * 0.05, general.fraction() * 0.05, general.fraction() * 0.1);
        if (general.of(0.4)) simulation.metadata.setUnknown(general.fraction() * 0.3);
        if (general.of(0.4)) simulation.setCrashAmid(0.0003);
        for (Kind kind : Kind.values()) {
            Chance chance = world.chance("fault " + kind);
            if (chance.of(kind == Kind.FORCE ? FORCES : KNOWN)) later(kind, chance);
        }
        world.after(general.between(3 * World.SECOND, 12 * World.SECOND), this::switchOver);
    }

    private void later(Kind kind, Chance chance) {
        long gap = (long) (2 * GAP / kind.often / (simulation.groups.size() > 1 ? 1.4 : 1));
        world.after((world.now() == 0 ? 4 * World.SECOND : 0) + chance.between(0, gap), () -> {
            if (over) return;
            world.counts.faults++;
            happens(kind, chance, chance.between(50 * World.MILLI, 6 * World.SECOND));
            later(kind, chance);
        });
    }

    /** No fault, but it meets them midway. */
    private void switchOver() {
        SimCoordinator leader = simulation.leader();
        if (leader != null && !leader.isPaused()) leader.switchOver(any(simulation.groups, general).id);
        if (!over) world.after(general.between(2 * World.SECOND, 10 * World.SECOND), this::switchOver);
    }

    void end() {
        over = true;
        simulation.setCrashAmid(0);
        simulation.network.healAll();
        simulation.metadata.startAll();
        simulation.metadata.setUnknown(0);
        simulation.metadata.setSlowest(12 * World.MILLI);
        for (SimNode node : nodes) {
            node.slowDisk(false);
            node.clock.wake();
            if (node.isPaused()) node.resume();
            if (!node.isUp()) node.start();
        }
        for (SimCoordinator coordinator : coordinators) {
            coordinator.resume();
            if (!coordinator.isUp()) coordinator.start();
        }
        if (general.of(0.3)) lonely.forGood(any(simulation.groups, general).primary());
    }

    private void happens(Kind kind, Chance chance, long lasts) {
        SimNode node = any(nodes, chance);
        SimNode primary = any(simulation.groups, chance).primary();
        switch (kind) {
            case CRASH -> crash(node);
            case CRASH_PRIMARY -> crash(primary);
            case CRASH_MANY -> {
                for (SimNode one : nodes) if (chance.of(0.6)) crash(one);
            }
            case PAUSE -> pause(chance.of(0.5) ? primary : node, lasts);
            case CUT_OFF -> cutOff(node.address, lasts, chance);
            case CUT_OFF_PRIMARY -> cutOff(primary.address, lasts, chance);
            case CUT_BETWEEN -> cutBetween(node, any(node.group.nodes, chance), lasts, chance.of(0.5));
            case SPLIT -> split(primary.address, lasts, chance);
            case MEET_AGAIN -> meetAgain(primary, any(primary.group.nodes, chance), lasts);
            case METADATA_DOWN -> {
                simulation.metadata.stopSome(chance);
                mend(lasts, simulation.metadata::startAll);
            }
            case METADATA_SLOW -> {
                simulation.metadata.setSlowest(2 * World.SECOND);
                mend(lasts, () -> simulation.metadata.setSlowest(12 * World.MILLI));
            }
            case COORDINATOR -> coordinator(any(coordinators, chance), lasts, chance);
            case LONELY_LEADER -> lonely.forAWhile(primary, lasts);
            case SLOW_DISK -> disks.slow(node, lasts);
            case FAILED_DISK -> disks.fail(chance.of(0.5) ? primary : node, lasts);
            case WIPE -> disks.wipe(node);
            case OLD_DISK -> disks.restore(node, lasts);
            case COPIED_DISK -> disks.copy(node, any(nodes, chance), lasts);
            case CLOCK -> clock(chance.of(0.5) ? node.clock : any(coordinators, chance).clock(), chance);
            case FORCE -> force(any(simulation.groups, chance), chance);
            case SUSPEND -> suspend(node, any(coordinators, chance), lasts, chance.of(0.5));
        }
    }

    /** An operator has lost patience: a member leads that may lack acknowledged writes. */
    private void force(SimGroup group, Chance chance) {
        SimCoordinator leader = simulation.leader();
        List<MemberImage> candidates = group.candidates(chance.of(0.7));
        if (leader != null && !leader.isPaused() && !candidates.isEmpty()) leader.force(group, any(candidates, chance));
    }

    static <T> T any(List<T> all, Chance chance) {
        return all.get(chance.below(all.size()));
    }

    private void clock(SimClock clock, Chance chance) {
        if (chance.of(0.4)) clock.drift();
        else clock.setWall();
    }

    /** The machine stands still, and its monotonic clock with it. */
    private void suspend(SimNode node, SimCoordinator coordinator, long lasts, boolean nodeIs) {
        if (nodeIs && node.isUp() && !node.isPaused()) {
            node.clock.suspend();
            pause(node, lasts);
        } else if (!nodeIs && coordinator.isUp() && !coordinator.isPaused()) {
            coordinator.suspend();
            mend(lasts, coordinator::resume);
        }
    }

    void crash(SimNode node) {
        if (!node.isUp()) return;
        node.crash();
        restartLater(node);
    }

    void restartLater(SimNode node) {
        mend(node.chance.between(10 * World.MILLI, 5 * World.SECOND), () -> {
            if (!node.isUp()) node.start();
        });
    }

    private void pause(SimNode node, long lasts) {
        if (!node.isUp() || node.isPaused()) return;
        node.pause();
        mend(lasts, () -> {
            node.clock.wake();
            if (node.isPaused()) node.resume();
        });
    }

    private void cutOff(String address, long lasts, Chance chance) {
        int way = chance.below(3); // 0: nothing comes, 1: nothing goes, 2: neither
        var others = new ArrayList<>(simulation.network.addresses());
        others.add("metadata");
        others.remove(address);
        if (chance.of(0.5)) others.removeIf(other -> chance.of(0.5));
        for (String other : others) {
            if (way != 1) simulation.network.cut(other, address);
            if (way != 0) simulation.network.cut(address, other);
        }
        world.trace(40, () -> "cut off: " + address + " from " + others + ", way " + way);
        mend(lasts, () -> others.forEach(other -> {
            simulation.network.heal(other, address);
            simulation.network.heal(address, other);
        }));
    }

    /** A primary that nobody hears is followed by another; then one that was restarted hears the old one before anybody else does. */
    private void meetAgain(SimNode old, SimNode other, long lasts) {
        if (old == other) return;
        var others = new ArrayList<>(simulation.network.addresses());
        others.add("metadata");
        others.remove(old.address);
        for (String address : others) {
            simulation.network.cut(old.address, address);
            simulation.network.cut(address, old.address);
        }
        world.trace(43, () -> old.address + " is alone, to meet " + other.address + " first");
        mend(2 * World.SECOND + lasts / 2, () -> {
            if (!over && other.isUp()) {
                other.crash();
                mend(20 * World.MILLI, () -> {
                    if (!other.isUp()) other.start();
                });
            }
            simulation.network.heal(old.address, other.address);
            simulation.network.heal(other.address, old.address);
        });
        mend(3 * World.SECOND + lasts, () -> others.forEach(address -> {
            simulation.network.heal(old.address, address);
            simulation.network.heal(address, old.address);
        }));
    }

    private void cutBetween(SimNode one, SimNode other, long lasts, boolean bothWays) {
        String a = one.address;
        String b = other.address;
        if (a.equals(b)) return;
        simulation.network.cut(a, b);
        if (bothWays) simulation.network.cut(b, a);
        world.trace(41, () -> "cut between " + a + " and " + b);
        mend(lasts, () -> {
            simulation.network.heal(a, b);
            simulation.network.heal(b, a);
        });
    }

    /** Two halves: the primary, perhaps a replica, and some coordinators on one side, the metadata and the rest on the other. */
    private void split(String primary, long lasts, Chance chance) {
        var here = new ArrayList<String>();
        var there = new ArrayList<>(List.of("metadata"));
        for (String address : simulation.network.addresses()) (address.equals(primary) || chance.of(0.4) ? here : there).add(address);
        for (String a : here) {
            for (String b : there) {
                simulation.network.cut(a, b);
                simulation.network.cut(b, a);
            }
        }
        world.trace(42, () -> "split: " + here + " from " + there);
        mend(lasts, () -> here.forEach(a -> there.forEach(b -> {
            simulation.network.heal(a, b);
            simulation.network.heal(b, a);
        })));
    }

    private void coordinator(SimCoordinator chosen, long lasts, Chance chance) {
        if (!chosen.isUp()) return;
        if (chance.of(0.4)) {
            // Its image grows old, and it serves on.
            simulation.network.cut("metadata", chosen.address);
            mend(lasts, () -> simulation.network.heal("metadata", chosen.address));
        } else if (chance.of(0.5)) {
            chosen.crash();
            mend(lasts, () -> {
                if (!chosen.isUp()) chosen.start();
            });
        } else {
            chosen.pause();
            mend(lasts, chosen::resume);
        }
    }

    void mend(long after, Runnable work) {
        world.after(after, work);
    }
}
