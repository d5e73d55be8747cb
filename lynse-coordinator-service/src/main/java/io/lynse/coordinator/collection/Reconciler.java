package io.lynse.coordinator.collection;

import io.lynse.coordinator.collection.CatalogDiff.Comparison;
import io.lynse.coordinator.collection.CatalogDiff.Repair;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Suspicions;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.coordinator.shardclient.Holdings;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a group's primary in line with what is declared: a group that was away when something was created, dropped or changed catches up. */
public final class Reconciler implements Consumer<ShardGroupId> {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(5);
    private static final Duration WHOLE_MAX = Duration.ofSeconds(30);

    /** What changes while a group is reconciled is compared again, so often. */
    private static final int ROUNDS_MAX = 5;

    private final MetadataAuthority authority;
    private final GroupCalls groups;
    private final SchemaCalls schema;

    public Reconciler(MetadataAuthority authority, GroupCalls groups, Suspicions suspicions) {
        this.authority = authority;
        this.groups = groups;
        this.schema = new SchemaCalls(groups, suspicions);
    }

    /** @throws LynseException if the group cannot be brought in line now */
    @Override
    public void accept(ShardGroupId group) {
        Deadline deadline = Deadline.after(WHOLE_MAX);
        for (int round = 0; round < ROUNDS_MAX; round++) {
            Holdings there = groups.read(group, ATTEMPT_MAX, deadline, (node, fence, attempt) -> node.list(fence, attempt));
            // In this order: whatever the listing shows was declared before, so what the image lacks now was dropped.
            ClusterImage image = authority.confirmed(deadline);
            List<Repair> repairs = switch (CatalogDiff.between(image, group, there)) {
                case Comparison.Differs(var found) -> found;
                case Comparison.MetadataIsOlder(var unknown) -> throw new LynseException(new LynseError.Conflict(
                        "the cluster's metadata is older than shard group " + group + ", which holds collections " + unknown
                                + " unknown to it: nothing is changed there; restore the newest cluster state file"));
            };
            if (repairs.isEmpty()) return;
            log.atInfo().addKeyValue("group", group).addKeyValue("repairs", CatalogDiff.counts(repairs)).log("catalog reconciled");
            for (Repair repair : repairs) schema.on(group, entry(repair), deadline);
        }
    }

    private static Entry entry(Repair repair) {
        return switch (repair) {
            case Repair.CreateDatabase(String database) -> Entry.createDatabase(database);
            case Repair.DropDatabase(String database) -> Entry.dropDatabase(database);
            case Repair.Create(var collection) -> Entry.create(collection);
            case Repair.Drop(var id) -> Entry.drop(id);
            case Repair.SetIndex(var collection) -> Entry.setIndex(collection);
            case Repair.SetDescription(var collection, String description) -> Entry.setDescription(collection.id(), description);
        };
    }
}
