package io.lynse.coordinator.search;

import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.routing.RowPartition;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
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

    /** @throws LynseException InvalidArgument {@code external id X does not exist} when an id that was named is missing */
    public Rows read(CollectionImage collection, RowSelection selection, boolean withVectors, boolean withFields, Deadline deadline) {
        Rows rows = merged(collection, selection, withVectors, withFields, deadline);
        if (rows.size() > 0 || !withVectors) return rows;
        // Also an answer without rows says how long its vectors are.
        return new Rows(rows.ids(), new Vectors(0, collection.dimension(), ElementType.FLOAT32, ByteBuffer.allocate(0)), rows.fields(), rows.stamps());
    }

    private Rows merged(CollectionImage collection, RowSelection selection, boolean withVectors, boolean withFields, Deadline deadline) {
        return switch (selection) {
            case RowSelection.ById(Ids ids) -> byId(collection, ids, withVectors, withFields, deadline);
            case RowSelection.Head(int n) -> RowsMerge.head(ofAllGroups(collection, selection, withVectors, withFields, deadline), n);
            case RowSelection.Tail(int n) -> RowsMerge.tail(ofAllGroups(collection, selection, withVectors, withFields, deadline), n);
            case RowSelection.Deleted() -> RowsMerge.byStamp(ofAllGroups(collection, selection, withVectors, withFields, deadline));
        };
    }

    /** Whether a row has this id, tombstoned or not. */
    public boolean hasRow(CollectionImage collection, Ids id, Deadline deadline) {
        var part = RowPartition.of(collection, id).getFirst();
        return rows(collection, part.group(), new RowSelection.ById(id), false, false, deadline).size() > 0;
    }

    private Rows byId(CollectionImage collection, Ids ids, boolean withVectors, boolean withFields, Deadline deadline) {
        Ids distinct = distinct(ids);
        List<Rows> found = groups.all(RowPartition.of(collection, distinct), part -> rows(
                collection, part.group(), new RowSelection.ById(distinct.pick(part.rows())), withVectors, withFields, deadline));
        return switch (RowsMerge.asked(found, ids)) {
            case RowsMerge.Asked.All(Rows rows) -> rows;
            case RowsMerge.Asked.Missing(RowId id) -> throw new LynseException(LynseError.invalid("ids", "Invalid argument: external id " + id + " does not exist"));
        };
    }

    private static Ids distinct(Ids ids) {
        var once = new LinkedHashSet<>(ids.toList());
        return once.size() == ids.size() ? ids : Ids.of(List.copyOf(once));
    }

    private List<Rows> ofAllGroups(CollectionImage collection, RowSelection selection, boolean withVectors, boolean withFields, Deadline deadline) {
        return groups.all(collection.table().groups(), group -> rows(collection, group, selection, withVectors, withFields, deadline));
    }

    private Rows rows(
            CollectionImage collection, ShardGroupId group, RowSelection selection, boolean withVectors, boolean withFields, Deadline deadline) {
        return groups.read(group, ATTEMPT_MAX, deadline, (node, fence, attempt) ->
                node.readRows(fence, collection.id(), selection, withVectors, withFields, attempt));
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
