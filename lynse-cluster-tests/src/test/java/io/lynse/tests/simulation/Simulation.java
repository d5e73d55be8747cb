package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.ReplicationSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: shard groups of two and three, coordinators, metadata, clients, and faults until the time is over; then peace, and a last look. */
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
    final Damage damage;
    final PlantedBug bug;
    final double trims;
    final Durability durability;

    final List<SimGroup> groups = new ArrayList<>();
    private final Map<String, SimNode> nodes = new LinkedHashMap<>();
    private final List<SimCoordinator> coordinators = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final Faults faults;
    private final Chance crashes;
    private final Chance ends;
    private double crashAmid;

    private Simulation(long seed, PlantedBug bug, boolean prints) {
        world = new World(seed, prints);
        this.bug = bug;
        network = new Network(world);
        crashes = world.chance("crashes amid effects");
        ends = world.chance("end");
        Chance chance = world.chance("simulation");
        boolean mirrors = !chance.of(0.08);
        int minActive = mirrors && chance.of(0.15) ? 2 : 1;
        int size = 2 + chance.below(2);
        int other = chance.of(0.3) ? 1 : 5 - size;
        trims = chance.of(0.5) ? 0.5 : 0;
        int applyLagMax = chance.of(0.3) ? 3 : 1_000;
        boolean two = chance.of(0.4);
        durability = new Durability(mirrors, two ? Math.min(minActive, other) : minActive);
        groups.add(new SimGroup(this, new ShardGroupId("sg0"), 'n', size));
        if (two) groups.add(new SimGroup(this, new ShardGroupId("sg1"), 'm', other));
        metadata = new SimMetadata(world, bug, ClusterImage.initial("simulated", 8, durability, groups.stream().map(SimGroup::initial).toList()), this::checkActive, this::forces);
        for (SimGroup group : groups) {
            group.start(settings(applyLagMax));
            for (SimNode node : group.nodes) nodes.put(node.uri, node);
        }
        int many = 2 + chance.below(2);
        for (int i = 0; i < many; i++) coordinators.add(new SimCoordinator(this, "c" + (i + 1)));
        int keys = 3 + chance.below(10);
        for (int i = 0; i < 5; i++) clients.add(new SimClient(this, i + 1, keys));
        faults = new Faults(this, List.copyOf(nodes.values()), coordinators);
        damage = new Damage(this, List.copyOf(nodes.values()));
    }

    private ReplicationSettings settings(int applyLagMax) {
        return new ReplicationSettings(
                Duration.ofMillis(600), Duration.ofMillis(250), Duration.ofMillis(400), Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(2),
                200, 100_000, applyLagMax);
    }

    static Outcome run(long seed) {
        return run(seed, PlantedBug.NONE, false);
    }

    /** @throws Violation if a rule was broken */
    static Outcome run(long seed, PlantedBug bug, boolean prints) {
        var simulation = new Simulation(seed, bug, prints);
        simulation.run();
        return new Outcome(simulation.world.hash(), simulation.world.counts, simulation.groups.stream().mapToInt(group -> group.ghost.acknowledgedCount()).sum());
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
        List<SimGroup> healed = groups.stream().filter(this::isHealed).toList();
        healed.forEach(this::replacesWhoIsGone);
    }

    private boolean isHealed(SimGroup group) {
        // A checksum entry may be on its way at any time, and another group may never come to rest.
        for (int i = 0; i < 20 && !group.allApplied(); i++) world.runUntil(world.now() + 50 * World.MILLI);
        return group.isHealed();
    }

    /** Of a calm cluster's primary nothing is left but its address, or it hangs: another one leads soon. */
    private void replacesWhoIsGone(SimGroup group) {
        ShardGroupImage before = group.image();
        network.healAll();
        world.runUntil(world.now() + 3 * World.SECOND);
        if (!group.image().epoch().equals(before.epoch())) throw new Violation("a healthy primary stays", before + " became " + group.image());
        SimNode primary = group.primary();
        if (group.nodes.size() == 1) {
            goesOnAlone(group, primary);
            return;
        }
        if (before.activeMembers().size() < 2) return;
        boolean dies = ends.of(0.7);
        world.trace(50, () -> "calm is over: " + primary.address + (dies ? " dies" : " hangs") + ", leader " + (leader() == null ? "none" : leader().address));
        if (dies) primary.crash();
        else primary.pause();
        world.runUntil(world.now() + (dies ? REPLACED_DEAD : REPLACED_SILENT));
        if (group.image().epoch().equals(before.epoch())) throw new Violation(dies ? "a dead primary is replaced at once" : "a silent primary is replaced", before.toString());
    }

    /** The only member of its group has nobody to follow it: started again, it soon leads a new epoch, with everything. */
    private void goesOnAlone(SimGroup group, SimNode only) {
        ShardGroupImage before = group.image();
        only.crash();
        only.start();
        world.runUntil(world.now() + REPLACED_SILENT);
        if (!group.image().epoch().equals(before.epoch().next()) || only.leading() == null) {
            throw new Violation("a member that is alone is promoted anew", before + " became " + group.image());
        }
        for (int i = 0; i < 20 && !group.allApplied(); i++) world.runUntil(world.now() + 50 * World.MILLI);
        if (!group.allApplied()) throw new Violation("replicas are equal", only.address + " applied " + only.applied());
    }

    /** Whoever holds the lease, by its own clock; one at most (rule 14), but for one whose clock stood still and that does not know. */
    @Nullable SimCoordinator leader() {
        List<SimCoordinator> leading = coordinators.stream().filter(coordinator -> coordinator.leads().isPresent()).toList();
        List<SimCoordinator> sound = leading.stream().filter(coordinator -> !coordinator.clockStoodStill()).toList();
        if (sound.size() > 1) throw new Violation("one coordinator leads", sound.stream().map(coordinator -> coordinator.address).toList().toString());
        return sound.isEmpty() ? null : sound.getFirst();
    }

    private void watchLeader() {
        leader();
        world.after(20 * World.MILLI, this::watchLeader);
    }

    private void forces(MetadataRecord.PrimaryPromoted promoted) {
        world.counts.forced++;
        group(promoted.group()).ghost.forces(promoted.epoch());
    }

    private void checkActive() {
        groups.forEach(SimGroup::checkActive);
    }

    SimGroup group(ShardGroupId id) {
        return groups.stream().filter(group -> group.id.equals(id)).findFirst().orElseThrow();
    }

    /** Whoever is at the member's address, the member or not. */
    @Nullable SimNode node(MemberImage member) {
        return nodes.get(member.uri());
    }

    void toNode(String from, String uri, Consumer<SimNode> deliver) {
        SimNode node = nodes.get(uri);
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

    /** Linearizably. */
    void readMetadata(String from, Consumer<SimMetadata.Reply> reply) {
        if (network.isCut(from, "metadata") || network.isCut("metadata", from)) world.after(700 * World.MILLI, () -> reply.accept(new SimMetadata.Reply.Unknown()));
        else metadata.read(reply);
    }

    /** A member is asked for an answer that nobody will confirm. */
    void waitsForNoPromotion(SimCoordinator coordinator) {
        long silence = world.now() - coordinator.heardAt();
        // Its clock may run 5 % ahead.
        if (silence < SimRead.DETECTION.toNanos() * 9 / 10) {
            throw new Violation("a read waits for a promotion that may come", coordinator.address + " heard the metadata " + silence / World.MILLI + " ms ago");
        }
    }

    /** @param command null: a read */
    void metadata(SimNode node, @Nullable Command command, Consumer<Event> reply) {
        Consumer<SimMetadata.Reply> event = answer -> reply.accept(switch (answer) {
            case SimMetadata.Reply.Answered(_, ClusterImage after) -> new Event.GroupRead(after.group(node.group.id));
            case SimMetadata.Reply.Refused(), SimMetadata.Reply.Unknown() -> new Event.GroupUnknown();
        });
        if (command != null) toMetadata(node.address, command, event);
        else readMetadata(node.address, event);
    }

    /** @param chance of the client that asks */
    @Nullable SimCoordinator anyCoordinator(Chance chance) {
        List<SimCoordinator> running = coordinators.stream().filter(SimCoordinator::isUp).toList();
        return running.isEmpty() ? null : running.get(chance.below(running.size()));
    }

    void setCrashAmid(double probability) {
        crashAmid = probability;
    }

    boolean crashesAmid() {
        return crashes.of(crashAmid);
    }

    void restartLater(SimNode node) {
        world.counts.faults++;
        faults.restartLater(node);
    }
}
