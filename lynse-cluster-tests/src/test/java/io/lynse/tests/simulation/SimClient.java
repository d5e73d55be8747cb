package io.lynse.tests.simulation;

import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.WriteId;

/** Writes and reads all the time, one request after the other, and tells the ghost what it was told. */
final class SimClient {

    private static final long PATIENCE = 4 * World.SECOND;

    private final Simulation simulation;
    private final World world;
    private final int number;
    private final int keys;
    private long lastValue;
    private boolean stopped;

    SimClient(Simulation simulation, int number, int keys) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.number = number;
        this.keys = keys;
        next();
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        world.after(world.between(0, 400 * World.MILLI), () -> {
            if (stopped) return;
            SimCoordinator through = simulation.anyCoordinator();
            if (through == null) {
                next();
                return;
            }
            world.counts.operations++;
            if (world.chance(0.35)) read(through);
            else write(through);
        });
    }

    private void write(SimCoordinator through) {
        long value = number * 1_000_000L + ++lastValue;
        var id = new WriteId(number, lastValue);
        int kind = world.below(10);
        var change = new SimEntry.Change(
                kind < 4 ? SimEntry.Kind.PUT : kind < 7 ? SimEntry.Kind.ADD : SimEntry.Kind.DELETE, key(0.03), value);
        int frames = world.chance(0.1) ? 1 + world.below(5) : 1;
        boolean[] done = {false};
        through.write(id, change, frames, PATIENCE, answer -> {
            if (done[0]) return;
            done[0] = true;
            switch (answer) {
                case Answer.Written(var lsn, var outcome) -> {
                    world.trace(30, () -> "client " + number + ": " + id + " " + change + " written at " + lsn + " " + outcome);
                    simulation.ghost.acknowledged(id, value, lsn.value(), ((SimEntry.Done) outcome).done());
                    simulation.checkActive();
                }
                case Answer.Refused(var error) -> {
                    world.trace(31, () -> "client " + number + ": " + id + " refused: " + error);
                    simulation.ghost.refused(id);
                }
                case Answer.Unknown _ -> world.trace(32, () -> "client " + number + ": " + id + " unknown");
                case Answer.Readable _ -> throw new IllegalStateException("a write was answered as a read");
            }
            next();
        });
        // A coordinator that died answers nothing.
        world.after(2 * PATIENCE, () -> {
            if (done[0]) return;
            done[0] = true;
            next();
        });
    }

    /** @param seldom share of keys that are seldom written, so that damage to their rows lasts */
    private int key(double seldom) {
        return world.chance(seldom) ? keys + world.below(4) : world.below(keys);
    }

    private void read(SimCoordinator through) {
        int key = key(0.2);
        long atLeast = simulation.ghost.acknowledgedMax();
        boolean strong = world.chance(0.3);
        boolean spread = !strong && world.chance(0.4);
        boolean[] done = {false};
        through.read(key, strong ? Event.Consistency.STRONG : Event.Consistency.DEFAULT, spread, PATIENCE / 2, answer -> {
            if (done[0]) return;
            done[0] = true;
            if (answer.answer() instanceof Answer.Readable(var applied)) {
                boolean stale = simulation.ghost.read(key, applied.value(), answer.value(), atLeast);
                if (stale) {
                    // The one documented exception: a default read at a primary that was superseded unawares.
                    boolean superseded = simulation.epoch() > answer.epoch();
                    if (strong || !superseded) {
                        throw new Violation("a read sees every acknowledged write", "key " + key + " at " + applied + ", acknowledged were " + atLeast + (strong ? ", strong" : ""));
                    }
                    world.counts.staleReads++;
                }
            }
            next();
        });
        world.after(PATIENCE, () -> {
            if (done[0]) return;
            done[0] = true;
            next();
        });
    }
}
