package io.lynse.tests.simulation;

import io.lynse.coordinator.failover.ForcedPromotion;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;

/** What a coordinator does when an operator promotes a member by force: it asks the metadata, tells every member, and says who has not confirmed. */
final class SimForce {

    private static final long PAUSE = 100 * World.MILLI;
    private static final int ROUNDS = 30;

    private final SimCoordinator coordinator;
    private final Simulation simulation;
    private final SimGroup group;
    private final MemberImage candidate;
    private final LeaseEpoch lease;

    SimForce(SimCoordinator coordinator, Simulation simulation, SimGroup group, MemberImage candidate, LeaseEpoch lease) {
        this.coordinator = coordinator;
        this.simulation = simulation;
        this.group = group;
        this.candidate = candidate;
        this.lease = lease;
    }

    /** The candidate says first which epochs it knows: the new one is above them. */
    void go() {
        simulation.toNode(coordinator.address, candidate.uri(), node -> node.report(report -> simulation.network.send(
                node.address, coordinator.address, () -> coordinator.whenUp(() -> promote(report.seen())))));
    }

    private void promote(Epoch seen) {
        ShardGroupImage now = coordinator.group(group.id);
        coordinator.proposes(new Command.Led(lease, new Command.ForcePromote(group.id, candidate, now.epoch(), seen)), (decision, after) -> {
            if (!(decision instanceof Decision.Accepted)) return;
            simulation.world.trace(12, () -> coordinator.address + " forces " + candidate);
            var forced = new ForcedPromotion[] {ForcedPromotion.of(after.group(group.id))};
            tell(forced, ROUNDS);
        });
    }

    private void tell(ForcedPromotion[] forced, int rounds) {
        if (simulation.bug.isKnownToAll(forced[0])) {
            simulation.world.trace(13, () -> "operator: " + forced[0].audit());
            group.ghost.forceIsKnown(forced[0].epoch());
            return;
        }
        if (rounds == 0) {
            simulation.world.trace(14, () -> "operator: " + forced[0].audit());
            return;
        }
        ShardGroupImage shown = coordinator.group(group.id);
        for (MemberImage member : forced[0].unconfirmed()) {
            simulation.toNode(coordinator.address, member.uri(), node -> {
                MemberImage met = node.identity();
                node.view(coordinator.view(shown), report -> simulation.network.send(
                        node.address, coordinator.address, () -> coordinator.whenUp(() -> forced[0] = forced[0].told(met, report.seen()))));
            });
        }
        coordinator.later(PAUSE, () -> tell(forced, rounds - 1));
    }
}
