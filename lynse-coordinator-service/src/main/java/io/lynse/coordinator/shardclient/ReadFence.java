package io.lynse.coordinator.shardclient;

import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/** Travels with every read: what the group's members must know of each other before one of them answers. */
public record ReadFence(ShardGroupId group, Epoch epoch, Confirmation confirmation) {

    public enum Confirmation {
        /** The primary answers, or an active member which it confirms. */
        PRIMARY,
        /** The primary answers, which all whom it waits for confirm. */
        ALL,
        /** An active member answers from what it knows to be committed. */
        NONE
    }

    io.lynse.wire.v1.ReadFence message() {
        return io.lynse.wire.v1.ReadFence.newBuilder()
                .setGroup(group.value())
                .setPrimaryEpoch(epoch.value())
                .setConsistency(switch (confirmation) {
                    case PRIMARY -> io.lynse.wire.v1.ReadFence.Consistency.DEFAULT;
                    case ALL -> io.lynse.wire.v1.ReadFence.Consistency.STRONG;
                    case NONE -> io.lynse.wire.v1.ReadFence.Consistency.UNCONFIRMED;
                })
                .build();
    }
}
