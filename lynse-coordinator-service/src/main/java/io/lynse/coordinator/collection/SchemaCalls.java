package io.lynse.coordinator.collection;

import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Suspicions;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.coordinator.shardclient.EntryOutcome;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has groups apply log entries that change what they hold, other than rows. Each is idempotent: what is there already, or gone already, counts as done. */
final class SchemaCalls {

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(15);

    private final GroupCalls groups;
    private final Suspicions suspicions;

    SchemaCalls(GroupCalls groups, Suspicions suspicions) {
        this.groups = groups;
        this.suspicions = suspicions;
    }

    /**
     * On all these groups at the same time. One that did not take it is brought in line when it answers again.
     * @param lease under which it was decided: a group that was told of a later one refuses it; null: under none
     * @return rows that a compaction removed, per group
     * @throws LynseException the first failure, naming the group
     */
    List<Long> onAll(List<ShardGroupId> targets, Entry entry, @Nullable LeaseEpoch lease, Deadline deadline) {
        return groups.all(targets, group -> {
            try {
                return groups.write(group, ATTEMPT_MAX, deadline, append(entry, lease));
            } catch (LynseException failed) {
                suspicions.catalog(group);
                throw failed;
            }
        });
    }

    /** @throws LynseException NotFound at once if what it changes, or would lie in, is not there */
    void repair(ShardGroupId group, Entry entry, LeaseEpoch lease, Deadline deadline) {
        groups.repair(group, ATTEMPT_MAX, deadline, append(entry, lease));
    }

    private static GroupCalls.Attempt<EntryOutcome<Long>> append(Entry entry, @Nullable LeaseEpoch lease) {
        return (node, fence, attempt) -> {
            EntryOutcome<Long> outcome = node.append(lease == null ? fence : fence.under(lease), entry, attempt);
            boolean done = outcome instanceof EntryOutcome.Refused<Long>(LynseError refusal) && doneAlready(entry, refusal);
            return done ? new EntryOutcome.Done<>(0L) : outcome;
        };
    }

    private static boolean doneAlready(Entry entry, LynseError error) {
        return entry.creates() && error instanceof LynseError.AlreadyExists || entry.drops() && error instanceof LynseError.NotFound;
    }
}
