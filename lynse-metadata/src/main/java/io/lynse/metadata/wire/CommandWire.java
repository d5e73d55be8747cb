package io.lynse.metadata.wire;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.MetadataCommand;

/** {@link Command}. Whatever reads a message throws IllegalArgumentException when it says what no command can say. */
public final class CommandWire {

    private CommandWire() {}

    public static MetadataCommand command(Command command) {
        var out = MetadataCommand.newBuilder();
        if (command instanceof Command.Led(LeaseEpoch lease, Command led)) {
            return fill(out.setUnderLease(lease.value()), led).build();
        }
        return fill(out, command).build();
    }

    public static Command command(MetadataCommand message) {
        Command bare = bare(message);
        return message.hasUnderLease() ? new Command.Led(new LeaseEpoch(message.getUnderLease()), bare) : bare;
    }

    private static MetadataCommand.Builder fill(MetadataCommand.Builder out, Command command) {
        switch (command) {
            case Command.CreateDatabase(var database) -> out.setCreateDatabase(database);
            case Command.DropDatabase(var database) -> out.setDropDatabase(database);
            case Command.DeclareCollection declare -> out.setDeclareCollection(declare(declare));
            case Command.DropCollection(var name) -> out.getDropCollectionBuilder().setDatabase(name.database()).setCollection(name.collection());
            case Command.FixDimension(var id, int dimension) -> out.getFixDimensionBuilder().setCollectionId(id.value()).setDimension(dimension);
            case Command.SetIndex(var id, var mode, var parameters) -> {
                var set = out.getSetIndexBuilder().setCollectionId(id.value()).setParametersJson(parameters);
                if (mode != null) set.setMode(mode.text());
            }
            case Command.UpdateDescription(var id, var text) -> out.getUpdateDescriptionBuilder().setCollectionId(id.value()).setDescription(text);
            case Command.AllocateIds(var id, long count, long atLeast) ->
                out.getAllocateIdsBuilder().setCollectionId(id.value()).setCount(count).setAtLeast(atLeast);
            case Command.AddGroup(var group, var primary, var replicas) ->
                out.getAddGroupBuilder().setGroup(group.value()).setPrimary(primary).addAllReplicas(replicas);
            case Command.AddReplica(var group, var uri) -> out.getAddReplicaBuilder().setGroup(group.value()).setUri(uri);
            case Command.RemoveReplica(var group, var uri) -> out.getRemoveReplicaBuilder().setGroup(group.value()).setUri(uri);
            case Command.BindNode(var group, var uri, var node) -> out.getBindNodeBuilder().setGroup(group.value()).setUri(uri).setNodeId(node.value());
            case Command.Promote(var group, var candidate, var expected, var seen) -> out.setPromote(promote(group, candidate, expected, seen));
            case Command.SwitchOver(var group, var candidate, var expected, var seen) -> out.setSwitchOver(promote(group, candidate, expected, seen));
            case Command.ForcePromote(var group, var candidate, var expected, var seen) -> out.setForcePromote(promote(group, candidate, expected, seen));
            case Command.MarkActive(var group, var member, var epoch, long version) -> out.setMarkActive(mark(group, member, epoch, version));
            case Command.MarkStale(var group, var member, var epoch, long version) -> out.setMarkStale(mark(group, member, epoch, version));
            case Command.AcquireLease(var holder, var seen, long renewals) ->
                out.getAcquireLeaseBuilder().setHolder(ImageWire.holder(holder)).setSeenEpoch(seen.value()).setRenewalsSeen(renewals);
            case Command.RenewLease(var holder, var epoch) -> out.getRenewLeaseBuilder().setHolder(ImageWire.holder(holder)).setEpoch(epoch.value());
            case Command.ReleaseLease(var holder, var epoch) -> out.getReleaseLeaseBuilder().setHolder(ImageWire.holder(holder)).setEpoch(epoch.value());
            case Command.AnnounceCoordinator(var process, var uri) -> out.getAnnounceCoordinatorBuilder().setProcess(ImageWire.holder(process)).setUri(uri);
            case Command.RetireCoordinator(var process, long announcements) ->
                out.getRetireCoordinatorBuilder().setProcess(ImageWire.holder(process)).setAnnouncements(announcements);
            case Command.Led _ -> throw new IllegalArgumentException("a command is led once");
        }
        return out;
    }

