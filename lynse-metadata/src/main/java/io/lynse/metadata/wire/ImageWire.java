package io.lynse.metadata.wire;

import com.google.protobuf.ByteString;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ReplicaImage;
import io.lynse.metadata.ReplicaState;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.MetadataBuckets;
import io.lynse.wire.v1.MetadataCollection;
import io.lynse.wire.v1.MetadataCoordinator;
import io.lynse.wire.v1.MetadataGroup;
import io.lynse.wire.v1.MetadataHolder;
import io.lynse.wire.v1.MetadataImage;
import io.lynse.wire.v1.MetadataLease;
import io.lynse.wire.v1.MetadataMember;
import io.lynse.wire.v1.MetadataReplica;
import io.lynse.wire.v1.MetadataReplicaState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@link ClusterImage} and its parts. Whatever reads a message throws IllegalArgumentException when it says what no image can say. */
public final class ImageWire {

    private ImageWire() {}

    public static MetadataImage image(ClusterImage image) {
        var out = MetadataImage.newBuilder()
                .setClusterId(image.clusterId())
                .setMetaEpoch(image.metaEpoch())
                .setBucketCount(image.bucketCount())
                .setWriteMirrorReplicas(image.durability().mirrors())
                .setMinActiveMembers(image.durability().minActiveMembers())
                .addAllDatabases(image.databases())
                .setNextCollectionId(image.nextCollectionId())
                .setLease(lease(image.lease()));
        image.collections().values().forEach(collection -> out.addCollections(collection(collection)));
        image.groups().values().forEach(group -> out.addGroups(group(group)));
        image.coordinators().values().forEach(coordinator -> out.addCoordinators(coordinator(coordinator)));
        return out.build();
    }

    public static ClusterImage image(MetadataImage message) {
        var collections = new TreeMap<String, CollectionImage>();
        for (MetadataCollection entry : message.getCollectionsList()) {
            CollectionImage collection = collection(entry);
            collections.put(collection.name().toString(), collection);
        }
        var groups = new LinkedHashMap<ShardGroupId, ShardGroupImage>();
        for (MetadataGroup entry : message.getGroupsList()) {
            ShardGroupImage group = group(entry);
            groups.put(group.id(), group);
        }
        var coordinators = new LinkedHashMap<LeaseImage.Holder, CoordinatorImage>();
        for (MetadataCoordinator entry : message.getCoordinatorsList()) {
            CoordinatorImage coordinator = coordinator(entry);
            coordinators.put(coordinator.process(), coordinator);
        }
        return new ClusterImage(
                message.getClusterId(), message.getMetaEpoch(), message.getBucketCount(),
                new Durability(message.getWriteMirrorReplicas(), Math.max(1, message.getMinActiveMembers())),
                new TreeSet<>(message.getDatabasesList()), collections, groups, message.getNextCollectionId(), lease(message.getLease()),
                coordinators);
    }

    static MetadataCollection collection(CollectionImage collection) {
        var out = MetadataCollection.newBuilder()
                .setId(collection.id().value())
                .setDatabase(collection.name().database())
                .setCollection(collection.name().collection())
                .setDimension(collection.dimension())
                .setElementType(Wire.elementType(collection.elementType()))
                .setIndexParametersJson(collection.indexParameters())
                .setBuckets(buckets(collection.table()))
                .setNextId(collection.nextId());
        if (collection.description() != null) out.setDescription(collection.description());
        if (collection.indexMode() != null) out.setIndexMode(collection.indexMode().text());
        return out.build();
    }

    static CollectionImage collection(MetadataCollection message) {
        return new CollectionImage(
                new CollectionId(message.getId()),
                new CollectionName(message.getDatabase(), message.getCollection()),
                message.getDimension(),
                Wire.elementType(message.getElementType()),
                message.hasDescription() ? message.getDescription() : null,
                message.hasIndexMode() ? mode(message.getIndexMode()) : null,
                message.getIndexParametersJson(),
                buckets(message.getBuckets()),
                message.getNextId());
    }

    static IndexMode mode(String text) {
        return IndexMode.parse(text).orElseThrow(() -> new IllegalArgumentException("no index mode: " + text));
    }

    /** Striped tables, which are nearly all, say so in a few bytes. */
    private static MetadataBuckets buckets(BucketTable table) {
        var out = MetadataBuckets.newBuilder().setCount(table.bucketCount());
        table.groups().forEach(group -> out.addGroups(group.value()));
        if (!table.equals(BucketTable.striped(table.groups(), table.bucketCount()))) {
            var numbers = ByteBuffer.allocate(table.bucketCount() * Short.BYTES);
            for (int bucket = 0; bucket < table.bucketCount(); bucket++) numbers.putShort((short) table.groupNumberOf(bucket));
            out.setNumbers(ByteString.copyFrom(numbers.flip()));
        }
        return out.build();
    }

