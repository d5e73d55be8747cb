package io.lynse.metadata;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Epoch;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata answers to a command. Deciding is a function of the image and the command alone: no clock, no random
 * number, no I/O, so every owner comes to the same answer.
 */
public sealed interface Decision {

    /** @param records what is to be applied, in this order; none: it was so already */
    record Accepted(List<MetadataRecord> records) implements Decision {
        public Accepted {
            records = List.copyOf(records);
        }
    }

    record Refused(LynseError error) implements Decision {}

    /** Far more than any cluster has; every collection's table names all of them. */
    int GROUPS_MAX = 1024;

    /** A primary waits for each of them before it acknowledges. */
    int REPLICAS_MAX = 16;

    /** Far more than any cluster has: one that announces itself under ever new names does not fill the image. */
    int COORDINATORS_MAX = 64;

    static Decision decide(ClusterImage image, Command command) {
        LeaseEpoch lease = image.lease().epoch();
        if (command instanceof Command.Led(LeaseEpoch under, Command led)) {
            if (!under.equals(lease)) return refused(new LynseError.Conflict("lease " + under + " was followed by lease " + lease + ": another coordinator leads"));
            return decideUnfenced(image, led);
        }
        // Where no coordinator ever took the lease, there is one alone and its commands need no fence.
        if (isControl(command) && !lease.equals(LeaseEpoch.NONE)) return refused(new LynseError.Conflict("only the leading coordinator may do this"));
        return decideUnfenced(image, command);
    }

    /** Whether the command is one of the leading coordinator alone. */
    private static boolean isControl(Command command) {
        return switch (command) {
            case Command.CreateDatabase _, Command.DropDatabase _, Command.DeclareCollection _, Command.DropCollection _, Command.SetIndex _,
                    Command.UpdateDescription _, Command.AddGroup _, Command.AddReplica _, Command.RemoveReplica _, Command.BindNode _, Command.Promote _, Command.SwitchOver _, Command.ForcePromote _ -> true;
            // Asked by primaries, by any coordinator that serves a write, or about the coordinators themselves.
            case Command.MarkActive _, Command.MarkStale _, Command.FixDimension _, Command.AllocateIds _, Command.AcquireLease _,
                    Command.RenewLease _, Command.ReleaseLease _, Command.AnnounceCoordinator _, Command.RetireCoordinator _, Command.Led _ -> false;
        };
    }

    private static Decision decideUnfenced(ClusterImage image, Command command) {
        return switch (command) {
            case Command.CreateDatabase(String database) ->
                image.databases().contains(database) ? nothing() : accepted(new MetadataRecord.DatabaseCreated(database));
            case Command.DropDatabase(String database) ->
                image.databases().contains(database) ? accepted(new MetadataRecord.DatabaseDropped(database)) : nothing();
            case Command.DeclareCollection declare -> declare(image, declare);
            case Command.DropCollection(CollectionName name) -> drop(image, name);
            case Command.FixDimension(CollectionId id, int dimension) -> onCollection(image, id, collection -> fixDimension(collection, dimension));
            case Command.SetIndex(CollectionId id, var mode, String parameters) ->
                onCollection(image, id, _ -> accepted(new MetadataRecord.IndexSet(id, mode, parameters)));
            case Command.UpdateDescription(CollectionId id, String description) ->
                onCollection(image, id, _ -> accepted(new MetadataRecord.DescriptionUpdated(id, description)));
            case Command.AllocateIds(CollectionId id, long count, long atLeast) ->
                onCollection(image, id, collection -> allocate(collection, count, atLeast));
            case Command.AddGroup add -> addGroup(image, add);
            case Command.AddReplica(var group, String uri) -> Replicas.add(image, group, uri);
            case Command.RemoveReplica(var group, String uri) -> Replicas.remove(image, group, uri);
            case Command.BindNode bind -> bind(image, bind);
            case Command.Promote(var group, var candidate, var expected, var seen) ->
                Promotions.decide(image, group, candidate, expected, seen, Promotions.Kind.FAILOVER);
            case Command.SwitchOver(var group, var candidate, var expected, var seen) ->
                Promotions.decide(image, group, candidate, expected, seen, Promotions.Kind.PLANNED);
            case Command.ForcePromote(var group, var candidate, var expected, var seen) ->
                Promotions.decide(image, group, candidate, expected, seen, Promotions.Kind.FORCED);
            case Command.MarkActive(var group, var member, var epoch, long version) -> mark(image, group, member, epoch, version, ReplicaState.ACTIVE);
            case Command.MarkStale(var group, var member, var epoch, long version) -> mark(image, group, member, epoch, version, ReplicaState.STALE);
            case Command.AcquireLease(var holder, var seen, long renewals) -> acquire(image.lease(), holder, seen, renewals);
            case Command.RenewLease(var holder, var epoch) -> whileHeld(image.lease(), holder, epoch, image.lease().renewed());
            case Command.ReleaseLease(var holder, var epoch) -> whileHeld(image.lease(), holder, epoch, image.lease().released());
            case Command.AnnounceCoordinator announce -> announce(image, announce);
            case Command.RetireCoordinator(var process, long announcements) -> retire(image.coordinators().get(process), announcements);
            case Command.Led _ -> throw new IllegalArgumentException("a command is led once");
        };
    }

