package io.lynse.coordinator.write;

import io.lynse.model.CollectionId;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.RequestDigest;
import io.lynse.model.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * One request under a client's key, as the groups get to know it. First it claims the key in one group, its home, whatever groups its
 * rows go to: so another request under the key is found out before a row of it is written. Then it sends the parts, under write ids that
 * follow from the key as well. A request without ids has new ones in each round for the rows that a group refused in the one before; a
 * claim for these rows keeps them, so that a repeat gets the same, and comes to the same parts.
 *
 * <p>A group may forget a claim or a part before another one does, as each log goes on at its own pace. So a part's write id holds the
 * ids that the claim gave, and its digest the rows that it has: what is sent is either exactly what the group remembers, or new to it,
 * or refused.
 *
 * @param digest of the whole request
 */
record KeyedRequest(CollectionId collection, IdempotencyKey key, long digest) {

    /**
     * The first round's claim is the key's own, whatever rows the request has. Later ones are named after their rows: which rows need
     * new ids depends on the groups that answer, and a repeat may meet others.
     *
     * @param rows places of those that need ids together in this round
     */
    RequestId claim(int round, int[] rows) {
        long part = RequestDigest.ofPart(digest, rows);
        String name = round == 0 ? "claim 0" : "claim " + round + " of " + Long.toHexString(part);
        return new RequestId(key.writeId(collection, name), part);
    }

    /** Of the only claim of a request that names its ids. */
    RequestId claim() {
        return claim(0, new int[0]);
    }

    /** @param given ids that the parts' rows got from a claim; null: the request named them */
    PartIds parts(Ids.@Nullable Range given) {
        String source = given == null ? "rows" : "rows from " + given.start();
        return part -> new RequestId(key.writeId(collection, source), RequestDigest.ofPart(digest, part.rows()));
    }
}
