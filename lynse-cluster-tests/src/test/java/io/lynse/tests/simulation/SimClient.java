package io.lynse.tests.simulation;

import io.lynse.shard.replication.Answer;
import io.lynse.shard.replication.Event;
import io.lynse.shard.replication.WriteId;
import java.util.ArrayList;

/** Writes and reads all the time, one request after the other, and tells the ghost what it was told. */
final class SimClient {

    private static final long PATIENCE = 4 * World.SECOND;

    private final Simulation simulation;
    private final World world;
    private final Chance chance;
    private final int number;
    private final int keys;
    private long lastValue;
    private boolean stopped;

    SimClient(Simulation simulation, int number, int keys) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.chance = simulation.world.chance("client " + number);
        this.number = number;
        this.keys = keys;
        next();
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        world.after(chance.between(0, 400 * World.MILLI), () -> {
            if (stopped) return;
            SimCoordinator through = simulation.anyCoordinator(chance);
            if (through == null) {
                next();
                return;
            }
            world.counts.operations++;
            if (chance.of(0.35)) read(through);
            else write(through);
        });
    }

    private void write(SimCoordinator through) {
        int kind = chance.below(10);
        int first = key(0.03);
        int many = chance.of(0.3) ? simulation.groups.size() : 1; // keys in a row are in different groups
        var rows = new ArrayList<ClientWrite.Row>();
        for (int key = first; key < first + many; key++) {
            long value = number * 1_000_000L + ++lastValue;
            var change = new SimEntry.Change(kind < 4 ? SimEntry.Kind.PUT : kind < 7 ? SimEntry.Kind.ADD : SimEntry.Kind.DELETE, key, value);
            rows.add(new ClientWrite.Row(groupOf(key), new WriteId(number, lastValue), change));
        }
        int frames = chance.of(0.1) ? 1 + chance.below(5) : 1;
        boolean[] done = {false};
        new ClientWrite(simulation, rows, () -> {
            if (done[0]) return;
            done[0] = true;
            next();
        }).send(through, frames, PATIENCE);
        // A coordinator that died answers nothing.
        world.after(2 * PATIENCE, () -> {
            if (done[0]) return;
            done[0] = true;
            next();
        });
    }

    private SimGroup groupOf(int key) {
        return simulation.groups.get(key % simulation.groups.size());
    }

    /** @param seldom share of keys that are seldom written, so that damage to their rows lasts */
    private int key(double seldom) {
        return chance.of(seldom) ? keys + chance.below(4) : chance.below(keys);
    }

    private void read(SimCoordinator through) {
        int key = key(0.2);
        SimGroup group = groupOf(key);
        long atLeast = group.ghost.acknowledgedMax();
        boolean strong = chance.of(0.3);
        boolean spread = !strong && chance.of(0.4);
        boolean[] done = {false};
        through.read(group.id, key, strong ? Event.Consistency.STRONG : Event.Consistency.DEFAULT, spread, PATIENCE / 2, answer -> {
            if (done[0]) return;
            done[0] = true;
            if (answer.answer() instanceof Answer.Readable(var applied)) {
                boolean stale = group.ghost.read(key, applied.value(), answer.value(), atLeast);
                if (stale) {
                    // The one documented exception: a default read at a primary that was superseded unawares.
                    boolean superseded = group.image().epoch().value() > answer.epoch();
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
