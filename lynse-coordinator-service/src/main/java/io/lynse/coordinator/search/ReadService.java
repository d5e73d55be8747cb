package io.lynse.coordinator.search;

import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.RowPartition;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionStats;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/** Reads stored rows and counts them, over all groups of a collection. */
public final class ReadService {

    /** Longest time one member has for one read; names of fields are gathered from every row. */
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(30);

    private final GroupCalls groups;

    public ReadService(GroupCalls groups) {
        this.groups = groups;
    }

    /**
     * @param memory where the answer lies
     * @throws LynseException InvalidArgument {@code external id X does not exist} when an id that was named is missing
     */
    public Rows read(
            CollectionImage collection, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline) {
        Rows rows = merged(selection, new Wanted(collection, withVectors, withFields, memory, reading, deadline));
        if (rows.size() > 0 || !withVectors) return rows;
        // Also an answer without rows says how long its vectors are.
        return new Rows(rows.ids(), new Vectors(0, collection.dimension(), ElementType.FLOAT32, ByteBuffer.allocate(0)), rows.fields(), rows.stamps());
    }

    /** What is the same in every call of one read. */
    private record Wanted(
            CollectionImage collection, boolean withVectors, boolean withFields, RequestMemory memory, Reading reading, Deadline deadline) {}

    private Rows merged(RowSelection selection, Wanted wanted) {
        return switch (selection) {
            case RowSelection.ById(Ids ids) -> byId(ids, wanted);
            case RowSelection.Head(int n) -> RowsMerge.head(ofAllGroups(selection, wanted), n, wanted.memory);
            case RowSelection.Tail(int n) -> RowsMerge.tail(ofAllGroups(selection, wanted), n, wanted.memory);
            case RowSelection.Deleted() -> RowsMerge.byStamp(ofAllGroups(selection, wanted), wanted.memory);
        };
    }

    /** Whether a row has this id, tombstoned or not. */
    public boolean hasRow(CollectionImage collection, Ids id, Reading reading, Deadline deadline) {
        var part = RowPartition.of(collection, id).getFirst();
        return rows(part.group(), new RowSelection.ById(id), new Wanted(collection, false, false, RequestMemory.unbounded(), reading, deadline)).size() > 0;
    }

    private Rows byId(Ids ids, Wanted wanted) {
        Ids distinct = distinct(ids);
        List<Rows> found = groups.all(
                RowPartition.of(wanted.collection, distinct), part -> rows(part.group(), new RowSelection.ById(distinct.pick(part.rows())), wanted));
        return switch (RowsMerge.asked(found, ids, wanted.memory)) {
            case RowsMerge.Asked.All(Rows rows) -> rows;
            case RowsMerge.Asked.Missing(RowId id) -> throw new LynseException(LynseError.invalid("ids", "Invalid argument: external id " + id + " does not exist"));
        };
    }

    private static Ids distinct(Ids ids) {
        var once = new LinkedHashSet<>(ids.toList());
        return once.size() == ids.size() ? ids : Ids.of(List.copyOf(once));
    }

    private List<Rows> ofAllGroups(RowSelection selection, Wanted wanted) {
        return groups.all(wanted.collection.table().groups(), group -> rows(group, selection, wanted));
    }

    private Rows rows(ShardGroupId group, RowSelection selection, Wanted wanted) {
        // A request that gave up leaves the reads that are under way.
        return wanted.memory.held(() -> groups.read(group, ATTEMPT_MAX, wanted.reading, wanted.deadline, (node, fence, attempt) -> node.readRows(
                fence, wanted.collection.id(), selection, wanted.withVectors, wanted.withFields, wanted.memory, attempt)));
    }

    /** Counted over all groups; what the collection is comes from the metadata. */
    public CollectionStats stats(CollectionImage collection, boolean withFieldNames, Reading reading, Deadline deadline) {
        return sum(collection, perGroup(collection, withFieldNames, reading, deadline));
    }

    /** One per group, in the order of the collection's groups. */
    public List<CollectionStats> perGroup(CollectionImage collection, boolean withFieldNames, Reading reading, Deadline deadline) {
        return groups.all(collection.table().groups(), group -> groups.read(
                group, ATTEMPT_MAX, reading, deadline, (node, fence, attempt) -> node.describe(fence, collection.id(), withFieldNames, attempt)));
    }

    static CollectionStats sum(CollectionImage collection, List<CollectionStats> groups) {
        var fieldNames = new TreeSet<String>();
        groups.forEach(group -> fieldNames.addAll(group.fieldNames()));
        return new CollectionStats(
                collection.info(),
                groups.stream().mapToLong(CollectionStats::rows).sum(),
                groups.stream().mapToLong(CollectionStats::tombstones).sum(),
                groups.stream().mapToLong(CollectionStats::largestIntId).max().orElse(-1),
                groups.stream().mapToLong(CollectionStats::rowsEver).sum(),
                groups.stream().anyMatch(CollectionStats::holdsTextIds),
                List.copyOf(fieldNames),
                "");
    }
}