    private static Decision declare(ClusterImage image, Command.DeclareCollection declare) {
        CollectionName name = declare.name();
        if (!image.databases().contains(name.database())) return refused(new LynseError.NotFound("database", name.database()));
        if (image.collection(name) != null) return refused(new LynseError.AlreadyExists("collection", name.collection()));
        var spec = declare.spec();
        if (spec.dimension() > CollectionSpec.DIMENSION_MAX) {
            return refused(LynseError.invalid("dim", "dim must be at most " + CollectionSpec.DIMENSION_MAX + ", got " + spec.dimension()));
        }
        return accepted(new MetadataRecord.CollectionDeclared(new CollectionImage(
                new CollectionId(image.nextCollectionId()),
                name,
                spec.dimension(),
                spec.elementType(),
                spec.description(),
                declare.indexMode(),
                CollectionImage.NO_PARAMETERS,
                BucketTable.striped(List.copyOf(image.groups().keySet()), image.bucketCount()),
                0)));
    }

    private static Decision drop(ClusterImage image, CollectionName name) {
        if (!image.databases().contains(name.database())) return refused(new LynseError.NotFound("database", name.database()));
        CollectionImage collection = image.collection(name);
        return collection == null ? nothing() : accepted(new MetadataRecord.CollectionDropped(collection.id()));
    }

    private static Decision fixDimension(CollectionImage collection, int dimension) {
        if (dimension < 1) return refused(LynseError.invalid("dim", "a dimension must be at least 1: " + dimension));
        if (collection.dimension() == dimension) return nothing();
        if (collection.dimension() != 0) {
            return refused(LynseError.invalid("vectors", "Dimension mismatch: expected " + collection.dimension() + ", got " + dimension));
        }
        // Once fixed it stays: a length that every group refuses would leave a collection without use.
        if (dimension > CollectionSpec.DIMENSION_MAX) {
            return refused(LynseError.invalid("vectors", "vector dimension must be between 1 and " + CollectionSpec.DIMENSION_MAX + ", got " + dimension));
        }
        return accepted(new MetadataRecord.DimensionFixed(collection.id(), dimension));
    }

    private static Decision allocate(CollectionImage collection, long count, long atLeast) {
        if (count < 1) return refused(LynseError.invalid("n_vectors", "at least one id must be asked for: " + count));
        long first = Math.max(collection.nextId(), atLeast);
        if (first > Long.MAX_VALUE - count) return refused(new LynseError.Conflict("collection " + collection.name() + " has no integer ids left"));
        return accepted(new MetadataRecord.IdsAllocated(collection.id(), first, count));
    }

    private static Decision addGroup(ClusterImage image, Command.AddGroup add) {
        var uris = new TreeSet<>(add.replicas());
        if (!uris.add(add.primary()) || uris.size() != add.replicas().size() + 1) {
            return refused(LynseError.invalid("replicas", "every member of shard group " + add.group() + " needs an address of its own"));
        }
        ShardGroupImage known = image.groups().get(add.group());
        if (known != null) {
            boolean same = known.members().stream().map(MemberImage::uri).collect(Collectors.toSet()).equals(uris);
            return same ? nothing() : refused(new LynseError.AlreadyExists("shard group", add.group().value()));
        }
        if (image.groups().size() >= GROUPS_MAX) return refused(new LynseError.Conflict("a cluster has at most " + GROUPS_MAX + " shard groups"));
        for (ShardGroupImage other : image.groups().values()) {
            for (MemberImage member : other.members()) {
                if (uris.contains(member.uri())) return refused(new LynseError.Conflict(member.uri() + " is a member of shard group " + other.id()));
            }
        }
        // Replicas hold nothing yet: each is active once its primary found it level.
        return accepted(new MetadataRecord.GroupAdded(new ShardGroupImage(add.group(), new MemberImage(add.primary(), null), new Epoch(1), 1,
                add.replicas().stream().map(uri -> new ReplicaImage(new MemberImage(uri, null), ReplicaState.STALE)).toList())));
    }

