package io.lynse.coordinator.write;

import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.BucketHash;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.Deadline;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.RequestId;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Claims keys in their home groups, see {@link KeyedRequest}. */
final class KeyClaims {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final GroupCalls groups;
    private final Duration attemptMax;

    /** @param attemptMax longest time one primary has for one claim */
    KeyClaims(GroupCalls groups, Duration attemptMax) {
        this.groups = groups;
        this.attemptMax = attemptMax;
    }

    /**
     * @param ids for the rows that need some; null: none do
     * @return the ids that the claim stands for, if any: the given ones, or those of the same claim before
     * @throws LynseException KeyReused: another request has the key; Unavailable. No row was sent yet
     */
    Optional<Ids.Range> claim(CollectionImage collection, KeyedRequest request, RequestId claim, Ids.@Nullable Range ids, Deadline deadline) {
        Entry entry = Entry.claimKey(claim, ids);
        try {
            return groups.write(home(collection, request.key()), attemptMax, deadline, (node, fence, attempt) -> node.claim(fence, entry, attempt));
        } catch (LynseException failed) {
            // A claim may be made twice, and nothing is written yet: what is unknown of it is known of the request.
            if (failed.error() instanceof LynseError.OutcomeUnknown(String reason)) throw new LynseException(new LynseError.Unavailable(reason, RETRY_AFTER), failed);
            throw failed;
        }
    }

    /** The group that would keep the row with the key as its id. */
    private static ShardGroupId home(CollectionImage collection, IdempotencyKey key) {
        BucketTable table = collection.table();
        return table.groupOf(new BucketHash(collection.name(), table.bucketCount()).bucketOf(RowId.of(key.text())));
    }
}
