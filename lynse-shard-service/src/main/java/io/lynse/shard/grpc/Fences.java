package io.lynse.shard.grpc;

import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;

/** The fence of a message. */
final class Fences {

    private Fences() {}

    /** @throws io.lynse.error.LynseException InvalidArgument if it names no group */
    static Fence fence(io.lynse.wire.v1.Fence fence) {
        return Replies.decoded("fence", () -> new Fence(new ShardGroupId(fence.getGroup()), new Epoch(fence.getPrimaryEpoch())));
    }
}
