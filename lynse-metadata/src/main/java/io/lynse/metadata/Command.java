package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that can be asked of the cluster's metadata. What must hold for a command to be accepted stands in {@link Decision#decide}. */
public sealed interface Command {

    /** One that exists stays as it is. */
    record CreateDatabase(String database) implements Command {}

    /** Drops it with its collections; one that does not exist is no error. */
    record DropDatabase(String database) implements Command {}

    /** @param indexMode the index wanted from the start; null: none */
    record DeclareCollection(CollectionName name, CollectionSpec spec, @Nullable IndexMode indexMode) implements Command {}

    /** One that does not exist is no error. */
    record DropCollection(CollectionName name) implements Command {}

    /** Fixes the dimension of a collection that has none, before any group is written; refused if it has another. */
    record FixDimension(CollectionId collection, int dimension) implements Command {}

    /** @param mode null removes the index */
    record SetIndex(CollectionId collection, @Nullable IndexMode mode, String parameters) implements Command {}

    record UpdateDescription(CollectionId collection, String description) implements Command {}

    /** Takes {@code count} integer ids for good, none below {@code atLeast}. */
    record AllocateIds(CollectionId collection, long count, long atLeast) implements Command {}

    /**
     * A further shard group, of nodes that hold nothing: collections declared from now on use it, those that are there keep their tables. One that
     * exists with the same members, in whatever roles by now, is no error.
     */
    record AddGroup(ShardGroupId group, String primary, List<String> replicas) implements Command {
        public AddGroup {
            replicas = List.copyOf(replicas);
        }
    }

    /** A further member of a group, stale until its primary found it level. One that is there already is no error. */
    record AddReplica(ShardGroupId group, String uri) implements Command {}

    /** Takes a replica out of its group, for good. One that is not there is no error. */
    record RemoveReplica(ShardGroupId group, String uri) implements Command {}

    /** Ties an address to the node first seen there. */
    record BindNode(ShardGroupId group, String uri, NodeId node) implements Command {}

    /**
     * Makes an active member the primary of a new epoch.
     *
     * @param expected the epoch that the proposer decided on; another one refuses
     * @param seen     the highest epoch the candidate has seen, which the new one must exceed
     */
    record Promote(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen) implements Command {}

    /**
     * A planned {@link Promote}: the old primary has handed over, has every acknowledged write, and stays active.
     */
    record SwitchOver(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen) implements Command {}

    /**
     * An operator's promotion of a member that is not active. Acknowledged writes may be lost; every other member becomes stale.
     */
    record ForcePromote(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen) implements Command {}

    /**
     * The primary of {@code epoch} has counted a level replica in. Accepted only on the version of the group that the primary
     * read last, so of two commands on their way one at most takes effect, and a late one none (rule 2 of the specification).
     */
    record MarkActive(ShardGroupId group, MemberImage member, Epoch epoch, long version) implements Command {}

    /** The primary of {@code epoch} asks to stop waiting for a member; as {@link MarkActive}. Raises the version even if the member is not active. */
    record MarkStale(ShardGroupId group, MemberImage member, Epoch epoch, long version) implements Command {}

    /** Takes the lease from whoever was last seen to hold it, by both what was seen: the epoch alone would take a renewed one. */
    record AcquireLease(LeaseImage.Holder holder, LeaseEpoch seen, long renewalsSeen) implements Command {}

    record RenewLease(LeaseImage.Holder holder, LeaseEpoch epoch) implements Command {}

    /** Gives the lease back, so that the next one need not wait. */
    record ReleaseLease(LeaseImage.Holder holder, LeaseEpoch epoch) implements Command {}

    /** A coordinator is there, and goes on being there. The first time it takes its place behind those that are there already. */
    record AnnounceCoordinator(LeaseImage.Holder process, String uri) implements Command {}

    /** It has stopped, or was silent for long. @param announcements of it that were seen: one that has spoken since stays */
    record RetireCoordinator(LeaseImage.Holder process, long announcements) implements Command {}

    /** A command of the leading coordinator. Refused when the lease has changed hands since it was decided. */
    record Led(LeaseEpoch lease, Command command) implements Command {
        public Led {
            if (command instanceof Led) throw new IllegalArgumentException("a command is led once");
        }
    }
}
