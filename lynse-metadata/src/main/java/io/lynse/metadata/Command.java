package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
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

    /** Ties an address to the node first seen there. */
    record BindNode(ShardGroupId group, String uri, NodeId node) implements Command {}

    /**
     * Makes an active member the primary of a new epoch.
     *
     * @param expected the epoch that the proposer decided on; another one refuses
     * @param seen     the highest epoch the candidate has seen, which the new one must exceed
     */
    record Promote(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen) implements Command {}
}
