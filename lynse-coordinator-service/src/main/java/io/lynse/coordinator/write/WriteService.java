package io.lynse.coordinator.write;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.GroupCalls.Result;
import io.lynse.coordinator.routing.RowPartition;
import io.lynse.coordinator.routing.RowPartition.Part;
import io.lynse.coordinator.shardclient.Entry;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.model.BatchRules;
import io.lynse.model.Deadline;
import io.lynse.model.HybridClock;
import io.lynse.model.IdempotencyKey;
import io.lynse.model.Ids;
import io.lynse.model.RequestDigest;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Splits a batch by shard group, sends the parts at the same time, and tells what became of every row. */
public final class WriteService {

    /** Longest time one primary has for one part, beside what its bytes take. */
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(15);

    /** Of a network and a disk that are slow and still good: 4 MB/s. */
    private static final long ATTEMPT_BYTES_PER_MILLI = 4_000;

    /** Generated ids that keep running into chosen ones: after so many rounds somebody writes faster than we ask. */
    private static final int COLLISIONS_MAX = 16;

    private final MetadataAuthority authority;
    private final GroupCalls groups;
    private final IdBlocks blocks;
    private final KeyClaims claims;
    private final HybridClock clock;
    private final PartIds nameless;

    /** @param writeIds gives 16 random bytes */
    public WriteService(MetadataAuthority authority, GroupCalls groups, HybridClock clock, Supplier<byte[]> writeIds) {
        this.authority = authority;
        this.groups = groups;
        this.blocks = new IdBlocks(authority);
        this.claims = new KeyClaims(groups, ATTEMPT_MAX);
        this.clock = clock;
        this.nameless = PartIds.nameless(writeIds);
    }

    /**
     * @param key    of the client, for a request that may come again; null: it has none
     * @param memory in which the batch lies; parts are sent from there
     * @param floor  lowest integer id that no row of the collection reaches; asked only when ids must be generated
     * @return one id per row, in row order
     * @throws LynseException InvalidArgument when refused as a whole; PartialWrite when some groups took their part and others did not;
     *         KeyReused when another request has the key
     */
    public Ids write(
            CollectionImage collection, RowBatch batch, @Nullable IdempotencyKey key, RequestMemory memory, Supplier<Long> floor, Deadline deadline) {
        if (batch.count() == 0) return Ids.NONE;
        refuseNonFinite(batch);
        BatchRules.check(batch, collection.elementType());
        Ids ids = batch.ids();
        KeyedRequest keyed = key == null ? null : new KeyedRequest(collection.id(), key, RequestDigest.of(batch));
        fixDimension(collection, batch.vectors().dimension(), deadline);
        // One stamp for all groups, and whenever a part is sent again: places tell the rows apart. A repeat by the client has its own.
        long stamp = clock.next();
        return ids == null
                ? generated(collection, batch, keyed, memory, stamp, floor, deadline)
                : explicit(collection, batch, ids, keyed, memory, stamp, deadline);
    }

    private Ids explicit(
            CollectionImage collection, RowBatch batch, Ids ids, @Nullable KeyedRequest keyed, RequestMemory memory, long stamp, Deadline deadline) {
        PartIds named = claimed(collection, keyed, deadline);
        conclude(send(RowPartition.of(collection, ids), named, (part, request) -> entry(collection, batch, part, stamp, request), memory, deadline), ids);
        return ids;
    }

    /** Claims the key, if there is one, for a request that names its ids. */
    private PartIds claimed(CollectionImage collection, @Nullable KeyedRequest keyed, Deadline deadline) {
        if (keyed == null) return nameless;
        claims.claim(collection, keyed, keyed.claim(), null, deadline);
        return keyed.parts(null);
    }

    /** Rows that get their ids together. @param round how often a group refused them, because somebody else had chosen one of theirs */
    private record Share(int[] rows, int round) {}

