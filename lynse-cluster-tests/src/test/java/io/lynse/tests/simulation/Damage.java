package io.lynse.tests.simulation;

import io.lynse.model.CopyState;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.MemberReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Damages what is on disk, and is the person who decides when members differ and nobody can tell who is right. There always is
 * another active member whose copy is whole.
 */
final class Damage {

    private final Simulation simulation;
    private final World world;
    private final List<SimNode> nodes;
    private final Chance chance;
    private boolean over;
    private long lastWrong; // no two rows are wrong in the same way: they would outvote the right one
    private final Set<SimGroup> called = new HashSet<>();

    Damage(Simulation simulation, List<SimNode> nodes) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.nodes = nodes;
        chance = world.chance("damage");
    }

    void begin() {
        if (chance.of(0.6)) next();
    }

    void end() {
        over = true;
    }

    private void next() {
        world.after(chance.between(2 * World.SECOND, 12 * World.SECOND), () -> {
            if (over) return;
            SimNode node = nodes.get(chance.below(nodes.size()));
            int kind = chance.below(10);
            if (node.group.spares(node)) {
                if (kind < 3) ruin(node);
                else if (node.isUp()) alter(node, kind < 7);
            }
            next();
        });
    }

    /** @param evident whether the row's own hash tells; else it was written wrong, as by a mistake in applying */
    private void alter(SimNode node, boolean evident) {
        var keys = new ArrayList<>(node.rows().values().keySet());
        if (keys.isEmpty()) return;
        int key = chance.of(0.5) ? keys.getLast() : keys.get(chance.below(keys.size())); // the last ones are seldom written
        long instead = --lastWrong;
        node.rows().alter(key, instead, evident);
        if (chance.of(0.5)) node.disk.alter(key, node.rows().value(key), instead, evident);
        node.disk.setDamaged();
        world.counts.faults++;
        world.counts.damages++;
        node.note(50, () -> "has another row " + key + (evident ? ", against its hash" : ""));
    }

    /** Its log cannot be read when it starts again. */
    private void ruin(SimNode node) {
        node.crash();
        node.group.damage.ruins(node);
        node.disk.ruin();
        world.counts.damages++;
        node.note(51, () -> "has lost its log");
        simulation.restartLater(node);
    }

    /** Who looks at what members report decides, after a while, against those that are wrong. */
    void reports(SimNode node, MemberReport report) {
        node.group.damage.reports(node, report);
        if (report.divergence() == null || !called.add(node.group)) return;
        world.after(chance.between(World.SECOND / 2, 2 * World.SECOND), () -> {
            called.remove(node.group);
            for (SimNode wrong : node.group.nodes) {
                if (wrong.isUp() && !wrong.isRight()) wrong.hear(new Event.CopyDamaged(CopyState.DAMAGED, "an operator says so"));
            }
            world.counts.decisions++;
        });
    }
}
