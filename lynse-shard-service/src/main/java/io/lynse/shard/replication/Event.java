package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.GroupView;
import org.jspecify.annotations.Nullable;

/** What happens to a member. */
public sealed interface Event {

    /** A coordinator shows the group. @param uri the address under which the caller knows this node */
    record ViewSeen(GroupView view, String uri) implements Event {}

    /** The metadata answered a proposal, accepted or refused, or a linearizable read: this is the group after it. */
    record GroupRead(ShardGroupImage group) implements Event {}

    /** No answer in time. What was proposed may be accepted now, later, or never. */
    record GroupUnknown() implements Event {}

    /**
     * @param request for the answer
     * @param writeId null: the request is never sent again
     * @param frames  of the entry
     */
    record Write(long request, Fence fence, @Nullable WriteId writeId, Payload payload, int frames, long deadlineNanos) implements Event {}

    record Read(long request, Fence fence, Consistency consistency, long deadlineNanos) implements Event {}

    enum Consistency {
        /** The primary's own knowledge, or that of an active member which the primary confirms. */
        DEFAULT,
        /** The primary first has its epoch confirmed by all whom it waits for. */
        STRONG,
        /** What this member knows to be committed, whatever may have come after it: for when no promotion can come. Only of who was active when it last knew. */
        UNCONFIRMED
    }

    /** The log is on disk up to here. Never of a force that was asked for before a {@link Effect.Truncate} or {@link Effect.InstallFiles}. */
    record Forced(Lsn upTo) implements Event {}

    record Applied(Lsn lsn, @Nullable WriteId writeId, Outcome outcome) implements Event {}

    /** A checksum entry is applied, and this is what the state with it sums up to. Never of a state before an {@link Effect.InstallFiles}. */
    record Summed(Lsn lsn, Checksum sum) implements Event {}

    /** Everything here was read again since the state at that LSN was summed up, and is what was written. */
    record Verified(Lsn lsn) implements Event {}

    /**
     * Something here is not what was written, or a person says that this copy is the wrong one. Also the first event of a node that
     * finds its copy so, or given up, when it starts.
     *
     * @param state not whole; of a lost one nothing that the core was told to be found counts
     */
    record CopyDamaged(CopyState state, String reason) implements Event {}

    /** A force or a write failed. It is never retried. */
    record DiskFailed(String reason) implements Event {}

    record Received(MemberImage from, ReplicationMessage message) implements Event {}

    /** A fresh connection was refused: nobody listens there. */
    record ConnectionRefused(MemberImage to) implements Event {}

    /** The log let go of what is before this entry. */
    record Trimmed(Lsn first) implements Event {}

    /** The files that were asked for lie aside, complete. @param found what this node will hold with them */
    record FilesFetched(Epoch epoch, long stream, MemberLog.Found found) implements Event {}

    /** A switchover is planned: take no new write, so that everything gets committed. @param begin false: it was given up */
    record HandOver(boolean begin) implements Event {}

    /** Time has passed. */
    record Tick() implements Event {}
}
