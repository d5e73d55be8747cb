package io.lynse.metadata;

import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.List;
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

    /** Its buckets come with the next collections. */
    record GroupAdded(ShardGroupImage group) implements MetadataRecord {}

    /** @param replicas all of the group's from now on */
    record ReplicasChanged(ShardGroupId group, List<ReplicaImage> replicas) implements MetadataRecord {
        public ReplicasChanged {
            replicas = List.copyOf(replicas);
        }
    }

    record NodeBound(ShardGroupId group, String uri, NodeId node) implements MetadataRecord {}

    /** @param others what the other members are from now on, the old primary among them */
    record PrimaryPromoted(ShardGroupId group, MemberImage primary, Epoch epoch, List<ReplicaImage> others) implements MetadataRecord {
        public PrimaryPromoted {
            others = List.copyOf(others);
        }
    }

    /** Raises the group's version, whether or not the state is another one. */
    record ReplicaMarked(ShardGroupId group, MemberImage member, ReplicaState state) implements MetadataRecord {}

    record LeaseChanged(LeaseImage lease) implements MetadataRecord {}

    record CoordinatorAnnounced(CoordinatorImage coordinator) implements MetadataRecord {}

    record CoordinatorRetired(LeaseImage.Holder process) implements MetadataRecord {}

    /** Whether it raises the meta epoch. What comes every second and tells of coordinators alone does not: nothing but leadership hangs on it. */
    default boolean raisesMetaEpoch() {
        return switch (this) {
            case LeaseChanged _, CoordinatorAnnounced _, CoordinatorRetired _ -> false;
            case DatabaseCreated _, DatabaseDropped _, CollectionDeclared _, CollectionDropped _, DimensionFixed _, IndexSet _, DescriptionUpdated _,
                    IdsAllocated _, GroupAdded _, ReplicasChanged _, NodeBound _, PrimaryPromoted _, ReplicaMarked _ -> true;
        };
    }
}
