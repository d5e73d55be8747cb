package io.lynse.tests.simulation;

import io.lynse.coordinator.routing.ReadAttempts;
import io.lynse.shard.replication.Answer;
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
        Ghost.Moment begun = group.ghost.moment();
        ReadAttempts.Need need = chance.of(0.3) ? ReadAttempts.Need.STRONG : ReadAttempts.Need.CONFIRMED;
        boolean spread = need != ReadAttempts.Need.STRONG && chance.of(0.4);
        boolean[] done = {false};
        through.read(group.id, key, need, spread, PATIENCE, told -> {
            if (done[0]) return;
            done[0] = true;
            if (told.answer().answer() instanceof Answer.Readable(var applied)) judge(group, key, applied.value(), told, begun, need);
            next();
        });
        world.after(2 * PATIENCE, () -> {
            if (done[0]) return;
            done[0] = true;
            next();
        });
    }

    private void judge(SimGroup group, int key, long applied, SimRead.Told told, Ghost.Moment begun, ReadAttempts.Need need) {
        boolean strong = need == ReadAttempts.Need.STRONG;
        if (strong && !told.unconfirmed().isEmpty()) throw new Violation("a strong read has no exception", told.toString());
        switch (group.ghost.read(key, applied, told.answer().value(), told.answer().epoch(), begun)) {
            case ALL -> {}
            case LOST -> world.counts.readsOfLost++;
            case OLDER -> {
                // Two documented exceptions: who was told so, and a default read at a primary that was superseded unawares.
                boolean superseded = group.image().epoch().value() > told.answer().epoch();
                if (!told.unconfirmed().isEmpty()) world.counts.staleUnconfirmedReads++;
                else if (!strong && superseded) world.counts.staleReads++;
                else throw new Violation("a read sees every acknowledged write", "key " + key + " at " + applied + ", acknowledged were " + begun.acknowledged() + (strong ? ", strong" : ""));
            }
        }
    }
}
