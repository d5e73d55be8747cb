package io.lynse.shard.grpc;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.wire.v1.ReadFence;
import org.jspecify.annotations.Nullable;

/** The fence of a message. */
final class Fences {

    private Fences() {}

    /** @throws io.lynse.error.LynseException InvalidArgument if it names no group */
    static Fence fence(io.lynse.wire.v1.Fence fence) {
        return fence(fence.getGroup(), fence.getPrimaryEpoch());
    }

    /** As above. */
    static Fence fence(ReadFence fence) {
        return fence(fence.getGroup(), fence.getPrimaryEpoch());
    }

    private static Fence fence(String group, long epoch) {
        return Replies.decoded("fence", () -> new Fence(new ShardGroupId(group), new Epoch(epoch)));
    }

    /** @throws io.lynse.error.LynseException InvalidArgument if it is of a newer version */
    static Consistency consistency(ReadFence fence) {
        return switch (fence.getConsistency()) {
            case DEFAULT -> Consistency.DEFAULT;
            case STRONG -> Consistency.STRONG;
            case UNCONFIRMED -> Consistency.UNCONFIRMED;
            case UNRECOGNIZED -> throw new LynseException(LynseError.invalid("fence.consistency", "unknown consistency " + fence.getConsistencyValue()));
        };
    }

    /** The lease under which it was decided; null: under none. @throws io.lynse.error.LynseException InvalidArgument */
    static @Nullable LeaseEpoch lease(io.lynse.wire.v1.Fence fence) {
        return fence.hasUnderLease() ? Replies.decoded("under_lease", () -> new LeaseEpoch(fence.getUnderLease())) : null;
    }
}