    /**
     * Rows whose id somebody else chose meanwhile are refused by their group, and get new ones; all others keep theirs. What one group
     * refused is a share of its own, as each repeat may find other groups that answer.
     */
    private Ids generated(
            CollectionImage collection, RowBatch batch, @Nullable KeyedRequest keyed, RequestMemory memory, long stamp, Supplier<Long> floor,
            Deadline deadline) {
        var ids = new long[batch.count()];
        var settled = new ArrayList<PartOutcome>();
        var shares = new ArrayDeque<Share>();
        shares.add(new Share(IntStream.range(0, ids.length).toArray(), 0));
        while (!shares.isEmpty()) {
            Share share = shares.remove();
            int[] rows = share.rows();
            Ids.Range taken = blocks.take(collection.id(), rows.length, floor::get, deadline);
            if (keyed != null) taken = claims.claim(collection, keyed, keyed.claim(share.round(), rows), taken, deadline).orElseThrow();
            for (int i = 0; i < rows.length; i++) ids[rows[i]] = taken.intAt(i);
            RowBatch given = batch.withIds(compact(ids));
            List<PartOutcome> outcomes = send(
                    positioned(RowPartition.of(collection, taken), rows),
                    keyed == null ? nameless : keyed.parts(taken),
                    (part, request) -> entry(collection, given, part, stamp, request),
                    memory,
                    deadline);
            if (outcomes.stream().anyMatch(WriteService::collided)) blocks.forget(collection.id());
            for (PartOutcome outcome : outcomes) {
                if (share.round() < COLLISIONS_MAX && collided(outcome)) shares.add(new Share(outcome.part().rows(), share.round() + 1));
                else settled.add(outcome);
            }
        }
        Ids given = compact(ids);
        conclude(settled, given);
        return given;
    }

    private static boolean collided(PartOutcome outcome) {
        return outcome.error() instanceof LynseError.InvalidArgument(String field, _) && field.equals("ids");
    }

    /** Parts of some of the rows, as positions in the whole request. */
    private static List<Part> positioned(List<Part> parts, int[] rows) {
        return parts.stream().map(part -> new Part(part.group(), Arrays.stream(part.rows()).map(row -> rows[row]).toArray())).toList();
    }

    /** Sets or lifts tombstones; unknown ids are ignored by their group. @param key as above */
    public void mark(CollectionImage collection, Ids ids, boolean deleted, @Nullable IdempotencyKey key, Deadline deadline) {
        if (ids.size() == 0) return;
        PartIds named = claimed(collection, key == null ? null : new KeyedRequest(collection.id(), key, RequestDigest.of(ids, deleted)), deadline);
        conclude(
                send(
                        RowPartition.of(collection, ids),
                        named,
                        (part, request) -> Entry.markRows(
                                collection.id(), part.rows().length == ids.size() ? ids : ids.pick(part.rows()), deleted, request),
                        RequestMemory.unbounded(),
                        deadline),
                ids);
    }

    private Entry entry(CollectionImage collection, RowBatch batch, Part part, long stamp, RequestId request) {
        return Entry.writeRows(collection.id(), batch, part.rows(), stamp, request);
    }

    private List<PartOutcome> send(
            List<Part> parts, PartIds named, BiFunction<Part, RequestId, Entry> entries, RequestMemory memory, Deadline deadline) {
        // A request that is given up leaves the parts that are under way.
        List<Result<Long>> results = groups.inParallel(
                parts, part -> memory.held(() -> send(part, entries.apply(part, named.of(part)), deadline)));
        var outcomes = new ArrayList<PartOutcome>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            outcomes.add(new PartOutcome(parts.get(i), results.get(i) instanceof Result.Failed<Long>(LynseError error) ? error : null));
        }
        return outcomes;
    }

    private long send(Part part, Entry entry, Deadline deadline) {
        Duration attemptMax = ATTEMPT_MAX.plusMillis(entry.bytes() / ATTEMPT_BYTES_PER_MILLI);
        return groups.write(part.group(), attemptMax, deadline, (node, fence, attempt) -> node.append(fence, entry, attempt));
    }

    private static void conclude(List<PartOutcome> outcomes, Ids ids) {
        WriteVerdict.of(outcomes, ids).ifPresent(error -> {
            throw new LynseException(error);
        });
    }

    private static void refuseNonFinite(RowBatch batch) {
        int row = batch.vectors().firstNonFiniteRow();
        if (row >= 0) throw new LynseException(LynseError.invalid("vectors", "vectors[" + row + "] has a component that is not finite"));
    }

    /** Before any group is written: two first inserts of different length must not each win in one group. */
    private void fixDimension(CollectionImage collection, int dimension, Deadline deadline) {
        if (collection.dimension() == dimension) return;
        if (collection.dimension() != 0) {
            throw new LynseException(LynseError.invalid("vectors", "Dimension mismatch: expected " + collection.dimension() + ", got " + dimension));
        }
        authority.propose(new Command.FixDimension(collection.id(), dimension), deadline);
    }

    private static Ids compact(long[] ids) {
        for (int i = 1; i < ids.length; i++) {
            if (ids[i] != ids[0] + i) return Ids.of(ids);
        }
        return Ids.range(ids[0], ids.length);
    }
}
