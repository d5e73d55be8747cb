package io.lynse.metadata.wire;

import io.lynse.metadata.MetadataRecord;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.MetadataChange;
import io.lynse.wire.v1.MetadataChanges;
import java.util.List;

/** {@link MetadataRecord}. Whatever reads a message throws IllegalArgumentException when it says what no record can say. */
public final class ChangeWire {

    private ChangeWire() {}

    public static MetadataChanges changes(List<MetadataRecord> records) {
        var out = MetadataChanges.newBuilder();
        records.forEach(record -> out.addChanges(change(record)));
        return out.build();
    }

    public static List<MetadataRecord> records(MetadataChanges message) {
        return message.getChangesList().stream().map(ChangeWire::record).toList();
    }

    private static MetadataChange change(MetadataRecord record) {
        var out = MetadataChange.newBuilder();
        switch (record) {
            case MetadataRecord.DatabaseCreated(var database) -> out.setDatabaseCreated(database);
            case MetadataRecord.DatabaseDropped(var database) -> out.setDatabaseDropped(database);
            case MetadataRecord.CollectionDeclared(var collection) -> out.setCollectionDeclared(ImageWire.collection(collection));
            case MetadataRecord.CollectionDropped(var id) -> out.setCollectionDropped(id.value());
            case MetadataRecord.DimensionFixed(var id, int dimension) -> out.getDimensionFixedBuilder().setCollectionId(id.value()).setDimension(dimension);
            case MetadataRecord.IndexSet(var id, var mode, var parameters) -> {
                var set = out.getIndexSetBuilder().setCollectionId(id.value()).setParametersJson(parameters);
                if (mode != null) set.setMode(mode.text());
            }
            case MetadataRecord.DescriptionUpdated(var id, var text) -> out.getDescriptionUpdatedBuilder().setCollectionId(id.value()).setDescription(text);
            case MetadataRecord.IdsAllocated(var id, long first, long count) ->
                out.getIdsAllocatedBuilder().setCollectionId(id.value()).setFirst(first).setCount(count);
            case MetadataRecord.GroupAdded(var group) -> out.setGroupAdded(ImageWire.group(group));
            case MetadataRecord.ReplicasChanged(var group, var replicas) -> {
                var changed = out.getReplicasChangedBuilder().setGroup(group.value());
                replicas.forEach(replica -> changed.addReplicas(ImageWire.replica(replica)));
            }
            case MetadataRecord.NodeBound(var group, var uri, var node) ->
                out.getNodeBoundBuilder().setGroup(group.value()).setUri(uri).setNodeId(node.value());
            case MetadataRecord.PrimaryPromoted(var group, var primary, var epoch, var others) -> {
                var promoted = out.getPrimaryPromotedBuilder().setGroup(group.value()).setPrimary(ImageWire.member(primary)).setEpoch(epoch.value());
                others.forEach(replica -> promoted.addOthers(ImageWire.replica(replica)));
            }
            case MetadataRecord.ReplicaMarked(var group, var member, var state) ->
                out.getReplicaMarkedBuilder().setGroup(group.value()).setMember(ImageWire.member(member)).setState(ImageWire.state(state));
            case MetadataRecord.LeaseChanged(var lease) -> out.setLeaseChanged(ImageWire.lease(lease));
            case MetadataRecord.CoordinatorAnnounced(var coordinator) -> out.setCoordinatorAnnounced(ImageWire.coordinator(coordinator));
            case MetadataRecord.CoordinatorRetired(var process) -> out.setCoordinatorRetired(ImageWire.holder(process));
        }
        return out.build();
    }

    private static MetadataRecord record(MetadataChange message) {
        return switch (message.getKindCase()) {
            case DATABASE_CREATED -> new MetadataRecord.DatabaseCreated(message.getDatabaseCreated());
            case DATABASE_DROPPED -> new MetadataRecord.DatabaseDropped(message.getDatabaseDropped());
            case COLLECTION_DECLARED -> new MetadataRecord.CollectionDeclared(ImageWire.collection(message.getCollectionDeclared()));
            case COLLECTION_DROPPED -> new MetadataRecord.CollectionDropped(new CollectionId(message.getCollectionDropped()));
            case DIMENSION_FIXED -> new MetadataRecord.DimensionFixed(
                    new CollectionId(message.getDimensionFixed().getCollectionId()), message.getDimensionFixed().getDimension());
            case INDEX_SET -> {
                var set = message.getIndexSet();
                yield new MetadataRecord.IndexSet(
                        new CollectionId(set.getCollectionId()), set.hasMode() ? ImageWire.mode(set.getMode()) : null, set.getParametersJson());
            }
            case DESCRIPTION_UPDATED -> new MetadataRecord.DescriptionUpdated(
                    new CollectionId(message.getDescriptionUpdated().getCollectionId()), message.getDescriptionUpdated().getDescription());
            case IDS_ALLOCATED -> {
                var ids = message.getIdsAllocated();
                yield new MetadataRecord.IdsAllocated(new CollectionId(ids.getCollectionId()), ids.getFirst(), ids.getCount());
            }
            case GROUP_ADDED -> new MetadataRecord.GroupAdded(ImageWire.group(message.getGroupAdded()));
            case REPLICAS_CHANGED -> new MetadataRecord.ReplicasChanged(
                    new ShardGroupId(message.getReplicasChanged().getGroup()), message.getReplicasChanged().getReplicasList().stream().map(ImageWire::replica).toList());
            case NODE_BOUND -> {
                var bound = message.getNodeBound();
                yield new MetadataRecord.NodeBound(new ShardGroupId(bound.getGroup()), bound.getUri(), new NodeId(bound.getNodeId()));
            }
            case PRIMARY_PROMOTED -> {
                var promoted = message.getPrimaryPromoted();
                yield new MetadataRecord.PrimaryPromoted(
                        new ShardGroupId(promoted.getGroup()), ImageWire.member(promoted.getPrimary()), new Epoch(promoted.getEpoch()),
                        promoted.getOthersList().stream().map(ImageWire::replica).toList());
            }
            case REPLICA_MARKED -> {
                var marked = message.getReplicaMarked();
                yield new MetadataRecord.ReplicaMarked(
                        new ShardGroupId(marked.getGroup()), ImageWire.member(marked.getMember()), ImageWire.state(marked.getState()));
            }
            case LEASE_CHANGED -> new MetadataRecord.LeaseChanged(ImageWire.lease(message.getLeaseChanged()));
            case COORDINATOR_ANNOUNCED -> new MetadataRecord.CoordinatorAnnounced(ImageWire.coordinator(message.getCoordinatorAnnounced()));
            case COORDINATOR_RETIRED -> new MetadataRecord.CoordinatorRetired(ImageWire.holder(message.getCoordinatorRetired()));
            case KIND_NOT_SET -> throw new IllegalArgumentException("a change of a newer version, unknown here");
        };
    }
}
