package io.lynse.tests.simulation;

import io.lynse.model.Epoch;
import io.lynse.shard.replication.Outcome;
import io.lynse.shard.replication.Payload;
import io.lynse.shard.replication.WriteId;

/** An entry of a simulated log. */
record SimEntry(Epoch epoch, WriteId writeId, Change change, int frames) {

    enum Kind { ADD, PUT, DELETE }

    /** One write to one key. @param value unique in the run */
    record Change(Kind kind, int key, long value) implements Payload {}

    /** @param done whether the condition held; a refusal is an outcome, too */
    record Done(boolean done) implements Outcome {}

    /** Same (epoch, write id) at one LSN is the same entry. */
    boolean same(SimEntry other) {
        return epoch.equals(other.epoch) && writeId.equals(other.writeId);
    }
}