    private static Decision bind(ClusterImage image, Command.BindNode bind) {
        ShardGroupImage group = image.groups().get(bind.group());
        if (group == null) return refused(new LynseError.NotFound("shard group", bind.group().value()));
        for (ShardGroupImage other : image.groups().values()) {
            for (MemberImage member : other.members()) {
                if (member.is(bind.node()) && !member.uri().equals(bind.uri())) {
                    // A copied data directory: two nodes of one identity would count as one member.
                    return refused(new LynseError.Conflict("node " + bind.node() + " at " + bind.uri() + " is a copy of the one at " + member.uri()));
                }
            }
        }
        for (MemberImage member : group.members()) {
            if (!member.uri().equals(bind.uri())) continue;
            if (member.is(bind.node())) return nothing();
            // A replica's wiped or swapped disk: the node begins anew, as stale, whatever it says it holds.
            if (!member.bound() || !member.equals(group.primary())) return accepted(new MetadataRecord.NodeBound(bind.group(), bind.uri(), bind.node()));
            return refused(new LynseError.Conflict("shard group " + bind.group() + " waits for " + member + ", not for node " + bind.node()));
        }
        return refused(new LynseError.NotFound("member", bind.uri()));
    }

    private static Decision mark(ClusterImage image, ShardGroupId id, MemberImage member, Epoch epoch, long version, ReplicaState state) {
        ShardGroupImage group = image.groups().get(id);
        if (group == null) return refused(new LynseError.NotFound("shard group", id.value()));
        if (!group.epoch().equals(epoch)) return refused(new LynseError.StaleEpoch(epoch, group.epoch()));
        if (group.version() != version) return refused(new LynseError.Conflict("shard group " + id + " is at version " + group.version() + ", not " + version));
        if (state == ReplicaState.ACTIVE && !image.durability().mirrors()) {
            return refused(new LynseError.Conflict("write_mirror_replicas is false: no replica of shard group " + id + " is waited for"));
        }
        boolean known = group.replicas().stream().anyMatch(replica -> replica.member().equals(member));
        if (state == ReplicaState.ACTIVE && (!known || !member.bound())) {
            return refused(new LynseError.Conflict(member + " is no replica of shard group " + id));
        }
        return accepted(new MetadataRecord.ReplicaMarked(id, member, state));
    }

    private static Decision acquire(LeaseImage lease, LeaseImage.Holder holder, LeaseEpoch seen, long renewals) {
        if (!lease.epoch().equals(seen) || lease.renewals() != renewals) {
            return refused(new LynseError.Conflict("the lease is at epoch " + lease.epoch() + " and " + lease.renewals() + " renewals, not at " + seen + " and " + renewals));
        }
        return accepted(new MetadataRecord.LeaseChanged(lease.takenBy(holder)));
    }

    private static Decision whileHeld(LeaseImage lease, LeaseImage.Holder holder, LeaseEpoch epoch, LeaseImage next) {
        if (!lease.isHeld(holder, epoch)) return refused(new LynseError.Conflict("the lease is held by " + lease.holder() + " in epoch " + lease.epoch()));
        return accepted(new MetadataRecord.LeaseChanged(next));
    }

    private static Decision announce(ClusterImage image, Command.AnnounceCoordinator announce) {
        CoordinatorImage known = image.coordinators().get(announce.process());
        if (known == null && image.coordinators().size() >= COORDINATORS_MAX) {
            return refused(new LynseError.Conflict("there are " + COORDINATORS_MAX + " coordinators already"));
        }
        long before = known == null ? 0 : known.announcements();
        return accepted(new MetadataRecord.CoordinatorAnnounced(new CoordinatorImage(announce.process(), announce.uri(), before + 1)));
    }

    private static Decision retire(@Nullable CoordinatorImage known, long announcements) {
        if (known == null) return nothing();
        if (known.announcements() != announcements) {
            return refused(new LynseError.Conflict("coordinator " + known.process() + " has announced itself " + known.announcements() + " times, not " + announcements));
        }
        return accepted(new MetadataRecord.CoordinatorRetired(known.process()));
    }

    private static Decision onCollection(ClusterImage image, CollectionId id, Function<CollectionImage, Decision> decide) {
        return image.collection(id).map(decide).orElseGet(() -> refused(new LynseError.NotFound("collection", id.toString())));
    }

    static Decision accepted(MetadataRecord record) {
        return new Accepted(List.of(record));
    }

    static Decision nothing() {
        return new Accepted(List.of());
    }

    static Decision refused(LynseError error) {
        return new Refused(error);
    }
}