    private static Command bare(MetadataCommand message) {
        return switch (message.getKindCase()) {
            case CREATE_DATABASE -> new Command.CreateDatabase(message.getCreateDatabase());
            case DROP_DATABASE -> new Command.DropDatabase(message.getDropDatabase());
            case DECLARE_COLLECTION -> declare(message.getDeclareCollection());
            case DROP_COLLECTION ->
                new Command.DropCollection(new CollectionName(message.getDropCollection().getDatabase(), message.getDropCollection().getCollection()));
            case FIX_DIMENSION -> new Command.FixDimension(new CollectionId(message.getFixDimension().getCollectionId()), message.getFixDimension().getDimension());
            case SET_INDEX -> {
                var set = message.getSetIndex();
                yield new Command.SetIndex(new CollectionId(set.getCollectionId()), set.hasMode() ? ImageWire.mode(set.getMode()) : null, set.getParametersJson());
            }
            case UPDATE_DESCRIPTION -> new Command.UpdateDescription(
                    new CollectionId(message.getUpdateDescription().getCollectionId()), message.getUpdateDescription().getDescription());
            case ALLOCATE_IDS -> {
                var allocate = message.getAllocateIds();
                yield new Command.AllocateIds(new CollectionId(allocate.getCollectionId()), allocate.getCount(), allocate.getAtLeast());
            }
            case ADD_GROUP -> new Command.AddGroup(
                    new ShardGroupId(message.getAddGroup().getGroup()), message.getAddGroup().getPrimary(), message.getAddGroup().getReplicasList());
            case ADD_REPLICA -> new Command.AddReplica(new ShardGroupId(message.getAddReplica().getGroup()), message.getAddReplica().getUri());
            case REMOVE_REPLICA -> new Command.RemoveReplica(new ShardGroupId(message.getRemoveReplica().getGroup()), message.getRemoveReplica().getUri());
            case BIND_NODE -> {
                var bind = message.getBindNode();
                yield new Command.BindNode(new ShardGroupId(bind.getGroup()), bind.getUri(), new NodeId(bind.getNodeId()));
            }
            case PROMOTE -> promotion(message.getPromote(), Command.Promote::new);
            case SWITCH_OVER -> promotion(message.getSwitchOver(), Command.SwitchOver::new);
            case FORCE_PROMOTE -> promotion(message.getForcePromote(), Command.ForcePromote::new);
            case MARK_ACTIVE -> marking(message.getMarkActive(), Command.MarkActive::new);
            case MARK_STALE -> marking(message.getMarkStale(), Command.MarkStale::new);
            case ACQUIRE_LEASE -> {
                var acquire = message.getAcquireLease();
                yield new Command.AcquireLease(ImageWire.holder(acquire.getHolder()), new LeaseEpoch(acquire.getSeenEpoch()), acquire.getRenewalsSeen());
            }
            case RENEW_LEASE -> new Command.RenewLease(ImageWire.holder(message.getRenewLease().getHolder()), new LeaseEpoch(message.getRenewLease().getEpoch()));
            case RELEASE_LEASE ->
                new Command.ReleaseLease(ImageWire.holder(message.getReleaseLease().getHolder()), new LeaseEpoch(message.getReleaseLease().getEpoch()));
            case ANNOUNCE_COORDINATOR ->
                new Command.AnnounceCoordinator(ImageWire.holder(message.getAnnounceCoordinator().getProcess()), message.getAnnounceCoordinator().getUri());
            case RETIRE_COORDINATOR ->
                new Command.RetireCoordinator(ImageWire.holder(message.getRetireCoordinator().getProcess()), message.getRetireCoordinator().getAnnouncements());
            case KIND_NOT_SET -> throw new IllegalArgumentException("a command of a newer version, unknown here");
        };
    }

    private static MetadataCommand.DeclareCollection declare(Command.DeclareCollection declare) {
        CollectionSpec spec = declare.spec();
        var out = MetadataCommand.DeclareCollection.newBuilder()
                .setDatabase(declare.name().database())
                .setCollection(declare.name().collection())
                .setDimension(spec.dimension())
                .setElementType(Wire.elementType(spec.elementType()));
        if (spec.description() != null) out.setDescription(spec.description());
        if (declare.indexMode() != null) out.setIndexMode(declare.indexMode().text());
        return out.build();
    }

    private static Command declare(MetadataCommand.DeclareCollection message) {
        return new Command.DeclareCollection(
                new CollectionName(message.getDatabase(), message.getCollection()),
                new CollectionSpec(
                        message.getDimension(), Wire.elementType(message.getElementType()), message.hasDescription() ? message.getDescription() : null),
                message.hasIndexMode() ? ImageWire.mode(message.getIndexMode()) : null);
    }

    private static MetadataCommand.Promote promote(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen) {
        return MetadataCommand.Promote.newBuilder()
                .setGroup(group.value())
                .setCandidate(ImageWire.member(candidate))
                .setExpectedEpoch(expected.value())
                .setSeenEpoch(seen.value())
                .build();
    }

    private interface Promotion {
        Command of(ShardGroupId group, MemberImage candidate, Epoch expected, Epoch seen);
    }

    private static Command promotion(MetadataCommand.Promote message, Promotion kind) {
        return kind.of(
                new ShardGroupId(message.getGroup()), ImageWire.member(message.getCandidate()),
                new Epoch(message.getExpectedEpoch()), new Epoch(message.getSeenEpoch()));
    }

    private static MetadataCommand.Mark mark(ShardGroupId group, MemberImage member, Epoch epoch, long version) {
        return MetadataCommand.Mark.newBuilder()
                .setGroup(group.value())
                .setMember(ImageWire.member(member))
                .setEpoch(epoch.value())
                .setVersion(version)
                .build();
    }

    private interface Marking {
        Command of(ShardGroupId group, MemberImage member, Epoch epoch, long version);
    }

    private static Command marking(MetadataCommand.Mark message, Marking kind) {
        return kind.of(new ShardGroupId(message.getGroup()), ImageWire.member(message.getMember()), new Epoch(message.getEpoch()), message.getVersion());
    }
}
