package io.lynse.shard.replication;

import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CopyState;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.membership.Standing;
import org.jspecify.annotations.Nullable;

/**
 * What a member does. The effects of one event are carried out in their order; {@link Persist}, {@link Truncate}, {@link InstallFiles} and
 * {@link GiveUp} are on disk before the next one begins, all others need not be complete.
 */
public sealed interface Effect {

    /** Rule 12: what an answer depends on is on disk before the answer. */
    record Persist(Standing standing) implements Effect {}

    /** An entry of this primary's own. */
    record Append(Lsn lsn, Epoch epoch, @Nullable WriteId writeId, Payload payload, int frames) implements Effect {}

    /** An entry of this primary's own that changes nothing: whoever applies it sums up its state, and {@link Event.Summed} follows. */
    record AppendChecksum(Lsn lsn, Epoch epoch) implements Effect {}

    /** Read all files and rows again; {@link Event.Verified} or {@link Event.CopyDamaged} follows. */
    record Verify(Lsn lsn) implements Effect {}

    /** Keep in mind, over restarts and until {@link InstallFiles}, that this copy is given up. It stays as it is, and its log is not trimmed. */
    record GiveUp(CopyState state, String reason) implements Effect {}

    /** A follower takes a frame; with the last one of an entry its log is longer by one. */
    record AppendFrame(ReplicationMessage.Frame frame) implements Effect {}

    /** Bring the log to disk; {@link Event.Forced} follows. */
    record Force(Lsn upTo) implements Effect {}

    /** Drop this entry, a half one too, and all behind it. */
    record Truncate(Lsn from) implements Effect {}

    /** Apply the committed entries up to here, in order; {@link Event.Applied} follows for each. */
    record Apply(Lsn upTo) implements Effect {}

    record Send(MemberImage to, ReplicationMessage message) implements Effect {}

    /** Send the log from here on to the end and, as it grows, beyond, as frames of this stream, until {@link StopShipping}. */
    record Ship(MemberImage to, Fence fence, long stream, Lsn from) implements Effect {}

    record StopShipping(MemberImage to) implements Effect {}

    /** Ask the metadata; {@link Event.GroupRead} or {@link Event.GroupUnknown} follows. */
    record Propose(Command command) implements Effect {}

    /** Read the group linearizably; answered as a proposal is. */
    record ReadGroup() implements Effect {}

    /**
     * Fetch a checkpoint of the primary, lay it aside, and read all of it as {@link Verify} does; {@link Event.FilesFetched} follows if it
     * is what was written. What is here stays as it is. Whatever fails is tried again, until {@link MemberCore#takesFiles} names another stream or none:
     * while it does, the primary is told that files are being taken.
     */
    record FetchFiles(MemberImage from, Epoch epoch, long stream) implements Effect {}

    /** Replace everything here by the files that were fetched for that stream, atomically. */
    record InstallFiles(Epoch epoch, long stream) implements Effect {}

    record Reply(long request, Answer answer) implements Effect {}

    /** For people: a change of role, of epoch, of the set, or a refusal of an old epoch. */
    record Note(String what, @Nullable MemberImage whom) implements Effect {}
}
