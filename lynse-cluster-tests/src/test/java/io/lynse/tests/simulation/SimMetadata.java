package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The metadata owners as one linearizable register that answers late, or not, whether or not it did what it was asked. */
final class SimMetadata {

    /** What a caller learns. */
    sealed interface Reply {
        record Answered(Decision decision, ClusterImage after) implements Reply {}

        record Unknown() implements Reply {}
    }

    private static final long TIMEOUT = 700 * World.MILLI;

    private final World world;
    private final PlantedBug bug;
    private final List<Consumer<ClusterImage>> watchers = new ArrayList<>();
    private final Runnable changed;
    private ClusterImage image;
    private boolean available = true;
    private double unknown;
    private long slowest = 12 * World.MILLI;

    /** @param changed runs after every record */
    SimMetadata(World world, PlantedBug bug, ClusterImage initial, Runnable changed) {
        this.world = world;
        this.bug = bug;
        this.image = initial;
        this.changed = changed;
    }

    ClusterImage image() {
        return image;
    }

    void setAvailable(boolean available) {
        this.available = available;
    }

    /** @param nanos a request takes that long at most, each way */
    void setSlowest(long nanos) {
        slowest = nanos;
    }

    /** @param share of requests whose caller never learns what became of them */
    void setUnknown(double share) {
        this.unknown = share;
    }

    /** The watcher gets every image, late. It filters what it does not reach. */
    void watch(Consumer<ClusterImage> watcher) {
        watchers.add(watcher);
    }

    void propose(Command command, Consumer<Reply> reply) {
        long there = world.between(World.MILLI, slowest);
        boolean lost = world.chance(unknown);
        // A lost request may have been carried out, or will be, when nobody waits for it any more.
        boolean late = lost && world.chance(0.5);
        if (late) there = world.between(0, 3 * World.SECOND);
        boolean arrives = !lost || late || world.chance(0.5);
        if (lost) world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
        world.after(there, () -> {
            if (!available) {
                if (!lost) world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
                return;
            }
            if (!arrives) return;
            Decision decision = execute(command);
            if (lost) return;
            ClusterImage after = image;
            world.after(world.between(World.MILLI, slowest), () -> reply.accept(new Reply.Answered(decision, after)));
        });
    }

    /** A linearizable read. */
    void read(Consumer<Reply> reply) {
        world.after(world.between(World.MILLI, 8 * World.MILLI), () -> {
            boolean lost = !available || world.chance(unknown);
            ClusterImage read = image;
            if (lost) world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
            else world.after(world.between(World.MILLI, 8 * World.MILLI), () -> reply.accept(new Reply.Answered(new Decision.Accepted(List.of()), read)));
        });
    }

    private Decision execute(Command command) {
        Decision decision = bug.decide(image, command);
        if (command instanceof Command.Led(var under, _) && decision instanceof Decision.Accepted && !under.equals(image.lease().epoch())) {
            throw new Violation("no command of an earlier lease is accepted", command + " under lease " + image.lease().epoch());
        }
        if (decision instanceof Decision.Accepted(List<MetadataRecord> records)) {
            LeaseImage lease = image.lease();
            for (MetadataRecord record : records) {
                image = image.apply(record);
                if (record instanceof MetadataRecord.PrimaryPromoted promoted) {
                    world.counts.promotions++;
                    if (command instanceof Command.Led(_, Command.SwitchOver _)) world.counts.switchovers++;
                    world.trace(promoted.epoch().value(), () -> "metadata: " + promoted.primary() + " promoted to epoch " + promoted.epoch());
                }
            }
            if (!records.isEmpty()) {
                if (image.lease().equals(lease)) world.trace(image.metaEpoch(), () -> "metadata: " + command + " -> " + image.groups().values());
                changed.run();
                ClusterImage seen = image;
                for (Consumer<ClusterImage> watcher : watchers) world.after(world.between(World.MILLI, 30 * World.MILLI), () -> watcher.accept(seen));
            }
        } else {
            world.trace(1, () -> "metadata: refused " + command + ": " + decision);
        }
        return decision;
    }
}