    private static BucketTable buckets(MetadataBuckets message) {
        List<ShardGroupId> groups = message.getGroupsList().stream().map(ShardGroupId::new).toList();
        if (message.getNumbers().isEmpty()) return BucketTable.striped(groups, message.getCount());
        ByteBuffer numbers = message.getNumbers().asReadOnlyByteBuffer();
        if (numbers.remaining() != message.getCount() * Short.BYTES) {
            throw new IllegalArgumentException("a table of " + message.getCount() + " buckets has " + numbers.remaining() + " bytes");
        }
        var byBucket = new ArrayList<ShardGroupId>(message.getCount());
        while (numbers.hasRemaining()) {
            short number = numbers.getShort();
            if (number < 0 || number >= groups.size()) throw new IllegalArgumentException("a bucket table has no group " + number);
            byBucket.add(groups.get(number));
        }
        return BucketTable.of(byBucket);
    }

    static MetadataGroup group(ShardGroupImage group) {
        var out = MetadataGroup.newBuilder()
                .setGroup(group.id().value())
                .setPrimary(member(group.primary()))
                .setEpoch(group.epoch().value())
                .setVersion(group.version());
        group.replicas().forEach(replica -> out.addReplicas(replica(replica)));
        return out.build();
    }

    static ShardGroupImage group(MetadataGroup message) {
        return new ShardGroupImage(
                new ShardGroupId(message.getGroup()),
                member(message.getPrimary()),
                new Epoch(message.getEpoch()),
                message.getVersion(),
                message.getReplicasList().stream().map(ImageWire::replica).toList());
    }

    static MetadataReplica replica(ReplicaImage replica) {
        return MetadataReplica.newBuilder().setMember(member(replica.member())).setState(state(replica.state())).build();
    }

    static ReplicaImage replica(MetadataReplica message) {
        return new ReplicaImage(member(message.getMember()), state(message.getState()));
    }

    static MetadataMember member(MemberImage member) {
        var out = MetadataMember.newBuilder().setUri(member.uri());
        NodeId node = member.nodeId();
        if (node != null) out.setNodeId(node.value());
        return out.build();
    }

    static MemberImage member(MetadataMember message) {
        return new MemberImage(message.getUri(), message.hasNodeId() ? new NodeId(message.getNodeId()) : null);
    }

    static MetadataReplicaState state(ReplicaState state) {
        return switch (state) {
            case ACTIVE -> MetadataReplicaState.ACTIVE;
            case STALE -> MetadataReplicaState.STALE;
            case SYNCING -> MetadataReplicaState.SYNCING;
        };
    }

    static ReplicaState state(MetadataReplicaState message) {
        return switch (message) {
            case ACTIVE -> ReplicaState.ACTIVE;
            case STALE -> ReplicaState.STALE;
            case SYNCING -> ReplicaState.SYNCING;
            case METADATA_REPLICA_STATE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("a replica has no state");
        };
    }

    static MetadataLease lease(LeaseImage lease) {
        var out = MetadataLease.newBuilder().setEpoch(lease.epoch().value()).setRenewals(lease.renewals());
        LeaseImage.Holder holder = lease.holder();
        if (holder != null) out.setHolder(holder(holder));
        return out.build();
    }

    static LeaseImage lease(MetadataLease message) {
        LeaseImage.@Nullable Holder holder = message.hasHolder() ? holder(message.getHolder()) : null;
        return new LeaseImage(new LeaseEpoch(message.getEpoch()), holder, message.getRenewals());
    }

    static MetadataCoordinator coordinator(CoordinatorImage coordinator) {
        return MetadataCoordinator.newBuilder()
                .setProcess(holder(coordinator.process()))
                .setUri(coordinator.uri())
                .setAnnouncements(coordinator.announcements())
                .build();
    }

    static CoordinatorImage coordinator(MetadataCoordinator message) {
        return new CoordinatorImage(holder(message.getProcess()), message.getUri(), message.getAnnouncements());
    }

    static MetadataHolder holder(LeaseImage.Holder holder) {
        return MetadataHolder.newBuilder().setCoordinator(holder.coordinator()).setIncarnation(holder.incarnation()).build();
    }

    static LeaseImage.Holder holder(MetadataHolder message) {
        return new LeaseImage.Holder(message.getCoordinator(), message.getIncarnation());
    }
}
