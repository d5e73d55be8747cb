package io.lynse.shard.grpc;

import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import org.jspecify.annotations.Nullable;

/** The fence of a message. */
final class Fences {

    private Fences() {}

    /** @throws io.lynse.error.LynseException InvalidArgument if it names no group */
    static Fence fence(io.lynse.wire.v1.Fence fence) {
        return Replies.decoded("fence", () -> new Fence(new ShardGroupId(fence.getGroup()), new Epoch(fence.getPrimaryEpoch())));
    }

    /** The lease under which it was decided; null: under none. @throws io.lynse.error.LynseException InvalidArgument */
    static @Nullable LeaseEpoch lease(io.lynse.wire.v1.Fence fence) {
        return fence.hasUnderLease() ? Replies.decoded("under_lease", () -> new LeaseEpoch(fence.getUnderLease())) : null;
    }
}
