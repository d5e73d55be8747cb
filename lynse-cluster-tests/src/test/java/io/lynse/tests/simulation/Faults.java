package io.lynse.tests.simulation;

import java.util.ArrayList;
import java.util.List;

/** Breaks things at random and mends them again. Never destroys the last disk that has everything. */
final class Faults {

    private static final long GAP_MAX = 3 * World.SECOND;

    private final Simulation simulation;
    private final World world;
    private final List<SimNode> nodes;
    private final List<SimCoordinator> coordinators;
    private final LonelyLeader lonely;
    private boolean over;

    Faults(Simulation simulation, List<SimNode> nodes, List<SimCoordinator> coordinators) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.nodes = nodes;
        this.coordinators = coordinators;
        lonely = new LonelyLeader(simulation, nodes, coordinators);
    }

    void begin() {
        if (world.chance(0.5)) simulation.network.misbehave(world.fraction() * 0.05, world.fraction() * 0.05, world.fraction() * 0.1);
        if (world.chance(0.4)) simulation.metadata.setUnknown(world.fraction() * 0.3);
        if (world.chance(0.4)) simulation.setCrashAmid(0.0003);
        world.after(4 * World.SECOND, this::next);
        world.after(world.between(3 * World.SECOND, 12 * World.SECOND), this::switchOver);
    }

    /** No fault, but it meets them midway. */
    private void switchOver() {
        SimCoordinator leader = simulation.leader();
        if (leader != null && !leader.isPaused()) leader.switchOver();
        if (!over) world.after(world.between(2 * World.SECOND, 10 * World.SECOND), this::switchOver);
    }

    void end() {
        over = true;
        simulation.setCrashAmid(0);
        simulation.network.healAll();
        simulation.metadata.setAvailable(true);
        simulation.metadata.setUnknown(0);
        simulation.metadata.setSlowest(12 * World.MILLI);
        for (SimNode node : nodes) {
            node.slowDisk(false);
            if (node.isPaused()) node.resume();
            if (!node.isUp()) node.start();
        }
        for (SimCoordinator coordinator : coordinators) {
            coordinator.resume();
            if (!coordinator.isUp()) coordinator.start();
        }
        if (world.chance(0.3)) lonely.forGood(primary());
    }

    private void next() {
        if (over) return;
        world.counts.faults++;
        long lasts = world.between(50 * World.MILLI, 6 * World.SECOND);
        switch (world.below(18)) {
            case 0, 1 -> crash(nodes.get(world.below(nodes.size())));
            case 2 -> crash(primary());
            case 3 -> pause(world.chance(0.5) ? primary() : nodes.get(world.below(nodes.size())), lasts);
            case 4 -> cutOff(nodes.get(world.below(nodes.size())).address, lasts, world.below(3));
            case 5 -> cutBetween(lasts);
            case 6 -> cutOff(primary().address, lasts, world.below(3));
            case 7 -> {
                simulation.metadata.setAvailable(false);
                mend(lasts, () -> simulation.metadata.setAvailable(true));
            }
            case 8 -> coordinator(lasts);
            case 9 -> {
                SimNode slow = nodes.get(world.below(nodes.size()));
                slow.slowDisk(true);
                mend(lasts, () -> slow.slowDisk(false));
            }
            case 10 -> wipe();
            case 11, 12 -> split(lasts);
            case 13, 14 -> meetAgain(lasts);
            case 15 -> {
                simulation.metadata.setSlowest(2 * World.SECOND);
                mend(lasts, () -> simulation.metadata.setSlowest(12 * World.MILLI));
            }
            case 16 -> lonely.forAWhile(primary(), lasts);
            default -> {
                for (SimNode node : nodes) if (world.chance(0.6)) crash(node);
            }
        }
        world.after(world.between(100 * World.MILLI, GAP_MAX), this::next);
    }

    private SimNode primary() {
        SimNode node = simulation.node(simulation.group().primary());
        return node != null ? node : nodes.getFirst();
    }

    private void crash(SimNode node) {
        if (!node.isUp()) return;
        node.crash();
        restartLater(node);
    }

    void restartLater(SimNode node) {
        mend(world.between(10 * World.MILLI, 5 * World.SECOND), () -> {
            if (!node.isUp()) node.start();
        });
    }

    private void pause(SimNode node, long lasts) {
        if (!node.isUp() || node.isPaused()) return;
        node.pause();
        mend(lasts, () -> {
            if (node.isPaused()) node.resume();
        });
    }

    /** @param way 0: nothing comes, 1: nothing goes, 2: neither */
    private void cutOff(String address, long lasts, int way) {
        var others = new ArrayList<>(simulation.network.addresses());
        others.add("metadata");
        others.remove(address);
        if (world.chance(0.5)) others.removeIf(other -> world.chance(0.5));
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
    private void meetAgain(long lasts) {
        SimNode old = primary();
        SimNode other = nodes.get(world.below(nodes.size()));
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

    private void cutBetween(long lasts) {
        String a = nodes.get(world.below(nodes.size())).address;
        String b = nodes.get(world.below(nodes.size())).address;
        if (a.equals(b)) return;
        simulation.network.cut(a, b);
        if (world.chance(0.5)) simulation.network.cut(b, a);
        world.trace(41, () -> "cut between " + a + " and " + b);
        mend(lasts, () -> {
            simulation.network.heal(a, b);
            simulation.network.heal(b, a);
        });
    }

    /** Two halves: the primary, perhaps a replica, and some coordinators on one side, the metadata and the rest on the other. */
    private void split(long lasts) {
        var here = new ArrayList<String>();
        var there = new ArrayList<>(List.of("metadata"));
        String primary = primary().address;
        for (String address : simulation.network.addresses()) (address.equals(primary) || world.chance(0.4) ? here : there).add(address);
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

    private void coordinator(long lasts) {
        SimCoordinator chosen = coordinators.get(world.below(coordinators.size()));
        if (!chosen.isUp()) return;
        if (world.chance(0.4)) {
            // Its image grows old, and it serves on.
            simulation.network.cut("metadata", chosen.address);
            mend(lasts, () -> simulation.network.heal("metadata", chosen.address));
        } else if (world.chance(0.5)) {
            chosen.crash();
            mend(lasts, () -> {
                if (!chosen.isUp()) chosen.start();
            });
        } else {
            chosen.pause();
            mend(lasts, chosen::resume);
        }
    }

    /** Destroys a disk, if another active member's is whole: nobody promises anything about the last one. */
    private void wipe() {
        SimNode chosen = nodes.get(world.below(nodes.size()));
        if (!simulation.damage.spares(chosen) || !world.chance(0.5)) return;
        chosen.crash();
        chosen.wipe();
        restartLater(chosen);
    }

    private void mend(long after, Runnable work) {
        world.after(after, work);
    }
}
