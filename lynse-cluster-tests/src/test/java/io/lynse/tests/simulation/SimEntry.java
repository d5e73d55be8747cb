package io.lynse.tests.simulation;

import io.lynse.model.Epoch;
import io.lynse.shard.replication.Outcome;
import io.lynse.shard.replication.Payload;
import io.lynse.shard.replication.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a simulated log.
 *
 * @param writeId of a checksum entry: one that no client has
 */
record SimEntry(Epoch epoch, WriteId writeId, Change change, int frames) {

    enum Kind { ADD, PUT, DELETE, CHECKSUM }

    private static final Change SUM_UP = new Change(Kind.CHECKSUM, 0, 0);

    /** One write to one key. @param value unique in the run */
    record Change(Kind kind, int key, long value) implements Payload {}

    /** @param done whether the condition held; a refusal is an outcome, too */
    record Done(boolean done) implements Outcome {}

    static SimEntry checksum(Epoch epoch, long lsn) {
        return new SimEntry(epoch, new WriteId(0, lsn), SUM_UP, 1);
    }

    boolean isChecksum() {
        return change.kind == Kind.CHECKSUM;
    }

    /** As it travels and as the core knows it: nobody repeats a checksum entry. */
    @Nullable WriteId sentId() {
        return isChecksum() ? null : writeId;
    }

    /** Same (epoch, write id) at one LSN is the same entry. */
    boolean same(SimEntry other) {
        return epoch.equals(other.epoch) && writeId.equals(other.writeId);
    }
}
