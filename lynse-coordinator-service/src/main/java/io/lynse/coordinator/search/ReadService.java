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

    /** Longest time one primary has for one read; names of fields are gathered from every row. */
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
            CollectionImage collection, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory, Deadline deadline) {
        Rows rows = merged(selection, new Reading(collection, withVectors, withFields, memory, deadline));
        if (rows.size() > 0 || !withVectors) return rows;
        // Also an answer without rows says how long its vectors are.
        return new Rows(rows.ids(), new Vectors(0, collection.dimension(), ElementType.FLOAT32, ByteBuffer.allocate(0)), rows.fields(), rows.stamps());
    }

    /** What is the same in every call of one read. */
    private record Reading(CollectionImage collection, boolean withVectors, boolean withFields, RequestMemory memory, Deadline deadline) {}

    private Rows merged(RowSelection selection, Reading reading) {
        return switch (selection) {
            case RowSelection.ById(Ids ids) -> byId(ids, reading);
            case RowSelection.Head(int n) -> RowsMerge.head(ofAllGroups(selection, reading), n, reading.memory);
            case RowSelection.Tail(int n) -> RowsMerge.tail(ofAllGroups(selection, reading), n, reading.memory);
            case RowSelection.Deleted() -> RowsMerge.byStamp(ofAllGroups(selection, reading), reading.memory);
        };
    }

    /** Whether a row has this id, tombstoned or not. */
    public boolean hasRow(CollectionImage collection, Ids id, Deadline deadline) {
        var part = RowPartition.of(collection, id).getFirst();
        return rows(part.group(), new RowSelection.ById(id), new Reading(collection, false, false, RequestMemory.unbounded(), deadline)).size() > 0;
    }

    private Rows byId(Ids ids, Reading reading) {
        Ids distinct = distinct(ids);
        List<Rows> found = groups.all(
                RowPartition.of(reading.collection, distinct), part -> rows(part.group(), new RowSelection.ById(distinct.pick(part.rows())), reading));
        return switch (RowsMerge.asked(found, ids, reading.memory)) {
            case RowsMerge.Asked.All(Rows rows) -> rows;
            case RowsMerge.Asked.Missing(RowId id) -> throw new LynseException(LynseError.invalid("ids", "Invalid argument: external id " + id + " does not exist"));
        };
    }

    private static Ids distinct(Ids ids) {
        var once = new LinkedHashSet<>(ids.toList());
        return once.size() == ids.size() ? ids : Ids.of(List.copyOf(once));
    }

    private List<Rows> ofAllGroups(RowSelection selection, Reading reading) {
        return groups.all(reading.collection.table().groups(), group -> rows(group, selection, reading));
    }

    private Rows rows(ShardGroupId group, RowSelection selection, Reading reading) {
        // A request that gave up leaves the reads that are under way.
        return reading.memory.held(() -> groups.read(group, ATTEMPT_MAX, reading.deadline, (node, fence, attempt) -> node.readRows(
                fence, reading.collection.id(), selection, reading.withVectors, reading.withFields, reading.memory, attempt)));
    }

    /** Counted over all groups; what the collection is comes from the metadata. */
    public CollectionStats stats(CollectionImage collection, boolean withFieldNames, Deadline deadline) {
        return sum(collection, perGroup(collection, withFieldNames, deadline));
    }

    /** One per group, in the order of the collection's groups. */
    public List<CollectionStats> perGroup(CollectionImage collection, boolean withFieldNames, Deadline deadline) {
        return groups.all(collection.table().groups(), group -> groups.read(
                group, ATTEMPT_MAX, deadline, (node, fence, attempt) -> node.describe(fence, collection.id(), withFieldNames, attempt)));
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
