package io.lynse.coordinator.collection;

import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Suspicions;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.coordinator.shardclient.IndexProgress;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.IndexMode;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes and drops. Everything is declared in the metadata first and then done on every group; a group that was away is
 * reconciled when it is back. So a create that fails half-way is no half collection: it is declared, and its groups follow.
 */
public final class CollectionService {

    private static final Logger log = LoggerFactory.getLogger(CollectionService.class);

    private static final Duration PROPOSAL_MAX = Duration.ofSeconds(15);

    /** A dropped name is free as soon as the metadata says so: nobody waits long for groups that are away. */
    private static final Duration DROP_MAX = Duration.ofSeconds(5);

    private static final Duration CHECKPOINT_MAX = Duration.ofMinutes(2);

    /** A node that dies while it builds is noticed within this time. */
    private static final Duration INDEX_ATTEMPT_MAX = Duration.ofSeconds(15);

    /** What a node that waited leaves for its answer's way back. */
    private static final Duration ANSWER_TIME = Duration.ofMillis(500);

    private final MetadataAuthority authority;
    private final LedCommands commands;
    private final Catalog catalog;
    private final GroupCalls groups;
    private final SchemaCalls schema;
    private final Supplier<byte[]> writeIds;

    /** @param writeIds gives 16 random bytes */
    public CollectionService(
            MetadataAuthority authority, LedCommands commands, Catalog catalog, GroupCalls groups, Suspicions suspicions, Supplier<byte[]> writeIds) {
        this.authority = authority;
        this.commands = commands;
        this.catalog = catalog;
        this.groups = groups;
        this.schema = new SchemaCalls(groups, suspicions);
        this.writeIds = writeIds;
    }

    public void createDatabase(String database, boolean dropIfExists, Deadline deadline) {
        if (dropIfExists) dropDatabase(database, deadline);
        LeaseEpoch lease = propose(new Command.CreateDatabase(database), deadline).lease();
        onAll(allGroups(), Entry.createDatabase(database), lease, deadline);
    }

    public void dropDatabase(String database, Deadline deadline) {
        // Taken before it is decided: this may reach a group long after, when the name has come back with other collections. One that was created
        // in between is dropped by the next reconciliation.
        long below = authority.image().nextCollectionId();
        LedCommands.Decided dropped = propose(new Command.DropDatabase(database), deadline);
        if (dropped.records().isEmpty()) return;
        drop(allGroups(), Entry.dropDatabase(database, below), dropped.lease(), deadline);
    }

    /** Opens or creates. For an existing collection what is stored wins. */
    public CollectionImage open(CollectionName name, CollectionSpec spec, boolean dropIfExists, Deadline deadline) {
        if (dropIfExists) drop(name, deadline);
        var existing = catalog.find(name);
        if (existing.isPresent()) return opened(existing.get(), spec);
        LeaseEpoch lease;
        try {
            // On a coordinator a collection has an index from its first moment on (wire contract 10.1).
            lease = propose(new Command.DeclareCollection(name, spec, IndexMode.DEFAULT), deadline).lease();
        } catch (LynseException raced) {
            // Another client was faster: what it created is opened.
            if (raced.error() instanceof LynseError.AlreadyExists) return opened(catalog.require(name), spec);
            throw raced;
        }
        CollectionImage declared = catalog.require(name);
        onAll(declared.table().groups(), Entry.create(declared), lease, deadline);
        return declared;
    }

    private static CollectionImage opened(CollectionImage existing, CollectionSpec spec) {
        if (existing.elementType() == spec.elementType()) return existing;
        throw new LynseException(LynseError.invalid("dtypes", "Invalid argument: collection " + existing.name().collection() + " stores "
                + existing.elementType().text() + ", not " + spec.elementType().text()));
    }

    /** One that does not exist is no error. @throws LynseException NotFound if the database does not exist */
    public void drop(CollectionName name, Deadline deadline) {
        var existing = catalog.find(name);
        if (existing.isEmpty()) return;
        LeaseEpoch lease = propose(new Command.DropCollection(name), deadline).lease();
        drop(existing.get().table().groups(), Entry.drop(existing.get().id()), lease, deadline);
    }

    private void drop(List<ShardGroupId> targets, Entry entry, LeaseEpoch lease, Deadline deadline) {
        try {
            onAll(targets, entry, lease, deadline.atMost(DROP_MAX));
        } catch (LynseException away) {
            log.atWarn().addKeyValue("entry", entry.name()).addKeyValue("reason", away.error().message()).log("a group is away, it drops when it is back");
        }
    }

    public void updateDescription(CollectionImage collection, String description, Deadline deadline) {
        LeaseEpoch lease = propose(new Command.UpdateDescription(collection.id(), description), deadline).lease();
        onAll(collection.table().groups(), Entry.setDescription(collection.id(), description), lease, deadline);
    }

    /**
     * Records the wanted index everywhere, and waits until every primary has built it.
     * @param parameters a JSON object
     * @throws LynseException OutcomeUnknown: the builds go on; Conflict: a primary cannot build it
     */
    public void setIndex(CollectionImage collection, @Nullable IndexMode mode, String parameters, Deadline deadline) {
        LeaseEpoch lease = propose(new Command.SetIndex(collection.id(), mode, parameters), deadline).lease();
        CollectionImage changed = catalog.require(collection.name());
        onAll(changed.table().groups(), Entry.setIndex(changed), lease, deadline);
        if (mode != null && mode.approximate()) groups.all(changed.table().groups(), group -> awaitIndex(group, changed, deadline));
    }

    private boolean awaitIndex(ShardGroupId group, CollectionImage collection, Deadline deadline) {
        while (true) {
            IndexProgress progress = groups.onPrimary(group, INDEX_ATTEMPT_MAX, deadline, (node, fence, attempt) -> {
                Duration wait = Duration.ofNanos(Math.max(0, attempt.remainingNanos() - ANSWER_TIME.toNanos()));
                return node.awaitIndex(fence, collection.id(), wait, attempt);
            });
            if (progress.failed()) {
                throw new LynseException(new LynseError.Conflict("shard group " + group + ": no index is built, searches stay exact: " + progress.state()));
            }
            if (!progress.building()) return true;
            if (deadline.remainingNanos() <= 2 * ANSWER_TIME.toNanos()) {
                throw new LynseException(new LynseError.OutcomeUnknown("shard group " + group + ": the index is not built yet (" + progress.state()
                        + "); the build goes on"));
            }
        }
    }

    /** @return rows removed, over all groups */
    public long compact(CollectionImage collection, Deadline deadline) {
        return schema.onAll(collection.table().groups(), Entry.compact(collection.id(), writeIds.get()), null, deadline).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Every primary makes what it acknowledged durable in segments too. */
    public void checkpoint(CollectionImage collection, Deadline deadline) {
        groups.all(collection.table().groups(), group -> groups.onPrimary(group, CHECKPOINT_MAX, deadline, (node, fence, attempt) -> {
            node.checkpoint(fence, collection.id(), attempt);
            return true;
        }));
    }

    private void onAll(List<ShardGroupId> targets, Entry entry, LeaseEpoch lease, Deadline deadline) {
        try {
            schema.onAll(targets, entry, lease, deadline);
        } catch (LynseException failed) {
            throw commands.told(failed, lease);
        }
    }

    private LedCommands.Decided propose(Command command, Deadline deadline) {
        return commands.propose(command, deadline.atMost(PROPOSAL_MAX));
    }

    private List<ShardGroupId> allGroups() {
        return List.copyOf(authority.image().groups().keySet());
    }
}
