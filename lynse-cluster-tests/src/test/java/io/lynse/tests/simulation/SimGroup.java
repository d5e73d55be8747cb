package io.lynse.tests.simulation;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.replication.ReplicationSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shard group: its nodes, and what must hold of it. */
final class SimGroup {

    final ShardGroupId id;
    final DamageChecks damage;
    final Ghost ghost;
    final List<SimNode> nodes = new ArrayList<>();
    private final Simulation simulation;
    private final List<String> addresses = new ArrayList<>();

    /** @param letter begins the addresses of its nodes */
    SimGroup(Simulation simulation, ShardGroupId id, char letter, int size) {
        this.simulation = simulation;
        this.id = id;
        damage = new DamageChecks(simulation.world);
        ghost = new Ghost(simulation.durability.minActiveMembers(), damage, simulation.world.counts);
        for (int i = 1; i <= size; i++) addresses.add("" + letter + i);
    }

    /** As the cluster was configured: nobody was met yet, and the replicas only wish to be active. */
    ShardGroupImage initial() {
        var replicas = new ArrayList<ReplicaImage>();
        for (String address : addresses.subList(1, addresses.size())) replicas.add(new ReplicaImage(new MemberImage("http://" + address, null), ReplicaState.STALE));
        return new ShardGroupImage(id, new MemberImage("http://" + addresses.getFirst(), null), new Epoch(1), 1, replicas);
    }

    void start(ReplicationSettings settings) {
        for (String address : addresses) nodes.add(new SimNode(simulation, this, address, settings));
    }

    /** As the metadata sees it now. */
    ShardGroupImage image() {
        return simulation.metadata.image().group(id);
    }

    SimNode primary() {
        SimNode node = simulation.node(image().primary());
        return node != null ? node : nodes.getFirst();
    }

    void checkActive() {
        SimNode primary = simulation.node(image().primary());
        if (primary != null && primary.identity().equals(image().primary()) && primary.lacksCommitted() && !ghost.isAbandoned()) {
            // It came back so, active, when nobody was there who knew better. A write may be lost so, and no node can tell.
            ghost.abandon();
            simulation.world.counts.ledByOldCopies++;
        }
        ghost.activeHaveAll(image(), simulation::node);
    }

    /** Whether another active member has everything as it was written. */
    boolean spares(SimNode chosen) {
        for (MemberImage member : image().activeMembers()) {
            SimNode node = simulation.node(member);
            if (node != null && node != chosen && node.identity().equals(member) && node.isRight() && !node.lacksCommitted()) return true;
        }
        return false;
    }

    /** Whom an operator could promote by force: one that answers, with a copy that seems whole. @param lacking only who may lack something */
    List<MemberImage> candidates(boolean lacking) {
        ShardGroupImage group = image();
        List<MemberImage> active = group.activeMembers();
        return group.members().stream().filter(member -> !member.equals(group.primary()) && isCandidate(member) && !(lacking && active.contains(member))).toList();
    }

    private boolean isCandidate(MemberImage member) {
        SimNode node = simulation.node(member);
        return node != null && node.isUp() && node.identity().equals(member) && node.isRight() && !node.disk.isRolledBack();
    }

    boolean allApplied() {
        return ghost.allApplied(nodes);
    }

    /** When faults have stopped for long enough. @return whether it goes on by itself */
    boolean isHealed() {
        ShardGroupImage group = image();
        @Nullable SimNode primary = simulation.node(group.primary());
        if (primary != null && (!primary.identity().equals(group.primary()) || primary.disk.givenUp() != null && !spares(primary))) {
            // Promoted in the very moment in which its disk was lost, when the old primary was silent: it is for an operator to say what may be lost.
            simulation.world.counts.waitingForOperators++;
            return false;
        }
        for (ReplicaImage replica : group.replicas()) {
            if (simulation.durability.mirrors() && replica.state() != ReplicaState.ACTIVE) throw new Violation("members heal", replica + " in " + group);
        }
        if (ghost.equalEverywhere(nodes)) simulation.world.counts.spread++;
        return true;
    }
}
