package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import org.jspecify.annotations.Nullable;

/** One fact that was decided. Applying it never refuses, so every copy of the image reaches the same state. */
public sealed interface MetadataRecord {

    record DatabaseCreated(String database) implements MetadataRecord {}

    /** With all its collections. */
    record DatabaseDropped(String database) implements MetadataRecord {}

    record CollectionDeclared(CollectionImage collection) implements MetadataRecord {}

    record CollectionDropped(CollectionId collection) implements MetadataRecord {}

    record DimensionFixed(CollectionId collection, int dimension) implements MetadataRecord {}

    record IndexSet(CollectionId collection, @Nullable IndexMode mode, String parameters) implements MetadataRecord {}

    record DescriptionUpdated(CollectionId collection, String description) implements MetadataRecord {}

    /** The ids from {@code first} to {@code first + count - 1} are taken. */
    record IdsAllocated(CollectionId collection, long first, long count) implements MetadataRecord {}

    record NodeBound(ShardGroupId group, String uri, NodeId node) implements MetadataRecord {}

    record PrimaryPromoted(ShardGroupId group, MemberImage primary, Epoch epoch) implements MetadataRecord {}
}
