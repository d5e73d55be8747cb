package io.lynse.shard.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import org.jspecify.annotations.Nullable;

/**
 * What members of a group say to each other. Every message may be late, doubled or lost: it names the group, the epoch and
 * the stream it belongs to, and whoever is elsewhere ignores it or answers {@link Fenced}.
 *
 * <p>A stream runs from one primary to one member: {@code Hello}, {@code Report}, {@code Accept} (the only cut, rule 5), then
 * {@code Frame} and {@code Commit} one way and {@code Ack} the other.
 */
public sealed interface ReplicationMessage {

    /** The group it is about, and the epoch that the sender is in. */
    Fence fence();

    default Epoch epoch() {
        return fence().epoch();
    }

    /** The primary of that epoch begins stream number {@code stream}, which voids all before it. @param to whom it believes to speak to */
    record Hello(Fence fence, long stream, MemberImage to) implements ReplicationMessage {}

    /** What the follower's log is. Its seen epoch is on disk. @param applied or about to be: can never be cut */
    record Report(Fence fence, long stream, EpochHistory history, Lsn applied) implements ReplicationMessage {}

    /** The follower keeps its log up to {@code keep} and goes on from there. */
    record Accept(Fence fence, long stream, Lsn keep) implements ReplicationMessage {}

    /** The log does not reach back far enough, or the follower applied what the primary never had: it takes files instead. */
    record TakeFiles(Fence fence, long stream) implements ReplicationMessage {}

    /**
     * Part of an entry.
     *
     * @param entryEpoch under which the entry was first appended
     * @param index      of the frame in its entry, from 0
     * @param last       whether the entry is complete with it
     * @param committed  as {@link Commit}
     */
    record Frame(
            Fence fence, long stream, Lsn lsn, Epoch entryEpoch, int index, boolean last, @Nullable WriteId writeId, Payload payload, Lsn committed)
            implements ReplicationMessage {}

    /** The next frame that came was not the next: go back to that entry. */
    record Gap(Fence fence, long stream, Lsn next) implements ReplicationMessage {}

    /** A sign of life, and how far the log is committed. */
    record Commit(Fence fence, long stream, Lsn committed) implements ReplicationMessage {}

    /**
     * @param durable the log is on disk up to here, reconciled in this epoch
     * @param next    entry that is being received, and how many of its frames are here: progress inside a large one
     */
    record Ack(Fence fence, long stream, Lsn durable, Lsn next, int frames) implements ReplicationMessage {}

    /** The follower's copy is damaged or given up: instead of a report, or at any time after it. Nothing that it acknowledged counts any more. */
    record Damaged(Fence fence, long stream) implements ReplicationMessage {}

    /** What the primary's state at that LSN sums up to. Asked again until the follower has said its last word. */
    record Compare(Fence fence, long stream, Lsn lsn, Checksum sum) implements ReplicationMessage {}

    /** What the follower's own state at that LSN sums up to. @param sound whether it has read everything again since, and found it as it was written */
    record Compared(Fence fence, long stream, Lsn lsn, Checksum sum, boolean sound) implements ReplicationMessage {}

    /** Most witnesses of that LSN have another state than the follower: it gives its copy up. */
    record Outvoted(Fence fence, long stream, Lsn lsn) implements ReplicationMessage {}

    /** The receiver's answer to an epoch that is over. */
    record Fenced(Fence fence) implements ReplicationMessage {}

    /** A follower asks for one confirmation on behalf of all reads that wait there. */
    record AskToRead(Fence fence, long stream, long round) implements ReplicationMessage {}

    /** The follower is in the primary's set, and everything up to {@code committed} may be seen. */
    record MayRead(Fence fence, long stream, long round, Lsn committed) implements ReplicationMessage {}

    /** A primary asks whether its epoch still is the newest, for reads of strong consistency. */
    record StillPrimary(Fence fence, long stream, long round) implements ReplicationMessage {}

    record Confirmed(Fence fence, long stream, long round) implements ReplicationMessage {}
}
