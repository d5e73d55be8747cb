package io.lynse.coordinator.collection;

import com.google.protobuf.ByteString;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.Suspicions;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.WriteReply;
import java.time.Duration;
import java.util.List;

/** Has groups apply a {@link SchemaEntry}. Each is idempotent: what is there already, or gone already, counts as done. */
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
     * @throws LynseException the first failure, naming the group
     */
    List<WriteReply> onAll(List<ShardGroupId> targets, SchemaEntry entry, Deadline deadline) {
        return groups.all(targets, group -> {
            try {
                return on(group, entry, deadline);
            } catch (LynseException failed) {
                suspicions.catalog(group);
                throw failed;
            }
        });
    }

    WriteReply on(ShardGroupId group, SchemaEntry entry, Deadline deadline) {
        ByteString bytes = entry.message().toByteString();
        return groups.write(group, ATTEMPT_MAX, deadline, (node, fence, attempt) -> {
            try {
                return node.write(fence, entry.type(), bytes, attempt);
            } catch (LynseException refused) {
                if (doneAlready(entry, refused.error())) return WriteReply.getDefaultInstance();
                throw refused;
            }
        });
    }

    private static boolean doneAlready(SchemaEntry entry, LynseError error) {
        return switch (entry.type()) {
            case CREATE_DATABASE, CREATE_COLLECTION -> error instanceof LynseError.AlreadyExists;
            case DROP_DATABASE, DROP_COLLECTION -> error instanceof LynseError.NotFound;
            default -> false;
        };
    }
}
