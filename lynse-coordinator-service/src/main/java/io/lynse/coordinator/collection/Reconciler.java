package io.lynse.coordinator.collection;

import io.lynse.coordinator.collection.Reconciliation.Step;
import io.lynse.coordinator.lease.Leadership;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Suspicions;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a group's primary in line with what is declared: a group that was away when something was created, dropped or changed catches up. */
public final class Reconciler implements Consumer<ShardGroupId> {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(5);
    private static final Duration WHOLE_MAX = Duration.ofSeconds(30);

    private final MetadataAuthority authority;
    private final Leadership leadership;
    private final GroupCalls groups;
    private final SchemaCalls schema;

    public Reconciler(MetadataAuthority authority, Leadership leadership, GroupCalls groups, Suspicions suspicions) {
        this.authority = authority;
        this.leadership = leadership;
        this.groups = groups;
        this.schema = new SchemaCalls(groups, suspicions);
    }

    /** @throws LynseException if the group cannot be brought in line now */
    @Override
    public void accept(ShardGroupId group) {
        Deadline deadline = Deadline.after(WHOLE_MAX);
        // One lease for the look and for all that follows from it: what was seen under one is not done under the next.
        LeaseEpoch lease = leadership.leads().orElseThrow(() -> new LynseException(leadership.noLeader()));
        var reconciliation = new Reconciliation(group);
        while (true) {
            switch (reconciliation.next()) {
                case Step.ListHoldings() -> reconciliation.listed(groups.onPrimary(group, ATTEMPT_MAX, deadline, (node, fence, attempt) -> node.list(fence.under(lease), attempt)));
                case Step.ConfirmImage() -> reconciliation.confirmed(authority.confirmed(deadline));
                case Step.Repair(var repairs) -> {
                    log.atInfo().addKeyValue("group", group).addKeyValue("repairs", CatalogDiff.counts(repairs)).log("catalog reconciled");
                    repair(group, repairs, lease, deadline);
                    reconciliation.repaired();
                }
                case Step.Done() -> {
                    return;
                }
                case Step.MetadataIsOlder(var unknown) -> throw new LynseException(new LynseError.Conflict(
                        "the cluster's metadata is older than shard group " + group + ", which holds collections " + unknown
                                + " unknown to it: nothing is changed there; restore the newest cluster state file"));
            }
        }
    }

    /** What the group refuses for good must not keep it from the repairs behind. @throws LynseException the first such refusal, when the others are done */
    private void repair(ShardGroupId group, List<CatalogRepair> repairs, LeaseEpoch lease, Deadline deadline) {
        LynseException first = null;
        for (CatalogRepair repair : repairs) {
            // By now another coordinator may have had the group changed on purpose. The group refuses it then, too, once it has heard of that one.
            if (!leadership.leads().equals(Optional.of(lease))) throw new LynseException(leadership.noLeader());
            try {
                schema.repair(group, entry(repair), lease, deadline);
            } catch (LynseException failed) {
                if (failed.error() instanceof LynseError.NotFound) return; // the group is not as it was listed any more: it is looked at again
                if (!isForGood(failed.error())) throw failed;
                log.atWarn().addKeyValue("group", group).addKeyValue("repair", repair).addKeyValue("reason", failed.getMessage()).log("repair refused");
                if (first == null) first = failed;
            }
        }
        if (first != null) throw first;
    }

    private static boolean isForGood(LynseError error) {
        return error instanceof LynseError.InvalidArgument || error instanceof LynseError.AlreadyExists || error instanceof LynseError.Conflict;
    }

    private static Entry entry(CatalogRepair repair) {
        return switch (repair) {
            case CatalogRepair.CreateDatabase(String database) -> Entry.createDatabase(database);
            case CatalogRepair.DropDatabase(String database, long below) -> Entry.dropDatabase(database, below);
            case CatalogRepair.Create(var collection) -> Entry.create(collection);
            case CatalogRepair.Drop(var id) -> Entry.drop(id);
            case CatalogRepair.SetIndex(var collection) -> Entry.setIndex(collection);
            case CatalogRepair.SetDescription(var collection, String description) -> Entry.setDescription(collection.id(), description);
        };
    }
}
