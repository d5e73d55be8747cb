package io.lynse.coordinator.shardclient;

import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;

/** Travels with every request: a node that does not lead this group in this epoch refuses it. */
public record GroupFence(ShardGroupId group, Epoch epoch) {

    io.lynse.wire.v1.Fence message() {
        return io.lynse.wire.v1.Fence.newBuilder().setGroup(group.value()).setPrimaryEpoch(epoch.value()).build();
    }
}
