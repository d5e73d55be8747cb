package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.ReplicationSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: a shard group of two or three, coordinators, metadata, clients, and faults until the time is over; then peace, and a last look. */
final class Simulation {

    /** @param hash of the trace */
    record Outcome(long hash, World.Counts counts, int acknowledged) {}

    private static final long HOSTILE = 30 * World.SECOND;
    private static final long PEACE = 20 * World.SECOND;
    private static final long REPLACED_DEAD = 1_200 * World.MILLI;
    private static final long REPLACED_SILENT = 3 * World.SECOND;

    final World world;
    final Network network;
    final SimMetadata metadata;
    final Ghost ghost;
    final DamageChecks damageChecks;
    final Damage damage;
    final PlantedBug bug;
    final double trims;
    final boolean mirrors; // whether writes wait for replicas
    final int minActive;

    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimCoordinator> coordinators = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final Faults faults;
    private double crashAmid;

    private Simulation(long seed, PlantedBug bug, boolean prints) {
        world = new World(seed, prints);
        this.bug = bug;
        network = new Network(world);
        mirrors = !world.chance(0.08);
        minActive = mirrors && world.chance(0.15) ? 2 : 1;
        damageChecks = new DamageChecks(world);
        ghost = new Ghost(minActive, damageChecks);
        int size = 2 + world.below(2);
        trims = world.chance(0.5) ? 0.5 : 0;
        var settings = new ReplicationSettings(
                mirrors, Duration.ofMillis(600), Duration.ofMillis(250), Duration.ofMillis(400), Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(2), bug.minActive(minActive), 200, 100_000, world.chance(0.3) ? 3 : 1_000);
        metadata = new SimMetadata(world, bug, initial(size, mirrors), this::checkActive);
        for (int i = 0; i < size; i++) nodes.add(new SimNode(this, "n" + (i + 1), settings));
        int many = 2 + world.below(2);
        for (int i = 0; i < many; i++) coordinators.add(new SimCoordinator(this, "c" + (i + 1)));
        int keys = 3 + world.below(10);
        for (int i = 0; i < 5; i++) clients.add(new SimClient(this, i + 1, keys));
        faults = new Faults(this, nodes, coordinators);
        damage = new Damage(this, seed, nodes);
    }

    static Outcome run(long seed) {
        return run(seed, PlantedBug.NONE, false);
    }

    /** @throws Violation if a rule was broken */
    static Outcome run(long seed, PlantedBug bug, boolean prints) {
        var simulation = new Simulation(seed, bug, prints);
        simulation.run();
        return new Outcome(simulation.world.hash(), simulation.world.counts, simulation.ghost.acknowledgedCount());
    }

    private void run() {
        faults.begin();
        damage.begin();
        watchLeader();
        world.runUntil(HOSTILE);
        faults.end();
        damage.end();
        world.runUntil(HOSTILE + PEACE);
        for (SimClient client : clients) client.stop();
        world.runUntil(HOSTILE + PEACE + 10 * World.SECOND);
        // A checksum entry may be on its way at any time.
        for (int i = 0; i < 20 && !ghost.allApplied(nodes); i++) world.runUntil(world.now() + 50 * World.MILLI);
        ShardGroupImage group = group();
        SimNode primary = node(group.primary());
        if (primary != null && (!primary.identity().equals(group.primary()) || primary.disk.givenUp() != null && !damage.spares(primary))) {
            // Promoted in the very moment in which its disk was lost, when the old primary was silent: it is for an operator to say what may be lost.
            world.counts.waitingForOperators++;
            return;
        }
        for (ReplicaImage replica : group.replicas()) {
            if (mirrors && replica.state() != ReplicaState.ACTIVE) throw new Violation("members heal", replica + " in " + group);
        }
        if (ghost.equalEverywhere(nodes)) world.counts.spread++;
        replacesWhoIsGone(group);
    }

