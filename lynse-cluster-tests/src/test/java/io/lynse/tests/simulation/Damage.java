package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberReport;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages what is on disk, and is the person who decides when members differ and nobody can tell who is right. There always is
 * another active member whose copy is whole. Has its own chance, so that what else happens in a run does not hang on it.
 */
final class Damage {

    private final Simulation simulation;
    private final World world;
    private final List<SimNode> nodes;
    private final SplittableRandom chance;
    private boolean over;
    private boolean called;

    Damage(Simulation simulation, long seed, List<SimNode> nodes) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.nodes = nodes;
        chance = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 1);
    }

    void begin() {
        if (chance.nextDouble() < 0.6) next();
    }

    void end() {
        over = true;
    }

    private void next() {
        world.after(chance.nextLong(2 * World.SECOND, 12 * World.SECOND), () -> {
            if (over) return;
            SimNode node = nodes.get(chance.nextInt(nodes.size()));
            int kind = chance.nextInt(10);
            if (spares(node)) {
                if (kind < 3) ruin(node);
                else if (node.isUp()) alter(node, kind < 7);
            }
            next();
        });
    }

    /** Whether another active member has everything as it was written. */
    boolean spares(SimNode node) {
        for (MemberImage member : simulation.group().activeMembers()) {
            SimNode other = simulation.node(member);
            if (other != null && other != node && other.identity().equals(member) && other.isRight()) return true;
        }
        return false;
    }

    /** @param evident whether the row's own hash tells; else it was written wrong, as by a mistake in applying */
    private void alter(SimNode node, boolean evident) {
        var keys = new ArrayList<>(node.rows().values().keySet());
        if (keys.isEmpty()) return;
        int key = chance.nextBoolean() ? keys.getLast() : keys.get(chance.nextInt(keys.size())); // the last ones are seldom written
        node.rows().alter(key, evident);
        if (chance.nextBoolean()) node.disk.alter(key, node.rows().value(key), evident);
        node.disk.setDamaged();
        world.counts.faults++;
        world.counts.damages++;
        node.note(50, () -> "has another row " + key + (evident ? ", against its hash" : ""));
    }

    /** Its log cannot be read when it starts again. */
    private void ruin(SimNode node) {
        node.crash();
        simulation.damageChecks.ruins(node);
        node.disk.ruin();
        world.counts.damages++;
        node.note(51, () -> "has lost its log");
        simulation.restartLater(node);
    }

    /** Who looks at what members report decides, after a while, against those that are wrong. */
    void reports(SimNode node, MemberReport report) {
        simulation.damageChecks.reports(node, report);
        if (report.divergence() == null || called) return;
        called = true;
        world.after(chance.nextLong(World.SECOND / 2, 2 * World.SECOND), () -> {
            called = false;
            for (SimNode wrong : nodes) {
                if (wrong.isUp() && !wrong.isRight()) wrong.hear(new Event.CopyDamaged(CopyState.DAMAGED, "an operator says so"));
            }
            world.counts.decisions++;
        });
    }
}
