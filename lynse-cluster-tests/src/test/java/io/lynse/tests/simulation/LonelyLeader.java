package io.lynse.tests.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a coordinator, the leading one if there is one, off from nodes that all others reach: one way or both. */
final class LonelyLeader {

    private final Simulation simulation;
    private final World world;
    private final List<SimNode> nodes;
    private final List<SimCoordinator> coordinators;
    private @Nullable String cutForGood; // the faults that end heal everybody else

    LonelyLeader(Simulation simulation, List<SimNode> nodes, List<SimCoordinator> coordinators) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.nodes = nodes;
        this.coordinators = coordinators;
    }

    /** From the primary alone, or from all. */
    void forAWhile(SimNode primary, long lasts) {
        String lonely = leader();
        List<SimNode> from = world.chance(0.5) ? List.of(primary) : nodes;
        cut(lonely, from);
        world.after(lasts, () -> {
            if (lonely.equals(cutForGood)) return;
            for (SimNode node : from) {
                simulation.network.heal(lonely, node.address);
                simulation.network.heal(node.address, lonely);
            }
        });
    }

    /** The cluster has to do without it from now on, and the primary needs a new epoch. */
    void forGood(SimNode primary) {
        cutForGood = leader();
        cut(cutForGood, nodes);
        primary.crash();
        simulation.restartLater(primary);
    }

    private void cut(String lonely, List<SimNode> from) {
        int way = world.below(3);
        for (SimNode node : from) {
            if (way != 1) simulation.network.cut(node.address, lonely);
            if (way != 0) simulation.network.cut(lonely, node.address);
        }
        world.trace(44, () -> lonely + " alone does not reach " + from.stream().map(node -> node.address).toList() + ", way " + way);
    }

    private String leader() {
        SimCoordinator leader = simulation.leader();
        return (leader != null ? leader : coordinators.get(world.below(coordinators.size()))).address;
    }
}
