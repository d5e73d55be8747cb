package io.lynse.tests.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a coordinator, the leading one if there is one, off from nodes of one group that all others reach: one way or both. */
final class LonelyLeader {

    private final Simulation simulation;
    private final World world;
    private final Chance chance;
    private final List<SimCoordinator> coordinators;
    private @Nullable String cutForGood; // the faults that end heal everybody else

    LonelyLeader(Simulation simulation, List<SimCoordinator> coordinators) {
        this.simulation = simulation;
        this.world = simulation.world;
        chance = simulation.world.chance("lonely leader");
        this.coordinators = coordinators;
    }

    /** From the primary alone, or from its whole group. */
    void forAWhile(SimNode primary, long lasts) {
        String lonely = leader();
        List<SimNode> from = chance.of(0.5) ? List.of(primary) : primary.group.nodes;
        cut(lonely, from);
        world.after(lasts, () -> {
            if (lonely.equals(cutForGood)) return;
            for (SimNode node : from) {
                simulation.network.heal(lonely, node.address);
                simulation.network.heal(node.address, lonely);
            }
        });
    }

    /** The group has to do without it from now on, and the primary needs a new epoch. */
    void forGood(SimNode primary) {
        cutForGood = leader();
        cut(cutForGood, primary.group.nodes);
        primary.crash();
        simulation.restartLater(primary);
    }

    private void cut(String lonely, List<SimNode> from) {
        int way = chance.below(3);
        for (SimNode node : from) {
            if (way != 1) simulation.network.cut(node.address, lonely);
            if (way != 0) simulation.network.cut(lonely, node.address);
        }
        world.trace(44, () -> lonely + " alone does not reach " + from.stream().map(node -> node.address).toList() + ", way " + way);
    }

    private String leader() {
        SimCoordinator leader = simulation.leader();
        return (leader != null ? leader : coordinators.get(chance.below(coordinators.size()))).address;
    }
}