    /** Of a calm cluster's primary nothing is left but its address, or it hangs: another one leads soon. */
    private void replacesWhoIsGone(ShardGroupImage group) {
        network.healAll();
        world.runUntil(world.now() + 3 * World.SECOND);
        if (epoch() != group.epoch().value()) throw new Violation("a healthy primary stays", group + " became " + group());
        SimNode primary = node(group.primary());
        if (primary == null || group.activeMembers().size() < 2) return;
        boolean dies = world.chance(0.7);
        world.trace(50, () -> "calm is over: " + primary.address + (dies ? " dies" : " hangs") + ", leader " + (leader() == null ? "none" : leader().address));
        if (dies) primary.crash();
        else primary.pause();
        world.runUntil(world.now() + (dies ? REPLACED_DEAD : REPLACED_SILENT));
        if (epoch() == group.epoch().value()) throw new Violation(dies ? "a dead primary is replaced at once" : "a silent primary is replaced", group.toString());
    }

    private static ClusterImage initial(int size, boolean mirrors) {
        var replicas = new ArrayList<ReplicaImage>();
        for (int i = 1; i < size; i++) replicas.add(new ReplicaImage(new MemberImage("http://n" + (i + 1), null), ReplicaState.STALE));
        return ClusterImage.initial("simulated", 8, mirrors, List.of(
                new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://n1", null), new Epoch(1), 1, replicas)));
    }

    ShardGroupImage group() {
        return metadata.image().groups().values().iterator().next();
    }

    long epoch() {
        return group().epoch().value();
    }

    /** Whoever holds the lease, by its own clock; one at most (rule 14). */
    @Nullable SimCoordinator leader() {
        List<SimCoordinator> leading = coordinators.stream().filter(coordinator -> coordinator.leads().isPresent()).toList();
        if (leading.size() > 1) throw new Violation("one coordinator leads", leading.stream().map(coordinator -> coordinator.address).toList().toString());
        return leading.isEmpty() ? null : leading.getFirst();
    }

    private void watchLeader() {
        leader();
        world.after(20 * World.MILLI, this::watchLeader);
    }

    void checkActive() {
        ghost.activeHaveAll(group(), this::node);
    }

    @Nullable SimNode node(MemberImage member) {
        return node(member.uri());
    }

    private @Nullable SimNode node(String uri) {
        for (SimNode node : nodes) {
            if (uri.equals("http://" + node.address)) return node;
        }
        return null;
    }

    void toNode(String from, String uri, Consumer<SimNode> deliver) {
        SimNode node = node(uri);
        if (node != null) network.send(from, node.address, () -> deliver.accept(node));
    }

    List<String> coordinatorNames() {
        return coordinators.stream().map(coordinator -> coordinator.address).toList();
    }

    void toCoordinator(String from, String to, Consumer<SimCoordinator> deliver) {
        for (SimCoordinator coordinator : coordinators) {
            if (coordinator.address.equals(to)) network.send(from, to, () -> coordinator.whenUp(() -> deliver.accept(coordinator)));
        }
    }

    void toMetadata(String from, Command command, Consumer<SimMetadata.Reply> reply) {
        if (network.isCut(from, "metadata") || network.isCut("metadata", from)) {
            world.after(700 * World.MILLI, () -> reply.accept(new SimMetadata.Reply.Unknown()));
            return;
        }
        metadata.propose(command, reply);
    }

    /** @param command null: a read */
    void metadata(SimNode node, @Nullable Command command, Consumer<Event> reply) {
        Consumer<SimMetadata.Reply> event = answer -> reply.accept(switch (answer) {
            case SimMetadata.Reply.Answered(_, ClusterImage after) -> new Event.GroupRead(after.groups().values().iterator().next());
            case SimMetadata.Reply.Unknown() -> new Event.GroupUnknown();
        });
        if (command != null) {
            toMetadata(node.address, command, event);
        } else if (network.isCut(node.address, "metadata") || network.isCut("metadata", node.address)) {
            world.after(700 * World.MILLI, () -> event.accept(new SimMetadata.Reply.Unknown()));
        } else {
            metadata.read(event);
        }
    }

    @Nullable SimCoordinator anyCoordinator() {
        List<SimCoordinator> running = coordinators.stream().filter(SimCoordinator::isUp).toList();
        return running.isEmpty() ? null : running.get(world.below(running.size()));
    }

    void setCrashAmid(double probability) {
        crashAmid = probability;
    }

    boolean crashesAmid() {
        return world.chance(crashAmid);
    }

    void restartLater(SimNode node) {
        world.counts.faults++;
        faults.restartLater(node);
    }
}
