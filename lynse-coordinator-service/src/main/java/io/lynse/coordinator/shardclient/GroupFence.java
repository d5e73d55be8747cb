package io.lynse.coordinator.shardclient;

import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import org.jspecify.annotations.Nullable;

/**
 * Travels with every request: a node that does not lead this group in this epoch refuses it.
 *
 * @param lease under which the leading coordinator decided it: a node that knows of a later one refuses it; null: not decided under a lease
 */
public record GroupFence(ShardGroupId group, Epoch epoch, @Nullable LeaseEpoch lease) {

    public GroupFence(ShardGroupId group, Epoch epoch) {
        this(group, epoch, null);
    }

    public GroupFence under(LeaseEpoch decided) {
        return new GroupFence(group, epoch, decided);
    }

    io.lynse.wire.v1.Fence message() {
        var message = io.lynse.wire.v1.Fence.newBuilder().setGroup(group.value()).setPrimaryEpoch(epoch.value());
        if (lease != null) message.setUnderLease(lease.value());
        return message.build();
    }
}
