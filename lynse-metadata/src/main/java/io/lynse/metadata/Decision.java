package io.lynse.metadata;

import io.lynse.error.LynseError;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.Epoch;
import java.util.List;
import java.util.function.Function;

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

    static Decision decide(ClusterImage image, Command command) {
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
            case Command.BindNode bind -> bind(image, bind);
            case Command.Promote promote -> promote(image, promote);
        };
    }

    private static Decision declare(ClusterImage image, Command.DeclareCollection declare) {
        CollectionName name = declare.name();
        if (!image.databases().contains(name.database())) return refused(new LynseError.NotFound("database", name.database()));
        if (image.collection(name) != null) return refused(new LynseError.AlreadyExists("collection", name.collection()));
        var spec = declare.spec();
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
        return accepted(new MetadataRecord.DimensionFixed(collection.id(), dimension));
    }

    private static Decision allocate(CollectionImage collection, long count, long atLeast) {
        if (count < 1) return refused(LynseError.invalid("n_vectors", "at least one id must be asked for: " + count));
        long first = Math.max(collection.nextId(), atLeast);
        if (first > Long.MAX_VALUE - count) return refused(new LynseError.Conflict("collection " + collection.name() + " has no integer ids left"));
        return accepted(new MetadataRecord.IdsAllocated(collection.id(), first, count));
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
            if (!member.bound()) return accepted(new MetadataRecord.NodeBound(bind.group(), bind.uri(), bind.node()));
            return refused(new LynseError.Conflict("shard group " + bind.group() + " waits for " + member + ", not for node " + bind.node()));
        }
        return refused(new LynseError.NotFound("member", bind.uri()));
    }

    private static Decision promote(ClusterImage image, Command.Promote promote) {
        ShardGroupImage group = image.groups().get(promote.group());
        if (group == null) return refused(new LynseError.NotFound("shard group", promote.group().value()));
        if (!group.epoch().equals(promote.expected())) return refused(new LynseError.StaleEpoch(promote.expected(), group.epoch()));
        if (!promote.candidate().bound() || !group.activeMembers().contains(promote.candidate())) {
            return refused(new LynseError.Conflict(promote.candidate() + " is no active member of shard group " + promote.group()));
        }
        Epoch next = (promote.seen().compareTo(group.epoch()) > 0 ? promote.seen() : group.epoch()).next();
        return accepted(new MetadataRecord.PrimaryPromoted(group.id(), promote.candidate(), next));
    }

    private static Decision onCollection(ClusterImage image, CollectionId id, Function<CollectionImage, Decision> decide) {
        return image.collection(id).map(decide).orElseGet(() -> refused(new LynseError.NotFound("collection", id.toString())));
    }

    private static Decision accepted(MetadataRecord record) {
        return new Accepted(List.of(record));
    }

    private static Decision nothing() {
        return new Accepted(List.of());
    }

    private static Decision refused(LynseError error) {
        return new Refused(error);
    }
}
