package io.lynse.tests.simulation;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One to three metadata owners as one linearizable register that answers late, or not, whether or not it did what it was asked. */
final class SimMetadata {

    /** What a caller learns. */
    sealed interface Reply {
        record Answered(Decision decision, ClusterImage after) implements Reply {}

        /** Not done: there are not owners enough. */
        record Refused() implements Reply {}

        record Unknown() implements Reply {}
    }

    private static final long TIMEOUT = 700 * World.MILLI;

    private final World world;
    private final Chance chance;
    private final PlantedBug bug;
    private final List<Consumer<ClusterImage>> watchers = new ArrayList<>();
    private final Runnable changed;
    private final Consumer<MetadataRecord.PrimaryPromoted> forced;
    private ClusterImage image;
    private final int owners;
    private int stopped; // of the owners
    private boolean refusing; // whether the others say so, when they are too few
    private double unknown;
    private long slowest = 12 * World.MILLI;

    /** @param changed runs after every record; {@code forced} at every forced promotion, before */
    SimMetadata(World world, PlantedBug bug, ClusterImage initial, Runnable changed, Consumer<MetadataRecord.PrimaryPromoted> forced) {
        this.world = world;
        chance = world.chance("metadata");
        this.bug = bug;
        this.image = initial;
        this.changed = changed;
        this.forced = forced;
        owners = 1 + chance.below(3);
    }

    ClusterImage image() {
        return image;
    }

    private boolean hasQuorum() {
        return owners - stopped > owners / 2;
    }

    /** One or more of the owners stop. If the others are too few, they refuse at once, or keep the caller waiting. */
    void stopSome(Chance chance) {
        stopped = 1 + chance.below(owners);
        refusing = chance.of(0.5);
    }

    void startAll() {
        stopped = 0;
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
        long there = chance.between(World.MILLI, slowest);
        boolean lost = chance.of(unknown);
        // A lost request may have been carried out, or will be, when nobody waits for it any more.
        boolean late = lost && chance.of(0.5);
        if (late) there = chance.between(0, 3 * World.SECOND);
        boolean arrives = !lost || late || chance.of(0.5);
        if (lost) world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
        world.after(there, () -> {
            if (!hasQuorum()) {
                if (!lost) withoutQuorum(reply);
                return;
            }
            if (!arrives) return;
            Decision decision = execute(command);
            if (lost) return;
            ClusterImage after = image;
            world.after(chance.between(World.MILLI, slowest), () -> reply.accept(new Reply.Answered(decision, after)));
        });
    }

    /** A linearizable read. */
    void read(Consumer<Reply> reply) {
        world.after(chance.between(World.MILLI, 8 * World.MILLI), () -> {
            boolean lost = chance.of(unknown);
            ClusterImage read = image;
            if (!hasQuorum()) withoutQuorum(reply);
            else if (lost) world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
            else world.after(chance.between(World.MILLI, 8 * World.MILLI), () -> reply.accept(new Reply.Answered(new Decision.Accepted(List.of()), read)));
        });
    }

    private void withoutQuorum(Consumer<Reply> reply) {
        if (refusing) world.after(chance.between(World.MILLI, slowest), () -> reply.accept(new Reply.Refused()));
        else world.after(TIMEOUT, () -> reply.accept(new Reply.Unknown()));
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
                    if (command instanceof Command.Led(_, Command.ForcePromote _)) forced.accept(promoted);
                    world.trace(promoted.epoch().value(), () -> "metadata: " + promoted.primary() + " promoted to epoch " + promoted.epoch());
                }
            }
            if (!records.isEmpty()) {
                if (image.lease().equals(lease)) world.trace(image.metaEpoch(), () -> "metadata: " + command + " -> " + image.groups().values());
                changed.run();
                ClusterImage seen = image;
                for (Consumer<ClusterImage> watcher : watchers) world.after(chance.between(World.MILLI, 30 * World.MILLI), () -> watcher.accept(seen));
            }
        } else {
            world.trace(1, () -> "metadata: refused " + command + ": " + decision);
        }
        return decision;
    }
}
