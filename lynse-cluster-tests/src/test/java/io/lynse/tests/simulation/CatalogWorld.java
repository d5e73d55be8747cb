package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionName;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;

/**
 * One run: coordinators that create, drop and re-create collections and give ids away, on two groups that are away now and then, with
 * metadata that answers late, or not; then peace, and a last look.
 */
final class CatalogWorld {

    /** What a coordinator does right; a planted mistake overrides one. */
    static class Bug extends PlantedBug {

        /** Whether a collection is dropped from a group by an image that was asked for after the listing. */
        boolean confirms() {
            return true;
        }

        /** Whether a coordinator that was not told which ids it got takes those that it expects. */
        boolean expectsItsBlock() {
            return false;
        }

        /** Whether a group is looked at now and then though nothing is known against it. */
        boolean reconcilesAgain() {
            return true;
        }
    }

    private static final long HOSTILE = 20 * World.SECOND;
    private static final long PEACE = 15 * World.SECOND;
    private static final List<CollectionName> NAMES = List.of(new CollectionName("db", "x"), new CollectionName("db", "y"));

    final World world;
    private final Chance chance;
    final Network network;
    final SimMetadata metadata;
    final CatalogGhost ghost = new CatalogGhost();
    final Bug bug;
    final List<CatalogGroup> groups = List.of(new CatalogGroup(new ShardGroupId("sg0")), new CatalogGroup(new ShardGroupId("sg1")));
    private final List<CatalogCoordinator> coordinators = new ArrayList<>();
    private ClusterImage seen;
    private long lastValue;
    private boolean hostile = true;

    private CatalogWorld(long seed, Bug bug) {
        world = new World(seed, false);
        chance = world.chance("catalogs");
        this.bug = bug;
        network = new Network(world);
        seen = initial();
        metadata = new SimMetadata(world, bug, seen, this::changed, _ -> {});
        for (CatalogGroup group : groups) network.listen(group.address, group::isUp);
        for (int i = 1; i <= 2 + chance.below(2); i++) coordinators.add(new CatalogCoordinator(this, "c" + i));
    }

    /** @throws Violation if a rule was broken; @return the world as it ended */
    static CatalogWorld run(long seed, Bug bug) {
        var cluster = new CatalogWorld(seed, bug);
        cluster.run();
        return cluster;
    }

    CatalogGroup group(CollectionImage collection, long row) {
        ShardGroupId id = collection.table().groupOf((int) (row % collection.table().bucketCount()));
        return groups.stream().filter(group -> group.id.equals(id)).findFirst().orElseThrow();
    }

    private void run() {
        network.misbehave(chance.fraction() * 0.1, chance.fraction() * 0.1, chance.fraction() * 0.2);
        metadata.setUnknown(chance.fraction() * 0.4);
        for (int client = 0; client < 4; client++) work();
        schema();
        fault();
        world.runUntil(HOSTILE);
        hostile = false;
        network.healAll();
        metadata.setUnknown(0);
        groups.forEach(group -> group.setUp(true));
        world.runUntil(HOSTILE + PEACE);
        ghost.atTheEnd(this);
    }

    private void work() {
        world.after(chance.between(10 * World.MILLI, 300 * World.MILLI), () -> {
            if (!hostile) return;
            world.counts.operations++;
            CatalogCoordinator through = coordinators.get(chance.below(coordinators.size()));
            CatalogCoordinator.Found found = through.find(NAMES.get(chance.below(NAMES.size())));
            if (found != null) {
                long value = lastValue += 10; // one for each round of an insert
                long chosen = chance.below(40);
                switch (chance.below(4)) {
                    case 0 -> through.put(found, chosen, value, 4, result -> {
                        if (result == CatalogGroup.Insert.DONE) ghost.acknowledged(chosen, value);
                    });
                    case 1 -> through.read(found, chosen);
                    default -> through.insert(found, value, 0, row -> ghost.acknowledged(row.row(), row.value()));
                }
            }
            work();
        });
    }

    private void schema() {
        world.after(chance.between(50 * World.MILLI, 1_500 * World.MILLI), () -> {
            if (!hostile) return;
            CatalogCoordinator through = coordinators.get(chance.below(coordinators.size()));
            CollectionName name = NAMES.get(chance.below(NAMES.size()));
            if (through.find(name) == null) through.create(name);
            else through.drop(name);
            schema();
        });
    }

    private void fault() {
        world.after(chance.between(100 * World.MILLI, 2 * World.SECOND), () -> {
            if (!hostile) return;
            world.counts.faults++;
            long lasts = chance.between(100 * World.MILLI, 4 * World.SECOND);
            CatalogGroup group = groups.get(chance.below(groups.size()));
            String coordinator = coordinators.get(chance.below(coordinators.size())).address;
            switch (chance.below(5)) {
                case 0, 1 -> {
                    group.setUp(false);
                    world.after(lasts, () -> group.setUp(true));
                }
                case 2 -> cut(coordinator, group.address, lasts);
                case 3 -> cut("metadata", coordinator, lasts);
                default -> coordinators.get(chance.below(coordinators.size())).start();
            }
            fault();
        });
    }

    private void cut(String from, String to, long lasts) {
        network.cut(from, to);
        if (chance.of(0.5)) network.cut(to, from);
        world.after(lasts, () -> {
            network.heal(from, to);
            network.heal(to, from);
        });
    }

    private void changed() {
        ghost.look(seen, metadata.image());
        seen = metadata.image();
    }

    private static ClusterImage initial() {
        ClusterImage image = ClusterImage.initial("simulated", 8, Durability.DEFAULT, List.of(
                new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://n1", null), new Epoch(1), 1, List.of()),
                new ShardGroupImage(new ShardGroupId("sg1"), new MemberImage("http://n2", null), new Epoch(1), 1, List.of())));
        var accepted = (Decision.Accepted) Decision.decide(image, new Command.CreateDatabase("db"));
        for (MetadataRecord record : accepted.records()) image = image.apply(record);
        return image;
    }
}
